package dev.sluice.examples;

import dev.sluice.net.Datagram;
import dev.sluice.net.Datagrams;
import dev.sluice.net.DeadlineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sends a file over UDP, so that all of it arrives though packets are lost, doubled or reordered: numbered packets,
 * acknowledgements, {@linkplain LossRecovery loss recovery} and a {@linkplain CongestionWindow congestion window}, as
 * in QUIC, but without encryption. Where the system has segmentation, one call sends many packets.
 *
 * @see BulkReceiver
 */
public final class BulkSender {
    /** Packets per call; small, so that a full router queue drops few. */
    private static final int MAX_BATCH = 32;

    private final Datagrams socket;
    private final FileChannel file;
    private final long total;
    private final long transfer = ThreadLocalRandom.current().nextLong();

    private final LossRecovery recovery = new LossRecovery();
    private final CongestionWindow window = new CongestionWindow();
    private final Queue<Long> again = new ArrayDeque<>();
    private final ByteBuffer batch = ByteBuffer.allocate(MAX_BATCH * BulkPacket.MAX_BYTES);
    private final byte[] received = new byte[BulkPacket.MAX_BYTES];

    private long nextOffset;
    private long nextNumber;
    private long lostPackets;
    private boolean finished;

    /** What a transfer took. */
    public record Report(long bytes, long packets, long lostPackets, Duration roundTrip) {}

    private BulkSender(Datagrams socket, FileChannel file) throws IOException {
        this.socket = socket;
        this.file = file;
        this.total = file.size();
    }

    /**
     * Sends a file to the peer of a connected socket, and returns when the peer has all of it.
     *
     * @param giveUp fails after so much time without a sign of the peer
     */
    public static Report send(Datagrams socket, FileChannel file, Duration giveUp)
            throws IOException {
        BulkSender sender = new BulkSender(socket, file);
        sender.run(giveUp.toNanos());
        return new Report(sender.total, sender.nextNumber, sender.lostPackets,
                Duration.ofNanos(sender.recovery.smoothedNanos()));
    }

    private void run(long giveUpNanos) throws IOException {
        long heardNanos = System.nanoTime();
        while (!finished) {
            sendWhatFits();
            long now = System.nanoTime();
            long untilTimer = recovery.timerNanos() - now;
            try {
                socket.receiveDeadline(Duration.ofNanos(Math.max(untilTimer, 0)));
                take(socket.receive(received));
                heardNanos = System.nanoTime();
            } catch (DeadlineException quiet) {
                now = System.nanoTime();
                if (now - heardNanos > giveUpNanos) {
                    throw new IOException("no sign of the receiver for "
                            + Duration.ofNanos(now - heardNanos).toMillis() + " ms", quiet);
                }
                timerFired(now);
            }
        }
        byte[] bye = new BulkPacket.Closed(transfer).toBytes();
        socket.send(bye, 0, bye.length); // If it is lost, the receiver waits a little longer.
    }

    // ---- sending -------------------------------------------------------------------------------

    private boolean hasMore() {
        return !again.isEmpty() || nextOffset < total || nextNumber == 0;
    }

    private void sendWhatFits() throws IOException {
        while (hasMore() && recovery.bytesInFlight() + BulkPacket.MAX_BYTES <= window.bytes()) {
            batch.clear();
            boolean full = true;
            while (full && hasMore() && batch.remaining() >= BulkPacket.MAX_BYTES
                    && recovery.bytesInFlight() + BulkPacket.MAX_BYTES <= window.bytes()) {
                full = add(nextChunk()) == BulkPacket.MAX_BYTES; // Only the last one may be shorter.
            }
            flush();
        }
    }

    private long nextChunk() {
        Long lost = again.poll();
        if (lost != null) {
            return lost;
        }
        long offset = nextOffset;
        nextOffset += BulkPacket.CHUNK_BYTES;
        return offset;
    }

    /** Adds a packet to the batch; returns its size. */
    private int add(long offset) throws IOException {
        int length = (int) Math.min(BulkPacket.CHUNK_BYTES, total - offset);
        long number = nextNumber++;
        new BulkPacket.Data(transfer, number, total, offset, 0, length).writeHead(batch);
        ByteBuffer chunk = batch.slice(batch.position(), length);
        while (chunk.hasRemaining()) {
            if (file.read(chunk, offset + chunk.position()) < 0) {
                throw new IOException("the file became shorter while it was sent");
            }
        }
        batch.position(batch.position() + length);
        LossRecovery.Sent sent =
                new LossRecovery.Sent(number, offset, length, System.nanoTime());
        recovery.sent(sent);
        return sent.bytes();
    }

    private void flush() throws IOException {
        socket.sendSegments(batch.array(), 0, batch.position(),
                Math.min(batch.position(), BulkPacket.MAX_BYTES));
    }

    // ---- what comes back -----------------------------------------------------------------------

    private void take(Datagram datagram) {
        BulkPacket packet = BulkPacket.parse(received, 0, datagram.length());
        if (packet == null || packet.transfer() != transfer) {
            return;
        }
        if (packet instanceof BulkPacket.Finished) {
            finished = true;
        } else if (packet instanceof BulkPacket.Ack ack) {
            long now = System.nanoTime();
            LossRecovery.Feedback feedback = recovery.acknowledged(ack, now);
            feedback.arrived().forEach(window::arrived);
            feedback.lost().forEach(packetLost -> resend(packetLost, now));
        }
    }

    private void resend(LossRecovery.Sent lost, long now) {
        lostPackets++;
        window.lost(lost, now);
        again.add(lost.offset());
    }

    private void timerFired(long now) throws IOException {
        var lost = recovery.lost(now);
        if (!lost.isEmpty()) {
            lost.forEach(packet -> resend(packet, now));
        } else if (recovery.bytesInFlight() > 0 && recovery.timerNanos() - now <= 0) {
            batch.clear();
            add(recovery.probe().offset());
            flush();
        } else if (recovery.bytesInFlight() == 0 && !hasMore()) {
            // Finished was lost: any packet makes the receiver resend it.
            batch.clear();
            add(0);
            flush();
        }
    }
}
