package dev.sluice.net;

import dev.sluice.CompletionHandler;
import dev.sluice.LimitExceededException;
import dev.sluice.Poll;
import dev.sluice.PooledBuffer;
import dev.sluice.Receive;
import dev.sluice.Socket;
import dev.sluice.Status;
import dev.sluice.Timer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One receive of the port goes on for as long as the connection. Bytes are copied from the port's
 * buffer straight into the array of the thread that waits for them. What comes while nobody waits is
 * kept in arrays of its own size up to a bound, beyond which the receive pauses and TCP lets the peer
 * wait. So no connection holds a buffer of the port longer than a handler runs.
 */
final class CompletionInlet extends Inlet implements CompletionHandler<Receive> {
    /** Bytes kept for a thread that does not read, before the peer has to wait. */
    private static final int MOST_KEPT = 128 * 1024;

    private static final Duration UNTIL_BUFFERS_COME = Duration.ofMillis(1);

    private static final byte[] NOWHERE = {};

    /** Values of {@link #result} beside a number of bytes: wait, and the stream has ended. */
    private static final int NOTHING = -1;

    private static final int ENDED = -2;

    private final Receive receive;

    /** Asks for room to write, made when there first was none. */
    private @Nullable Poll writable;

    // ---- guarded by this, where the port's thread meets the one that reads ---------------------

    /** The last of what is kept; null while nothing is. */
    private @Nullable Piece kept;

    private int keptBytes;

    private boolean paused;

    /** How the stream ended; null while it goes on. */
    private @Nullable Status end;

    private int endCode;

    /** Where the thread that waits wants its bytes; null while none waits. */
    private byte @Nullable [] target;

    private int targetOffset;
    private int targetLength;

    /** What came for the thread that waits; written under the lock, read without. */
    private volatile int result;

    CompletionInlet(Wire wire) {
        super(wire, false);
        this.receive = new Receive(wire.socket).pooled().multishot().onCompletion(this);
    }

    // ---- on the port's thread ------------------------------------------------------------------

    @Override
    void open() {
        goOn();
    }

    @Override
    boolean tellsEdges() {
        return false;
    }

    @Override
    Poll question(Direction side) {
        assert side instanceof Outlet : "bytes come without a question";
        writable = ReadinessQuestion.writable(writable, wire.socket, side);
        return writable;
    }

    private void goOn() {
        if (wire.poller.isStopping()) {
            closedWithPort();
        } else if (wire.socket.isOpen() && !receive.isPending()) {
            wire.poller.port().submit(receive);
        }
    }

    /** Receives again after a pause; if the port has no slot for that now, the reader is told. */
    private void resume() {
        try {
            goOn();
        } catch (LimitExceededException refused) {
            ended(Status.OUT_OF_MEMORY, 0);
        }
    }

    private void awaitBuffers() {
        if (wire.poller.isStopping()) {
            closedWithPort();
            return;
        }
        Timer pause = new Timer(UNTIL_BUFFERS_COME).onCompletion(this::buffersMayHaveCome);
        try {
            wire.poller.port().submit(pause);
        } catch (LimitExceededException refused) {
            ended(Status.OUT_OF_MEMORY, 0);
        }
    }

    /** The time to wait for buffers is over, or the port is closed. */
    private void buffersMayHaveCome(Timer over) {
        if (over.status() == Status.CLOSED_LOCALLY) {
            closedWithPort();
        } else {
            resume();
        }
    }

    private void closedWithPort() {
        ended(Status.CLOSED_LOCALLY, 0);
        wire.unwatched(Status.CLOSED_LOCALLY, 0);
    }

    @Override
    public void completed(Receive event) {
        switch (event.status()) {
            case OK -> {
                PooledBuffer buffer = event.takeBuffer();
                boolean awaited = accept(buffer.segment(), event.bytes());
                buffer.release();
                wire.moved(event.bytes());
                if (awaited) {
                    wire.poller.wake(this);
                }
            }
            case NO_BUFFERS -> awaitBuffers();
            case CANCELLED -> {
                if (!pause()) {
                    goOn();
                }
            }
            case CLOSED_LOCALLY -> closedWithPort();
            default -> ended(event.status(), event.nativeCode());
        }
    }

    /** Hands bytes to the thread that waits and keeps the rest; whether one waited. */
    private synchronized boolean accept(MemorySegment from, int bytes) {
        byte[] into = target;
        int given = 0;
        if (into != null) {
            given = Math.min(bytes, targetLength);
            MemorySegment.copy(from, ValueLayout.JAVA_BYTE, 0, into, targetOffset, given);
            target = null;
            result = given;
        }
        if (given < bytes) {
            keep(from, given, bytes - given);
        }
        return into != null;
    }

