package dev.sluice.bench.peers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/**
 * A proxy on the JDK's sockets: two virtual threads a session, SO_TIMEOUT on every read. The JDK has
 * no time-out for writes.
 */
final class JdkVirtualProxy {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private JdkVirtualProxy() {}

    /** Listens, and connects each connection to the backend. */
    static EchoPeer open(InetSocketAddress address, ProxySettings settings)
            throws IOException {
        return JdkVirtualEcho.open(address, client -> serve(client, settings));
    }

    private static void serve(Socket client, ProxySettings settings) throws IOException {
        try (Socket server = new Socket()) {
            server.setTcpNoDelay(true);
            server.connect(settings.backend());
            server.setSoTimeout(settings.idleMillis()); // 0 is for ever there, too
            client.setSoTimeout(settings.idleMillis());
            Session session = new Session(settings.idleMillis() * NANOS_PER_MILLI);
            Thread back = Thread.startVirtualThread(() -> session.pass(server, client));
            session.pass(client, server);
            Threads.join(back);
        }
    }

    /** What its two threads share: a direction may be silent while the other is not. */
    private static final class Session {
        private final long idleNanos;
        private volatile long lastNanos = System.nanoTime();

        Session(long idleNanos) {
            this.idleNanos = idleNanos;
        }

        /** One direction, until its end. */
        void pass(Socket from, Socket to) {
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int count = read(in, buffer); count >= 0; count = read(in, buffer)) {
                    out.write(buffer, 0, count);
                }
                to.shutdownOutput();
            } catch (IOException e) {
                abort(from); // idle, or reset by a peer: the end of this session only
                abort(to);
            }
        }

        private int read(InputStream in, byte[] buffer) throws IOException {
            if (idleNanos == 0) {
                return in.read(buffer);
            }
            while (true) {
                try {
                    int count = in.read(buffer);
                    lastNanos = System.nanoTime();
                    return count;
                } catch (SocketTimeoutException e) {
                    if (System.nanoTime() - lastNanos >= idleNanos) {
                        throw e;
                    }
                }
            }
        }

        private static void abort(Socket socket) {
            try (socket) {
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                return; // the other direction has closed it
            }
        }
    }
}
