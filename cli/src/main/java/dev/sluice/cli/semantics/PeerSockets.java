package dev.sluice.cli.semantics;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Opens the sockets of a {@link PlainPeer}. */
interface PeerSockets {
    /** A read that sees nothing for so long fails. */
    int PATIENCE_MILLIS = 30_000;

    /** Connects to a port of 127.0.0.1. */
    PeerSocket connect(InetSocketAddress to) throws IOException;

    /** Listens on a port of 127.0.0.1. */
    Listener listen() throws IOException;

    /** Waits for one connection. */
    interface Listener extends Closeable {
        int port();

        PeerSocket accept() throws IOException;
    }

    /** Sockets of a process outside of Wine if the launcher started one, else the JDK's. */
    static PeerSockets here() {
        int port = Integer.getInteger(WineSockets.PROPERTY, 0);
        return port == 0 ? new OfJdk() : new WineSockets(port);
    }

    /** Sockets of the JDK's. */
    final class OfJdk implements PeerSockets {
        @Override
        public PeerSocket connect(InetSocketAddress to) throws IOException {
            Socket socket = new Socket();
            socket.connect(to, PATIENCE_MILLIS);
            return patient(socket);
        }

        private static PeerSocket patient(Socket socket) throws IOException {
            socket.setSoTimeout(PATIENCE_MILLIS);
            return new PeerSocket.OfJdk(socket);
        }

        @Override
        public Listener listen() throws IOException {
            InetAddress loopback = InetAddress.getByAddress(new byte[]{127, 0, 0, 1});
            ServerSocket server = new ServerSocket(0, 1, loopback);
            server.setSoTimeout(PATIENCE_MILLIS);
            return new Listener() {
                @Override
                public int port() {
                    return server.getLocalPort();
                }

                @Override
                public PeerSocket accept() throws IOException {
                    return patient(server.accept());
                }

                @Override
                public void close() throws IOException {
                    server.close();
                }
            };
        }
    }
}
