package dev.sluice.internal.spi;

/** Where in which file a SEND_FILE begins. The public operation writes it while the request is IDLE. */
public final class FileRange {
    /** The descriptor (Linux) or HANDLE (Windows), open for as long as the request is pending. */
    public long handle = -1;

    /** Offset of the first byte in the file. */
    public long position;
}
