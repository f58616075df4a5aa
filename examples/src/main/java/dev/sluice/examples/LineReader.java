package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.net.Connection;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the lines that a peer sends. Their length is bounded, so a peer cannot fill the memory. */
final class LineReader {
    private final Connection connection;
    private final byte[] buffer;
    private int start;
    private int end;

    LineReader(Connection connection, int mostBytes) {
        this.connection = connection;
        this.buffer = new byte[mostBytes];
    }

    /** The next line without its line end, or null at the end of the stream. */
    @Nullable
    String read() throws IOException {
        int seen = start;
        while (true) {
            for (; seen < end; seen++) {
                if (buffer[seen] == '\n') {
                    String line = text(seen);
                    start = seen + 1;
                    return line;
                }
            }
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            seen = end;
            start = 0;
            if (end == buffer.length) {
                throw new IOException("a line of more than " + buffer.length + " bytes");
            }
            int count = connection.read(buffer, end, buffer.length - end);
            if (count < 0) {
                // A reset is an exception, so this is the end that the peer intended: its last line is whole.
                String last = text(end);
                start = end;
                return last.isEmpty() ? null : last;
            }
            end += count;
        }
    }

    private String text(int until) {
        boolean carriageReturn = until > start && buffer[until - 1] == '\r';
        return new String(buffer, start, until - start - (carriageReturn ? 1 : 0), UTF_8);
    }
}
