package dev.sluice.internal.spi;

import java.io.IOException;
import java.nio.file.Path;

/** Files that are open for SEND_FILE. Any thread may call; a call waits for the file system. */
public interface FileCalls {
    /**
     * Opens a file for reading.
     *
     * @param path of the default file system
     * @return its descriptor (Linux) or HANDLE (Windows)
     * @throws IOException {@link java.nio.file.NoSuchFileException} and the like
     */
    long open(Path path) throws IOException;

    /**
     * Returns the present size in bytes.
     *
     * @param path for the message of a failure
     */
    long size(long handle, Path path) throws IOException;

    /** Closes a file that {@link #open} opened. */
    void close(long handle);
}
