package dev.sluice.internal.net.names;

import dev.sluice.Address;
import dev.sluice.Status;
import dev.sluice.net.ConnectFailedException;
import dev.sluice.net.NetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that bind(2) makes for a Unix socket, and that no close deletes. It is recognised by
 * device and inode, so that a later file of another socket at the same path stays.
 */
public final class UnixFile {
    private static final Logger LOG = LoggerFactory.getLogger(UnixFile.class);

    private final Path path;
    private final Identity identity;
    private final AtomicBoolean deleted = new AtomicBoolean();

    /**
     * The identity of a file.
     *
     * @param key device and inode; null on Windows
     * @param modified when bind created it; the use of a socket does not change it
     */
    private record Identity(@Nullable Object key, FileTime created, FileTime modified) {
        static Identity of(Path path) throws IOException {
            BasicFileAttributes now = Files.readAttributes(
                    path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return new Identity(now.fileKey(), now.creationTime(), now.lastModifiedTime());
        }
    }

    private UnixFile(Path path, Identity identity) {
        this.path = path;
        this.identity = identity;
    }

    /**
     * Names a missing file or folder in the message: the status is the same as for a file without a
     * listener. Reads the file system, so not on a port's thread.
     */
    public static NetException explain(NetException failure, Address address) {
        Status status = failure.status();
        Optional<Path> file = address.file();
        boolean mayBeMissing = status == Status.REFUSED || status == Status.ADDRESS_UNAVAILABLE;
        if (!mayBeMissing || file.isEmpty()) {
            return failure;
        }
        Path path = file.get().toAbsolutePath();
        Path folder = path.getParent();
        String missing = folder != null && Files.notExists(folder)
                ? ": there is no such folder"
                : Files.notExists(path) ? ": there is no such file" : "";
        if (missing.isEmpty()) {
            return failure;
        }
        String message = failure.getMessage() + missing;
        NetException explained = failure instanceof ConnectFailedException
                ? new ConnectFailedException(message, status, failure.nativeCode())
                : new NetException(message, status, failure.nativeCode());
        explained.initCause(failure);
        return explained;
    }

    /** Returns the file of an address to which a socket was just bound; null if there is none. */
    public static @Nullable UnixFile boundTo(Address address) {
        Optional<Path> file = address.file();
        if (file.isEmpty()) {
            return null;
        }
        Path path = file.get().toAbsolutePath();
        try {
            return new UnixFile(path, Identity.of(path));
        } catch (IOException failure) {
            LOG.warn("the file of {} cannot be read, so it will not be deleted", address, failure);
            return null;
        }
    }

    /**
     * Deletes the file once, if it is still the one that was bound. Must precede the close of the
     * socket: until then no other file has its inode.
     */
    public void delete() {
        if (!deleted.compareAndSet(false, true) || Files.notExists(path)) {
            return;
        }
        try {
            if (Identity.of(path).equals(identity)) {
                Files.deleteIfExists(path);
            } else {
                LOG.debug("{} belongs to another socket", path);
            }
        } catch (IOException failure) {
            LOG.warn("{} cannot be deleted", path, failure);
        }
    }
}
