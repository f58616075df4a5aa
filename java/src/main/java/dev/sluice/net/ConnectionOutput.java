package dev.sluice.net;

import java.io.IOException;
import java.io.OutputStream;

/** The writing side of a connection as a stream. */
final class ConnectionOutput extends OutputStream {
    private final Connection connection;

    ConnectionOutput(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void write(int value) throws IOException {
        connection.write(new byte[]{(byte) value});
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        connection.write(from, offset, length);
    }

    @Override
    public void close() {
        connection.close();
    }
}
