package dev.sluice.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Connects, shakes hands, exchanges one message and ends the connection by close_notify, again and again,
 * one at a time. The unit is a connection.
 */
public final class TlsHandshakes implements Exchange {
    private static final int MESSAGE_BYTES = 64;
    private static final int STALL_MILLIS = 10_000;

    private final InetSocketAddress server;
    private final boolean resumed;
    private final SSLSocketFactory sockets;
    private final byte[] message = new byte[MESSAGE_BYTES];
    private final byte[] echo = new byte[MESSAGE_BYTES];

    /** When the session of the connection before was made, in milliseconds. */
    private long sessionMillis = Long.MIN_VALUE;

    /**
     * Connects to a server that echoes.
     *
     * @param resumed true if each connection resumes the session of the one before; the first has none
     */
    public TlsHandshakes(InetSocketAddress server, SSLContext context, boolean resumed) {
        this.server = server;
        this.resumed = resumed;
        this.sockets = context.getSocketFactory();
        for (int i = 0; i < MESSAGE_BYTES; i++) {
            message[i] = BytePattern.at(0, i);
        }
    }

    @Override
    public Outcome run(long durationNanos) throws IOException {
        long startNanos = System.nanoTime();
        long connections = 0;
        long nowNanos = startNanos;
        while (connections == 0 || nowNanos - startNanos < durationNanos) {
            connectAndEnd();
            connections++;
            nowNanos = System.nanoTime();
        }
        return new Outcome(connections, nowNanos - startNanos, List.of());
    }

    private void connectAndEnd() throws IOException {
        try (SSLSocket socket = (SSLSocket) sockets.createSocket(server.getAddress(),
                server.getPort())) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(STALL_MILLIS);
            socket.getOutputStream().write(message);
            if (socket.getInputStream().readNBytes(echo, 0, MESSAGE_BYTES) < MESSAGE_BYTES) {
                throw new EOFException("the server ended a connection");
            }
            if (!Arrays.equals(message, echo)) {
                throw new ByteCheckException("the server sent other bytes than it received");
            }
            checkSession(socket);
        }
    }

    /** A resumed session keeps the time at which the first one was made. */
    private void checkSession(SSLSocket socket) throws IOException {
        if (!resumed) {
            socket.getSession().invalidate();
            return;
        }
        long made = socket.getSession().getCreationTime();
        if (sessionMillis != Long.MIN_VALUE && made != sessionMillis) {
            throw new ByteCheckException("the server did not resume a session");
        }
        sessionMillis = made;
    }

    @Override
    public void close() {
        // Every run ends the connections that it opened.
    }
}
