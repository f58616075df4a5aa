package dev.sluice.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.HdrHistogram.Histogram;

/**
 * One connection of a load, which answers every echo with the next message. It belongs to the
 * thread that drives its {@link LoadConnections} and allocates nothing while it is driven.
 */
final class LoadConnection {
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Load load;
    private final ByteBuffer payload; // its own view of the messages that fit in flight

    private final long[] sentNanos; // when each message in flight was sent, as a ring
    private int oldest;
    private int inFlight;
    private int receivedBytes; // of the oldest message in flight
    private int unsentBytes; // of the messages in flight

    LoadConnection(SelectionKey key, Load load, ByteBuffer payload) {
        this.channel = (SocketChannel) key.channel();
        this.key = key;
        this.load = load;
        this.payload = payload.duplicate();
        this.sentNanos = new long[load.inFlight()];
    }

    int inFlight() {
        return inFlight;
    }

    /** Sends that many messages; with those in flight they must not exceed the load's number. */
    void send(int messages, long nowNanos) throws IOException {
        for (int i = 0; i < messages; i++) {
            int index = oldest + inFlight++;
            sentNanos[index < sentNanos.length ? index : index - sentNanos.length] = nowNanos;
        }
        boolean blocked = unsentBytes > 0;
        unsentBytes += messages * load.messageBytes();
        if (!blocked) {
            flush();
        }
    }

    /** Continues where a write fell short. */
    void onWritable() throws IOException {
        flush();
        if (unsentBytes == 0) {
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    /**
     * Tries to write what is left over, for a loop that polls and does not wait at the selector.
     */
    void sendRest() throws IOException {
        if (unsentBytes > 0) {
            onWritable();
        }
    }

    private void flush() throws IOException {
        int start = payload.capacity() - unsentBytes; // the bytes of all messages are equal
        unsentBytes -= channel.write(payload.limit(payload.capacity()).position(start));
        if (unsentBytes > 0) {
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    /** Reads once; returns how many messages came back whole. */
    int receive(ByteBuffer buffer) throws IOException {
        int read = channel.read(buffer.clear());
        if (read < 0) {
            throw new EOFException("the server closed a connection");
        }
        receivedBytes += read;
        int messages = receivedBytes / load.messageBytes();
        if (messages > inFlight) {
            throw new IOException("the server sent more than it received");
        }
        receivedBytes -= messages * load.messageBytes();
        return messages;
    }

    /** Takes the oldest messages out of flight and records how long they took. */
    void complete(int messages, long nowNanos, Histogram latencies) {
        for (int i = 0; i < messages; i++) {
            latencies.recordValue(Math.min(nowNanos - sentNanos[oldest],
                    latencies.getHighestTrackableValue()));
            oldest = oldest + 1 == sentNanos.length ? 0 : oldest + 1;
        }
        inFlight -= messages;
    }

    void close() throws IOException {
        channel.close();
    }
}
