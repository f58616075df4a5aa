package dev.sluice.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/** Connects, exchanges one message and ends the connection, again and again, one at a time. */
public final class Churn implements Exchange {
    private static final int MESSAGE_BYTES = 64;
    private static final int ABORT_LINGER_SECONDS = 0;

    /** How the client ends its connections. */
    public enum Ending {
        /** By close: a FIN. */
        CLOSE,
        /** By a half-close, and a close once the server has ended its side too. */
        HALF_CLOSE,
        /** By a reset. */
        ABORT
    }

    private final InetSocketAddress server;
    private final Ending ending;
    private final ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE_BYTES);

    /** Connects to a server that echoes. */
    public Churn(InetSocketAddress server, Ending ending) {
        this.server = server;
        this.ending = ending;
        BytePattern.fill(message, 0, 0);
    }

    @Override
    public Outcome run(long durationNanos) throws IOException {
        long startNanos = System.nanoTime();
        long connections = 0;
        long nowNanos = startNanos;
        while (nowNanos - startNanos < durationNanos) {
            connectAndEnd();
            connections++;
            nowNanos = System.nanoTime();
        }
        return new Outcome(connections, nowNanos - startNanos, List.of());
    }

    private void connectAndEnd() throws IOException {
        try (SocketChannel channel = SocketChannel.open(server)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            message.clear();
            while (message.hasRemaining()) {
                channel.write(message);
            }
            message.clear();
            while (message.hasRemaining()) {
                if (channel.read(message) < 0) {
                    throw new EOFException("the server closed a connection");
                }
            }
            if (ending == Ending.ABORT) {
                channel.setOption(StandardSocketOptions.SO_LINGER, ABORT_LINGER_SECONDS);
            } else if (ending == Ending.HALF_CLOSE) {
                channel.shutdownOutput();
                if (channel.read(message.clear()) >= 0) {
                    throw new IOException("the server sent more than it received");
                }
            }
        }
    }

    @Override
    public void close() {
        // Every run ends the connections that it opened.
    }
}
