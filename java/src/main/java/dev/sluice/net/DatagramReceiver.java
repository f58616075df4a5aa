package dev.sluice.net;

import dev.sluice.CompletionPort;
import dev.sluice.Poll;
import dev.sluice.PooledBuffer;
import dev.sluice.ReceiveFrom;
import dev.sluice.Socket;
import dev.sluice.Status;
import dev.sluice.net.Datagrams.Datagram;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Receives one datagram at a time, on the port's thread. A buffer of the port is taken only when a
 * datagram is there.
 */
final class DatagramReceiver {
    private static final long NONE = Long.MAX_VALUE;

    private final CompletionPort port;
    private final Poll readable;
    private final ReceiveFrom receive;
    private long deadlineNanos = NONE;
    private @Nullable Question question;
    private @Nullable PooledBuffer buffer;

    /** A receive that somebody waits for. */
    private static final class Question {
        final byte[] into;
        final CompletableFuture<Datagram> done;
        final Datagrams.Failure failure;

        Question(byte[] into, CompletableFuture<Datagram> done, Datagrams.Failure failure) {
            this.into = into;
            this.done = done;
            this.failure = failure;
        }
    }

    DatagramReceiver(CompletionPort port, Socket socket) {
        this.port = port;
        this.readable = Poll.readable(socket).onCompletion(this::ready);
        this.receive = new ReceiveFrom(socket).onCompletion(this::received);
    }

    void begin(byte[] into, CompletableFuture<Datagram> done, Datagrams.Failure failure) {
        question = new Question(into, done, failure);
        if (deadlineNanos != NONE && deadlineNanos - System.nanoTime() <= 0) {
            fail(Status.DEADLINE, 0);
            return;
        }
        port.submit(readable);
        applyDeadline();
    }

    void deadline(long nanoTime) {
        deadlineNanos = nanoTime;
        applyDeadline();
    }

    void noDeadline() {
        deadlineNanos = NONE;
        applyDeadline();
    }

    private void applyDeadline() {
        if (readable.isPending()) {
            port.moveDeadline(readable, deadlineNanos);
        }
    }

    /** Ends what waits; a datagram that is there wins. */
    void cancel() {
        if (readable.isPending()) {
            port.cancel(readable);
        }
    }

    private void ready(Poll event) {
        if (!event.isOk()) {
            fail(event.status(), event.nativeCode());
            return;
        }
        PooledBuffer taken = port.takeBuffer();
        if (taken == null) {
            fail(Status.NO_BUFFERS, 0);
            return;
        }
        buffer = taken;
        port.submit(receive.buffer(taken.segment()));
    }

    private void received(ReceiveFrom event) {
        Question asked = question;
        PooledBuffer filled = buffer;
        assert asked != null && filled != null : "a datagram that nobody waits for";
        buffer = null;
        if (event.isOk()) {
            int length = Math.min(event.bytes(), asked.into.length);
            boolean cut = event.isTruncated() || event.bytes() > asked.into.length;
            MemorySegment.copy(
                    filled.segment(), ValueLayout.JAVA_BYTE, 0, asked.into, 0, length);
            filled.release();
            question = null;
            asked.done.complete(new Datagram(length, event.source(), cut));
        } else {
            filled.release();
            fail(event.status(), event.nativeCode());
        }
    }

    private void fail(Status status, int nativeCode) {
        Question asked = question;
        assert asked != null : "nobody waits";
        question = null;
        asked.failure.tell("receive", status, nativeCode, asked.done);
    }
}
