package dev.sluice.bench.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;

/**
 * A connection reads, writes everything, reads again. It has its own direct buffer, because a read
 * needs one from its start, and two handlers for its whole life.
 */
final class Nio2Echo {
    private static final int BUFFER_BYTES = 16 * 1024;

    private final AsynchronousSocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final CompletionHandler<Integer, Nio2Echo> onRead = new ReadHandler();
    private final CompletionHandler<Integer, Nio2Echo> onWritten = new WriteHandler();

    private Nio2Echo(AsynchronousSocketChannel channel) {
        this.channel = channel;
    }

    static EchoPeer open(InetSocketAddress address) throws IOException {
        return Nio2Server.open(address, channel -> new Nio2Echo(channel).read());
    }

    private void read() {
        channel.read(buffer.clear(), this, onRead);
    }

    private void write() {
        channel.write(buffer, this, onWritten);
    }

    private static final class ReadHandler implements CompletionHandler<Integer, Nio2Echo> {
        @Override
        public void completed(Integer read, Nio2Echo connection) {
            if (read < 0) {
                Nio2Server.close(connection.channel);
            } else {
                connection.buffer.flip();
                connection.write();
            }
        }

        @Override
        public void failed(Throwable cause, Nio2Echo connection) {
            Nio2Server.close(connection.channel);
        }
    }

    private static final class WriteHandler implements CompletionHandler<Integer, Nio2Echo> {
        @Override
        public void completed(Integer written, Nio2Echo connection) {
            if (connection.buffer.hasRemaining()) {
                connection.write();
            } else {
                connection.read();
            }
        }

        @Override
        public void failed(Throwable cause, Nio2Echo connection) {
            Nio2Server.close(connection.channel);
        }
    }
}
