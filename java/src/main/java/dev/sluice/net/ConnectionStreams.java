package dev.sluice.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The sides of a connection as streams of java.io. */
final class ConnectionStreams {
    private ConnectionStreams() {}

    /** The reading side. */
    static final class Input extends InputStream {
        private final Connection connection;
        private final byte[] one = new byte[1];

        Input(Connection connection) {
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
        public void close() throws IOException {
            connection.close();
        }
    }

    /** The writing side. */
    static final class Output extends OutputStream {
        private final Connection connection;

        Output(Connection connection) {
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
        public void close() throws IOException {
            connection.close();
        }
    }
}
