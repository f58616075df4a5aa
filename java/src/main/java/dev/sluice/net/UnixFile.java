package dev.sluice.net;

import dev.sluice.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file that bind(2) makes for a Unix socket, and that no close takes away. */
final class UnixFile {
    private static final Logger LOG = LoggerFactory.getLogger(UnixFile.class);

    private UnixFile() {}

    /** Deletes the file of an address, if it has one. Only once: another may have it since. */
    static void delete(Address address) {
        String text = address.toString();
        if (!address.isUnix() || text.startsWith("unix:@") || text.startsWith("unix:(")) {
            return;
        }
        try {
            Files.deleteIfExists(Path.of(text.substring("unix:".length())));
        } catch (IOException failure) {
            LOG.warn("the file of {} is left", address, failure);
        }
    }
}
