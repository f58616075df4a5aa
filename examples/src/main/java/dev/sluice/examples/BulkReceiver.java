package dev.sluice.examples;

import dev.sluice.Address;
import dev.sluice.net.Datagram;
import dev.sluice.net.Datagrams;
import dev.sluice.net.DeadlineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Receives what {@link BulkSender} sends: writes each chunk where it belongs, and acknowledges packets. Where the
 * system has it, one receive brings many packets, and one acknowledgement answers them.
 */
public final class BulkReceiver {
    private static final int MAX_DATAGRAMS_BYTES = 65_535;

    /** How long the Finished packet is repeated to a sender that did not get it. */
    private static final Duration LINGER = Duration.ofSeconds(3);

    private final Datagrams socket;
    private final FileChannel file;
    private final long maxBytes;
    private final byte[] received = new byte[MAX_DATAGRAMS_BYTES];
    private final PacketRanges numbers = new PacketRanges();
    private final BitSet chunks = new BitSet();

    // Of the first packet; others are ignored.

    private @Nullable Address sender;
    private long transfer;
    private long total = -1;

    private int missing;
    private boolean closed;

    private BulkReceiver(Datagrams socket, FileChannel file, long maxBytes) {
        this.socket = socket;
        this.file = file;
        this.maxBytes = maxBytes;
    }

    /**
     * Receives one file; returns its size when it is whole and the sender knows that.
     *
     * @param file open for writing, empty
     * @param maxBytes a larger file is not received
     * @param giveUp fails after so much time without a packet
     */
    public static long receive(
            Datagrams socket, FileChannel file, long maxBytes, Duration giveUp)
            throws IOException {
        BulkReceiver receiver = new BulkReceiver(socket, file, maxBytes);
        receiver.run(giveUp);
        return receiver.total;
    }

    private void run(Duration giveUp) throws IOException {
        socket.coalesce(); // Without it, packets come one by one, which is slower.
        while (total < 0 || missing > 0) {
            socket.receiveDeadline(giveUp);
            takeNext();
        }
        try {
            while (!closed) {
                socket.receiveDeadline(LINGER);
                takeNext();
            }
        } catch (DeadlineException quiet) {
            // The Closed packet was lost, or the sender ended.
            return;
        }
    }

    private void takeNext() throws IOException {
        Datagram datagram = socket.receive(received);
        long nanos = System.nanoTime();
        int size = datagram.segmentBytes() == 0 ? datagram.length() : datagram.segmentBytes();
        boolean answers = false;
        for (int at = 0; at < datagram.length(); at += size) {
            int length = Math.min(size, datagram.length() - at);
            answers |= take(BulkPacket.parse(received, at, length), datagram.source());
        }
        if (answers) {
            answer(nanos, datagram.source());
        }
    }

    /** Takes a packet; returns true if it is one of this transfer that is answered. */
    private boolean take(@Nullable BulkPacket packet, Address from) throws IOException {
        if (packet instanceof BulkPacket.Closed && packet.transfer() == transfer
                && from.equals(sender)) {
            closed = true;
        }
        if (!(packet instanceof BulkPacket.Data data) || data.total() > maxBytes) {
            return false;
        }
        if (sender == null) {
            sender = from;
            transfer = data.transfer();
            total = data.total();
            missing = Math.max(1, Math.toIntExact(
                    (total + BulkPacket.CHUNK_BYTES - 1) / BulkPacket.CHUNK_BYTES));
        }
        if (!from.equals(sender) || data.transfer() != transfer || data.total() != total) {
            return false;
        }
        numbers.add(data.number());
        int chunk = (int) (data.offset() / BulkPacket.CHUNK_BYTES);
        if (!chunks.get(chunk)) {
            ByteBuffer bytes = ByteBuffer.wrap(received, data.at(), data.length());
            while (bytes.hasRemaining()) {
                file.write(bytes, data.offset() + bytes.position() - data.at());
            }
            chunks.set(chunk);
            missing--;
        }
        return true;
    }

    private void answer(long sinceNanos, Address to) throws IOException {
        int delayMicros = (int) Math.min((System.nanoTime() - sinceNanos) / 1000, 1_000_000);
        byte[] ack =
                new BulkPacket.Ack(transfer, delayMicros, numbers.ranges()).toBytes();
        socket.send(ack, 0, ack.length, to);
        if (missing == 0) {
            byte[] finished = new BulkPacket.Finished(transfer).toBytes();
            socket.send(finished, 0, finished.length, to);
        }
    }
}
