package dev.sluice.net;

import java.io.IOException;
import java.io.InputStream;

/** The reading side of a connection as a stream. */
final class ConnectionInput extends InputStream {
    private final Connection connection;
    private final byte[] one = new byte[1];

    ConnectionInput(Connection connection) {
        this.connection = connection;
    }

    @Override
    public int read() throws IOException {
        return connection.read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return connection.read(into, offset, length);
    }

    @Override
    public void close() {
        connection.close();
    }
}
