package dev.sluice.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** A connection that sends any number of bytes and counts those that come back. */
final class StreamConnection {
    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer payload; // its own view
    private long unsentBytes;
    private long awaitedBytes;

    StreamConnection(SelectionKey key, ByteBuffer payload) {
        this.channel = (SocketChannel) key.channel();
        this.key = key;
        this.payload = payload.duplicate();
    }

    /** The bytes that were offered and have not come back. */
    long awaitedBytes() {
        return awaitedBytes;
    }

    /** Sends that many bytes, as far as the kernel takes them now. */
    void offer(long bytes) throws IOException {
        boolean blocked = unsentBytes > 0;
        unsentBytes += bytes;
        awaitedBytes += bytes;
        if (!blocked) {
            flush();
        }
    }

    private void flush() throws IOException {
        while (unsentBytes > 0) {
            payload.clear().limit((int) Math.min(unsentBytes, payload.capacity()));
            int sent = channel.write(payload);
            unsentBytes -= sent;
            if (sent == 0) {
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                return;
            }
        }
    }

    void onWritable() throws IOException {
        flush();
        if (unsentBytes == 0) {
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    /** Reads once; returns how many bytes came. */
    int receive(ByteBuffer buffer) throws IOException {
        int read = channel.read(buffer.clear());
        if (read < 0) {
            throw new EOFException("the server closed a connection");
        }
        awaitedBytes -= read;
        if (awaitedBytes < 0) {
            throw new IOException("the server sent more than it received");
        }
        return read;
    }

    void close() throws IOException {
        channel.close();
    }
}
