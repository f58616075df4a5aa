package dev.sluice.cli.semantics;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;

/**
 * What a {@link PlainPeer} does with its socket. A reset is a {@link java.net.SocketException} that
 * names it; too long a silence is a {@link java.net.SocketTimeoutException}.
 */
interface PeerSocket extends Closeable {
    /** As {@link java.io.InputStream#read(byte[], int, int)}, from the beginning of the bytes. */
    int read(byte[] bytes, int most) throws IOException;

    void write(byte[] bytes) throws IOException;

    void shutdownOutput() throws IOException;

    /** A socket of the JDK's. */
    record OfJdk(Socket socket) implements PeerSocket {
        @Override
        public int read(byte[] bytes, int most) throws IOException {
            return socket.getInputStream().read(bytes, 0, most);
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        @Override
        public void shutdownOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
