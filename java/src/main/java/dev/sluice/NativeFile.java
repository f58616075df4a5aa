package dev.sluice;

import dev.sluice.internal.Backends;
import dev.sluice.internal.leaks.Leaks;
import dev.sluice.internal.spi.FileCalls;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.SocketCalls;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;

/**
 * A file that is open for reading, from which {@link SendFile} sends. It belongs to no port: any number of
 * sends of any ports may use it at once, each at a position of its own.
 *
 * <p>Any thread may call. A close is safe at any moment: the descriptor stays open until the terminal event of
 * the last pending send that uses it. A file that becomes unreachable without a close keeps its descriptor, and
 * is reported in the log.
 *
 * <p>(A {@link java.nio.channels.FileChannel} does not show its descriptor.)
 */
public final class NativeFile implements AutoCloseable {
    private final Path path;
    private final FileCalls calls;
    private final long handle;
    private final Leaks.Life life = Leaks.begin(Leaks.Kind.FILE, this);

    /** Pending sends and calls that use the descriptor; guarded by this object, as is the next one. */
    private int users;

    private boolean closed;

    private NativeFile(Path path, FileCalls calls, long handle) {
        this.path = path;
        this.calls = calls;
        this.handle = handle;
    }

    /**
     * Opens a file for reading. It waits for the file system. Other programs may write, rename and delete the
     * file meanwhile.
     *
     * @param path of the default file system; a symbolic link is followed
     * @return an open file
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws java.nio.file.AccessDeniedException if the process may not read it
     * @throws IOException if it is a directory or a pipe, no descriptor is left, or another cause that the
     *     message names; a {@link SystemCallException} with UNSUPPORTED if no backend works here
     * @throws IllegalArgumentException if the path is of another file system, such as that of a jar
     * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>
     * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/fileapi/nf-fileapi-createfilew">
     *     CreateFileW, with FILE_FLAG_SEQUENTIAL_SCAN</a>
     */
    public static NativeFile open(Path path) throws IOException {
        if (!path.getFileSystem().equals(FileSystems.getDefault())) {
            throw new IllegalArgumentException("cannot open " + path + " of "
                    + path.getFileSystem() + ": the kernel knows files of the default file system"
                    + " alone; read it and use Send");
        }
        try {
            FileCalls calls = Backends.files();
            return new NativeFile(path, calls, calls.open(path));
        } catch (NativeFailure failure) {
            throw Errors.of("open " + path, failure);
        }
    }

    /**
     * Returns the path that was opened.
     *
     * @return the same object
     */
    public Path path() {
        return path;
    }

    /**
     * Returns the present size, which may change while the file is open.
     *
     * @return bytes
     * @throws IllegalStateException if the file was closed
     * @throws IOException if the file system reports a failure
     */
    public long size() throws IOException {
        if (!hold()) {
            throw Errors.ofClosedFile("ask for the size of", this);
        }
        try {
            return calls.size(handle, path);
        } finally {
            drop();
        }
    }

    /**
     * Sends a part of the file without blocking on the socket: Linux only, by sendfile(2). Any thread may
     * call, and waits for the disk if the file is not in memory. Do not mix it with a pending {@link Send}.
     *
     * @param socket a stream
     * @param position offset in the file of the first byte, 0 or more
     * @param count number of bytes, 0 or more
     * @return bytes sent, possibly fewer than {@code count}; 0 if the file has ended there; or {@link
     *     NativeSocket#WOULD_BLOCK}
     * @throws SystemCallException BROKEN_PIPE, RESET and the like; UNSUPPORTED on Windows, and if the file
     *     system cannot be read from within the kernel; on another thread than the port's also
     *     CLOSED_LOCALLY after a close
     * @throws IllegalArgumentException if position or count is negative, or on a datagram socket
     * @throws IllegalStateException if the file is closed; on the port's thread if the socket is
     * @see NativeSocket#trySend
     */
    public long trySend(NativeSocket socket, long position, long count)
            throws SystemCallException {
        SendFile.requireStream(socket);
        requireRange(position, count);
        if (!hold()) {
            throw Errors.ofClosedFile("send", this);
        }
        try {
            CompletionPort port = socket.port();
            long sent = port.isOwner()
                    ? socket.ready("send").trySendFile(socket.channel, handle, position, count)
                    : port.engine().offThreadCalls()
                            .trySendFile(socket.channel, handle, position, count);
            return sent == SocketCalls.WOULD_BLOCK ? NativeSocket.WOULD_BLOCK : sent;
        } catch (NativeFailure failure) {
            throw socket.failed(failure);
        } finally {
            drop();
        }
    }

    /**
     * Returns true until {@link #close}.
     *
     * @return false if no send may begin
     */
    public synchronized boolean isOpen() {
        return !closed;
    }

    /**
     * Closes the file: now, or at the terminal event of the last pending send. May be called again.
     */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            life.end();
            closeIfUnused();
        }
    }

    private void closeIfUnused() {
        if (closed && users == 0) {
            calls.close(handle);
        }
    }

    // ---- for the package ---------------------------------------------------------------------

    long handle() {
        return handle;
    }

    void requireRange(long position, long count) {
        if (position < 0 || count < 0 || Long.MAX_VALUE - position < count) {
            throw new IllegalArgumentException("cannot send " + count + " bytes from position "
                    + position + " of " + this + ": use 0 or more for both");
        }
    }

    /** Keeps the descriptor open until {@link #drop}; returns false if the file was closed. */
    synchronized boolean hold() {
        if (closed) {
            return false;
        }
        users++;
        return true;
    }

    synchronized void drop() {
        assert users > 0 : "dropped more often than held: " + this;
        users--;
        closeIfUnused();
    }

    @Override
    public String toString() {
        return "file " + path + (isOpen() ? "" : " (closed)");
    }
}
