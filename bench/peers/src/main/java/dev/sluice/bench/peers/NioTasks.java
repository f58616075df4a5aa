package dev.sluice.bench.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** The tasks that concern one connection alone, on the JDK's Selector. */
final class NioTasks {
    private NioTasks() {}

    static EchoPeer receive(InetSocketAddress address) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(Task.BUFFER_BYTES);
        return NioServer.open(address,
                key -> ready -> ((SocketChannel) ready.channel()).read(buffer.clear()) >= 0);
    }

    static EchoPeer send(InetSocketAddress address) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Task.BUFFER_BYTES);
        return NioServer.open(address, key -> new Sending(bytes.duplicate()));
    }

    /** Reads a number, sends that many bytes, reads the next number. */
    private static final class Sending implements NioServer.Connection {
        private final ByteBuffer bytes;
        private final ByteBuffer count = ByteBuffer.allocateDirect(Task.COUNT_BYTES);
        private long left;

        Sending(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        @Override
        public boolean onReady(SelectionKey key) throws IOException {
            SocketChannel channel = (SocketChannel) key.channel();
            if (left == 0) {
                if (channel.read(count) < 0) {
                    return false;
                }
                if (count.hasRemaining()) {
                    return true;
                }
                left = count.flip().getLong();
                count.clear();
            }
            send(channel);
            key.interestOps(left > 0 ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            return true;
        }

        private void send(SocketChannel channel) throws IOException {
            bytes.clear().limit((int) Math.min(left, bytes.capacity()));
            left -= channel.write(bytes);
        }
    }
}
