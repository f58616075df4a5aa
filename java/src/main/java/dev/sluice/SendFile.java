package dev.sluice;

import dev.sluice.internal.spi.FileRange;
import dev.sluice.internal.spi.RequestKind;
import org.jspecify.annotations.Nullable;

/**
 * Sends a part of a file on a stream. The kernel takes the bytes from its cache of files; they never are in
 * the memory of the program.
 *
 * <p>Ends as {@link Send} does: when the kernel has taken all bytes, with one event. Sends of one socket, those
 * of memory among them, run in the order of their submission. If it fails, {@link #bytes()} is the number of
 * bytes that were sent before. A send that had moved bytes when it was cancelled, or when its deadline passed,
 * ends with OK and fewer bytes: see {@link #isComplete}.
 *
 * <p>If the file is shorter than position and count say, or becomes so meanwhile, what there is is sent, and the
 * send ends with {@link Status#FILE_TOO_SHORT}. If the program writes into the file meanwhile, the peer gets some
 * of the old and some of the new bytes; the kernel may read a page after the event, until the peer has
 * acknowledged it.
 *
 * <p>On Linux a file whose bytes are not in memory makes the port's thread wait for the disk. A file system
 * that cannot be read from within the kernel ends it with {@link Status#UNSUPPORTED}: read it, and use Send.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/sendfile.2.html">sendfile(2)</a>
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/mswsock/nf-mswsock-transmitfile">
 *     TransmitFile</a>
 */
public final class SendFile extends Operation<SendFile> {
    private final FileRange range = new FileRange();
    private @Nullable NativeFile file;

    /**
     * Makes a send that needs a {@link #file} before it can be submitted.
     *
     * @param socket where to send
     * @throws IllegalArgumentException if the socket is not a stream
     */
    public SendFile(NativeSocket socket) {
        super(RequestKind.SEND_FILE, socket);
        requireStream(socket);
        request.file(range);
    }

    static void requireStream(NativeSocket socket) {
        if (!socket.type().isStream()) {
            throw new IllegalArgumentException("cannot send a file on " + socket
                    + ", which sends " + (socket.type().carriesRecords() ? "records" : "datagrams")
                    + ": read the file, and use Send");
        }
    }

    /**
     * Sends on another socket from the next submission on, as {@link Send#socket} does.
     *
     * @param socket of the same port
     * @return this operation
     * @throws IllegalStateException if the operation is pending
     * @throws IllegalArgumentException if the socket belongs to another port, or is not a stream
     */
    public SendFile socket(NativeSocket socket) {
        requireStream(socket);
        return aim(socket);
    }

    /**
     * Sends this part of a file. The file may be closed once the operation was submitted.
     *
     * @param file open, of any thread
     * @param position offset in the file of the first byte, 0 or more
     * @param count number of bytes, 0 or more
     * @return this operation
     * @throws IllegalArgumentException if position or count is negative, or their sum is more than
     *     {@link Long#MAX_VALUE}
     * @throws IllegalStateException if the operation is pending; {@link CompletionPort#submit} throws it too
     *     if the file was closed
     */
    public SendFile file(NativeFile file, long position, long count) {
        requireIdle("change the file of");
        file.requireRange(position, count);
        this.file = file;
        range.handle = file.handle();
        range.position = position;
        request.memory(0, count);
        return this;
    }

    /**
     * Returns the file that is sent.
     *
     * @return null before {@link #file(NativeFile, long, long)}
     */
    public @Nullable NativeFile file() {
        return file;
    }

    /**
     * Returns the number of bytes that the kernel took.
     *
     * @return all of them if {@link #isComplete}
     */
    public long bytes() {
        return request.result;
    }

    /**
     * Returns true if the send succeeded and the kernel took every byte, as {@link Send#isComplete}.
     *
     * @return false before the first event
     */
    public boolean isComplete() {
        return isOk() && request.result == request.length();
    }

    @Override
    void check() {
        NativeFile present = file;
        if (present == null) {
            throw Errors.ofMissing(this, "file", "file()");
        }
        if (!present.isOpen()) {
            throw Errors.ofClosedFile("submit " + this + " with", present);
        }
    }

    @Override
    void holdMemory() {
        NativeFile present = file;
        // Another thread may have closed it since check().
        if (present != null && !present.hold()) {
            throw Errors.ofClosedFile("submit " + this + " with", present);
        }
    }

    @Override
    void dropMemory() {
        NativeFile present = file;
        if (present != null) {
            present.drop();
        }
    }

    @Override
    String describeTarget() {
        return file == null ? "" : " of " + file.path();
    }
}
