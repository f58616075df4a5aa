package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file that bind(2) makes for a Unix socket, and that no close takes away. */
final class UnixFile {
    private static final Logger LOG = LoggerFactory.getLogger(UnixFile.class);

    private UnixFile() {}

    /**
     * Says that a file or its folder is missing, where that is so: the status alone does not tell it
     * from a file without a listener. Looks at the file system, so not on a port's thread.
     */
    static NetException explain(NetException failure, Address address) {
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

    /** Deletes the file of an address, if it has one. Only once: another may have it since. */
    static void delete(Address address) {
        Optional<Path> file = address.file();
        if (file.isEmpty()) {
            return;
        }
        try {
            Files.deleteIfExists(file.get());
        } catch (IOException failure) {
            LOG.warn("the file of {} is left", address, failure);
        }
    }
}
