package dev.sluice.bench.load;

import java.io.IOException;

/** A server did not echo what it was sent; the message says where. */
public final class ByteCheckException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Takes the finding in one line. */
    public ByteCheckException(String finding) {
        super(finding);
    }
}
