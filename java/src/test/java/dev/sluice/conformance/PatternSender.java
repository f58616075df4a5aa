package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.NativeSocket;
import dev.sluice.Send;
import dev.sluice.SendVectored;
import dev.sluice.Shutdown;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.util.function.IntSupplier;

/**
 * Sends the bytes of {@link Pattern} on a stream, one send after the other, and ends the sending
 * side. It has handlers of its own and keeps no event, so that the volume may be large.
 */
final class PatternSender {
    private static final int MOST_PIECES = 1024;

    private final NativeSocket socket;
    private final long total;
    private final int mostBytes;
    private final IntSupplier sizes;
    private final MemorySegment reel;
    private final Send send;
    private final SendVectored vectored;
    private final Shutdown shutdown;
    private final int pieces;
    private long sent;
    private long asked;

    /**
     * A sender that has not begun.
     *
     * @param total bytes to send
     * @param mostBytes of one send
     * @param sizes of each send, 0 to mostBytes
     * @param pieces 0 for plain sends, else vectored ones of so many pieces
     */
    PatternSender(NativeSocket socket, long total, int mostBytes, IntSupplier sizes, int pieces) {
        this.socket = socket;
        this.total = total;
        this.mostBytes = mostBytes;
        this.sizes = sizes;
        this.pieces = pieces;
        this.reel = Pattern.reel(socket.port(), mostBytes);
        this.send = new Send(socket).onCompletion(done -> finished(done.status(), done.bytes()));
        this.vectored = new SendVectored(socket, MOST_PIECES)
                .onCompletion(done -> finished(done.status(), done.bytes()));
        this.shutdown = Shutdown.send(socket);
    }

    /** Sends of one size. */
    static PatternSender of(NativeSocket socket, long total, int chunkBytes) {
        return new PatternSender(socket, total, chunkBytes, () -> chunkBytes, 0);
    }

    PatternSender start() {
        next();
        return this;
    }

    long sent() {
        return sent;
    }

    boolean isDone() {
        return sent == total && !shutdown.isPending();
    }

    private void finished(Status status, long bytes) {
        assertThat(status).isEqualTo(Status.OK);
        assertThat(bytes).isEqualTo(asked);
        sent += bytes;
        next();
    }

    private void next() {
        if (sent == total) {
            socket.port().submit(shutdown);
            return;
        }
        asked = Math.min(Math.min(sizes.getAsInt(), mostBytes), total - sent);
        if (pieces == 0) {
            socket.port().submit(send.buffer(Pattern.piece(reel, sent, asked)));
        } else {
            socket.port().submit(cut());
        }
    }

    /** Cuts what is to be sent into pieces of all lengths, zero among them. */
    private SendVectored cut() {
        vectored.clear();
        long done = 0;
        for (int i = 0; i < pieces; i++) {
            long left = asked - done;
            boolean last = i == pieces - 1;
            long length = last ? left : Math.min(left, sizes.getAsInt() % (1 + mostBytes / pieces));
            vectored.add(Pattern.piece(reel, sent + done, length));
            done += length;
        }
        return vectored;
    }
}
