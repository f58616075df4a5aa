package dev.sluice.bench.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;

/** The tasks that concern one connection alone, on the JDK's asynchronous channels. */
final class Nio2Tasks {
    private Nio2Tasks() {}

    static EchoPeer receive(InetSocketAddress address) throws IOException {
        return Nio2Server.open(address, channel -> new Receiving(channel).read());
    }

    static EchoPeer send(InetSocketAddress address) throws IOException {
        return Nio2Server.open(address, channel -> new Sending(channel).next());
    }

    private static final class Receiving implements CompletionHandler<Integer, Void> {
        private final AsynchronousSocketChannel channel;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(Task.BUFFER_BYTES);

        Receiving(AsynchronousSocketChannel channel) {
            this.channel = channel;
        }

        void read() {
            channel.read(buffer.clear(), null, this);
        }

        @Override
        public void completed(Integer read, Void nothing) {
            if (read < 0) {
                Nio2Server.close(channel);
            } else {
                read();
            }
        }

        @Override
        public void failed(Throwable cause, Void nothing) {
            Nio2Server.close(channel);
        }
    }

    /** Reads a number, sends that many bytes, reads the next number: one operation at a time. */
    private static final class Sending implements CompletionHandler<Integer, Void> {
        private final AsynchronousSocketChannel channel;
        private final ByteBuffer count = ByteBuffer.allocateDirect(Task.COUNT_BYTES);
        private final ByteBuffer bytes = ByteBuffer.allocateDirect(Task.BUFFER_BYTES);
        private long left;

        Sending(AsynchronousSocketChannel channel) {
            this.channel = channel;
        }

        void next() {
            if (left > 0) {
                bytes.clear().limit((int) Math.min(left, bytes.capacity()));
                channel.write(bytes, null, this);
            } else {
                channel.read(count, null, this);
            }
        }

        @Override
        public void completed(Integer moved, Void nothing) {
            if (moved < 0) {
                Nio2Server.close(channel);
                return;
            }
            if (left > 0) {
                left -= moved;
            } else if (!count.hasRemaining()) {
                left = count.flip().getLong();
                count.clear();
            }
            next();
        }

        @Override
        public void failed(Throwable cause, Void nothing) {
            Nio2Server.close(channel);
        }
    }
}
