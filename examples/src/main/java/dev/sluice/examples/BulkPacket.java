package dev.sluice.examples;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a bulk transfer sends in a datagram. All numbers are in network byte order:
 *
 * <pre>
 *   'D' | transfer, 8 | packet number, 8 | bytes of the whole, 8 | offset, 8 | up to 1,199 bytes
 *   'A' | transfer, 8 | delay in microseconds, 4 | ranges, 1 | for each: first, 8 | last, 8
 *   'F' | transfer, 8     the receiver has all
 *   'C' | transfer, 8     the sender knows, and closes
 * </pre>
 *
 * <p>As in QUIC, bytes that were lost are sent again in a packet with a new number. So an acknowledgement means one
 * sending, and a round-trip time is never measured from the wrong one.
 */
sealed interface BulkPacket {
    /**
     * Payload bytes of each chunk but the last; a packet over IPv6 fits the minimum MTU of 1,280
     * bytes.
     */
    int CHUNK_BYTES = 1199;

    int DATA_HEAD_BYTES = 33;
    int MAX_BYTES = DATA_HEAD_BYTES + CHUNK_BYTES;
    int MAX_RANGES = 32;

    long transfer();

    /** Bytes of the whole at an offset; they are at {@code at} in the datagram. */
    record Data(long transfer, long number, long total, long offset, int at, int length)
            implements BulkPacket {
        void writeHead(ByteBuffer to) {
            to.put((byte) 'D').putLong(transfer).putLong(number).putLong(total).putLong(offset);
        }
    }

    /** Numbers of packets that arrived, the highest range first; a bounded memory, so old ones may be missing. */
    record Ack(long transfer, int delayMicros, List<Range> ranges) implements BulkPacket {
        byte[] toBytes() {
            ByteBuffer to = ByteBuffer.allocate(14 + 16 * ranges.size());
            to.put((byte) 'A').putLong(transfer).putInt(delayMicros).put((byte) ranges.size());
            ranges.forEach(range -> to.putLong(range.first).putLong(range.last));
            return to.array();
        }
    }

    /** Packet numbers, both ends included. */
    record Range(long first, long last) {}

    /** The receiver has all bytes. */
    record Finished(long transfer) implements BulkPacket {
        byte[] toBytes() {
            return ByteBuffer.allocate(9).put((byte) 'F').putLong(transfer).array();
        }
    }

    /** The sender sends nothing more. */
    record Closed(long transfer) implements BulkPacket {
        byte[] toBytes() {
            return ByteBuffer.allocate(9).put((byte) 'C').putLong(transfer).array();
        }
    }

    /** Returns the packet in these bytes, or null if they are none: anyone can send a datagram. */
    static @Nullable BulkPacket parse(byte[] bytes, int at, int length) {
        if (length < 9) {
            return null;
        }
        ByteBuffer from = ByteBuffer.wrap(bytes, at, length);
        byte kind = from.get();
        long transfer = from.getLong();
        return switch (kind) {
            case 'D' -> data(transfer, from);
            case 'A' -> ack(transfer, from);
            case 'F' -> from.hasRemaining() ? null : new Finished(transfer);
            case 'C' -> from.hasRemaining() ? null : new Closed(transfer);
            default -> null;
        };
    }

    private static @Nullable Data data(long transfer, ByteBuffer from) {
        if (from.remaining() < 24) {
            return null;
        }
        long number = from.getLong();
        long total = from.getLong();
        long offset = from.getLong();
        boolean fits = number >= 0 && total >= 0 && offset >= 0 && offset <= total
                && offset % CHUNK_BYTES == 0
                && from.remaining() == Math.min(CHUNK_BYTES, total - offset);
        return fits
                ? new Data(transfer, number, total, offset, from.position(), from.remaining())
                : null;
    }

    private static @Nullable Ack ack(long transfer, ByteBuffer from) {
        if (from.remaining() < 5) {
            return null;
        }
        int delayMicros = from.getInt();
        int count = from.get();
        if (delayMicros < 0 || count < 1 || count > MAX_RANGES || from.remaining() != 16 * count) {
            return null;
        }
        List<Range> ranges = new ArrayList<>(count);
        long below = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            Range range = new Range(from.getLong(), from.getLong());
            if (range.first < 0 || range.first > range.last || range.last >= below) {
                return null;
            }
            below = range.first;
            ranges.add(range);
        }
        return new Ack(transfer, delayMicros, ranges);
    }
}