    private void keep(MemorySegment from, int offset, int bytes) {
        byte[] copy = new byte[bytes];
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset, copy, 0, bytes);
        kept = new Piece(copy).after(kept);
        keptBytes += bytes;
        if (keptBytes >= MOST_KEPT) {
            wire.poller.port().cancel(receive);
        }
    }

    private synchronized boolean pause() {
        paused = keptBytes > MOST_KEPT / 2;
        return paused;
    }

    private void ended(Status status, int nativeCode) {
        synchronized (this) {
            end = status;
            endCode = nativeCode;
            if (target != null) {
                target = null;
                result = ENDED;
            }
        }
        wake();
    }

    // ---- on the thread that reads --------------------------------------------------------------

    @Override
    int receive(byte[] into, int offset, int length) throws NetException {
        if (length == 0) {
            return 0;
        }
        wire.check(this, "read");
        if (wantUnlessKept(into, offset, length)) {
            int count = await();
            return count == ENDED ? atEnd() : count;
        }
        return take(MemorySegment.ofArray(into).asSlice(offset, length));
    }

    @Override
    int receive(MemorySegment into) throws NetException {
        if (into.byteSize() == 0) {
            return 0;
        }
        return awaitKept() ? take(into) : atEnd();
    }

    @Override
    long copyTo(Connection to) throws NetException {
        long copied = 0;
        while (awaitKept()) {
            Piece first;
            synchronized (this) {
                Piece last = kept;
                assert last != null : "bytes are kept";
                first = last.first();
                kept = last.withoutFirst();
                keptBytes -= first.left();
            }
            resumeIfDrained();
            to.write(first.bytes, first.taken, first.left());
            copied += first.left();
        }
        int none = atEnd();
        assert none == Socket.END_OF_STREAM : "an end that is none: " + none;
        return copied;
    }

    /** Waits until bytes are kept here; false at the end. */
    private boolean awaitKept() throws NetException {
        wire.check(this, "read");
        return !wantUnlessKept(NOWHERE, 0, 0) || await() != ENDED;
    }

    /** False if bytes are kept here, which only the thread that reads takes away. */
    private synchronized boolean wantUnlessKept(byte[] into, int offset, int length) {
        if (keptBytes > 0) {
            return false;
        }
        if (end != null) {
            result = ENDED;
            return true;
        }
        target = into;
        targetOffset = offset;
        targetLength = length;
        result = NOTHING;
        return true;
    }

    private int await() throws NetException {
        waitedForByThisThread();
        try {
            while (result == NOTHING) {
                wire.park(this, "read");
            }
        } catch (NetException | RuntimeException | Error failure) {
            if (withdraw()) {
                throw failure;
            }
        }
        return result;
    }

    /** Nothing shall come into the caller's array any more; false if it came already. */
    private synchronized boolean withdraw() {
        target = null;
        return result == NOTHING;
    }

    private int take(MemorySegment into) {
        int count = takeKept(into);
        resumeIfDrained();
        return count;
    }

    /** Copies what is kept, as much as fits. */
    private synchronized int takeKept(MemorySegment into) {
        Piece last = kept;
        int count = 0;
        while (last != null && count < into.byteSize()) {
            Piece first = last.first();
            int part = (int) Math.min(first.left(), into.byteSize() - count);
            MemorySegment.copy(
                    first.bytes, first.taken, into, ValueLayout.JAVA_BYTE, count, part);
            count += part;
            first.taken += part;
            if (first.left() == 0) {
                last = last.withoutFirst();
            }
        }
        kept = last;
        keptBytes -= count;
        return count;
    }

    /** Not under the lock, which the port's thread takes too: the port may let this wait. */
    private void resumeIfDrained() {
        boolean resumes;
        synchronized (this) {
            resumes = paused && keptBytes <= MOST_KEPT / 2;
            paused &= !resumes;
        }
        boolean closed = resumes && !wire.poller.execute(this::resume);
        assert !closed || wire.poller.isStopping() : "a port that is open took no task";
    }

    private int atEnd() throws NetException {
        Status how;
        synchronized (this) {
            how = end;
        }
        assert how != null : "the stream goes on";
        if (how == Status.EOF) {
            wire.requireCleanEnd();
            return (int) Socket.END_OF_STREAM;
        }
        throw wire.lostBy("read", how, endCode);
    }

    @Override
    void readCloses() {
        // The receive ends with the end of the stream.
    }

    @Override
    void readClosed() {
        // The system ends the receive by itself, after what had come.
    }
}
