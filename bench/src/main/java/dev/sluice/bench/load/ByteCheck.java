package dev.sluice.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Random;

/**
 * Checks every byte that a server echoes, on as many connections as the load has. Every second
 * connection sends whole messages; the others send and read odd pieces and end with a half-close,
 * after which exactly what was sent must come back, followed by the end of the stream.
 */
public final class ByteCheck {
    private static final int BYTES_IN_ALL = 2 << 20;
    private static final int MIN_MESSAGES = 4;
    private static final int MAX_BYTES_A_CONNECTION = 256 * 1024;
    private static final int PIECE_LIMIT = 48 * 1024;

    private final Load load;
    private final Random random;
    private final long timeoutMillis;
    private final int bytesPerConnection;
    private final ByteBuffer buffer;
    private int open;

    private ByteCheck(Load load, long seed, long timeoutMillis) {
        this.load = load;
        this.random = new Random(seed);
        this.timeoutMillis = timeoutMillis;
        int atLeast = MIN_MESSAGES * load.messageBytes() * load.inFlight();
        int share = BYTES_IN_ALL / load.connections();
        this.bytesPerConnection = Math.max(atLeast, Math.min(share, MAX_BYTES_A_CONNECTION));
        this.buffer = ByteBuffer.allocateDirect(
                Math.max(PIECE_LIMIT, load.messageBytes() * load.inFlight()));
    }

    /**
     * Returns the number of bytes that were checked.
     *
     * @param seed decides the sizes of the odd pieces
     * @param timeoutMillis how long the exchange may make no progress
     * @throws ByteCheckException if the echo is not what was sent
     * @throws IOException if a connection breaks
     */
    public static long run(InetSocketAddress server, Load load, long seed, long timeoutMillis)
            throws IOException {
        return new ByteCheck(load, seed, timeoutMillis).run(server);
    }

    private final class Stream {
        final int number;
        final SocketChannel channel;
        int sent;
        int received;

        Stream(int number, SocketChannel channel) {
            this.number = number;
            this.channel = channel;
        }

        private ByteCheckException failure(String what) {
            return new ByteCheckException("connection " + number + " of " + load.connections()
                    + ": " + what + " (" + sent + " bytes sent, " + received + " of "
                    + bytesPerConnection + " back)");
        }
    }

    private long run(InetSocketAddress server) throws IOException {
        try (Selector selector = Selector.open()) {
            try {
                for (int i = 0; i < load.connections(); i++) {
                    connect(server, selector, i);
                }
                drive(selector);
            } finally {
                for (SelectionKey key : selector.keys()) {
                    key.channel().close();
                }
            }
        }
        return (long) load.connections() * bytesPerConnection;
    }

    private void connect(InetSocketAddress server, Selector selector, int number)
            throws IOException {
        SocketChannel channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE,
                new Stream(number, channel));
        open++;
    }

    private void drive(Selector selector) throws IOException {
        while (open > 0) {
            if (selector.select(timeoutMillis) == 0) {
                throw stalled(selector);
            }
            for (SelectionKey key : selector.selectedKeys()) {
                onReady(key, (Stream) key.attachment());
            }
            selector.selectedKeys().clear();
        }
    }

    private static ByteCheckException stalled(Selector selector) {
        for (SelectionKey key : selector.keys()) {
            if (key.isValid()) {
                return ((Stream) key.attachment()).failure("nothing comes back any more");
            }
        }
        return new ByteCheckException("nothing comes back any more");
    }

    private void onReady(SelectionKey key, Stream stream) throws IOException {
        if (key.isWritable()) {
            sendPiece(key, stream);
        }
        if (key.isReadable()) {
            receivePiece(stream);
        }
    }

    private int pieceBytes(Stream stream) {
        if (stream.number % 2 == 0 && load.connections() > 1) {
            return load.messageBytes() * load.inFlight();
        }
        return 1 + random.nextInt(Math.min(3 * load.messageBytes(), PIECE_LIMIT));
    }

    private void sendPiece(SelectionKey key, Stream stream) throws IOException {
        int length = Math.min(pieceBytes(stream), bytesPerConnection - stream.sent);
        buffer.clear().limit(length);
        BytePattern.fill(buffer, stream.number, stream.sent);
        stream.sent += stream.channel.write(buffer.flip());
        if (stream.sent == bytesPerConnection) {
            stream.channel.shutdownOutput();
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    private void receivePiece(Stream stream) throws IOException {
        buffer.clear().limit(1 + random.nextInt(PIECE_LIMIT - 1));
        int read = stream.channel.read(buffer);
        if (read < 0) {
            onEnd(stream);
            return;
        }
        if (stream.received + read > stream.sent) {
            throw stream.failure("more came back than was sent");
        }
        int right = BytePattern.matching(buffer.flip(), stream.number, stream.received);
        stream.received += right;
        if (right < read) {
            throw stream.failure("byte " + stream.received + " came back changed");
        }
    }

    private void onEnd(Stream stream) throws IOException {
        if (stream.received < bytesPerConnection) {
            throw stream.failure("the echo ended early");
        }
        stream.channel.close();
        open--;
    }
}
