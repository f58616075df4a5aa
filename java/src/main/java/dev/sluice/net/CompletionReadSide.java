package dev.sluice.net;

import dev.sluice.CompletionHandler;
import dev.sluice.Delay;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.Poll;
import dev.sluice.PooledBuffer;
import dev.sluice.Receive;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Bytes are copied from the port's buffer straight into the array of the thread that waits for them.
 * Bytes that come while no thread waits are kept in arrays up to a bound, beyond which the receive
 * pauses and TCP lets the peer wait. So no connection holds a buffer longer than a handler runs.
 *
 * <p>While a thread waits for the bytes, one multishot receive serves the whole connection without
 * another request. It cannot be ended exactly: a burst may first fill all buffers that lie ready in
 * the kernel. So before the first read, and while all connections together keep too much ({@link
 * ReceiveBudget}), each receive takes one buffer.
 */
final class CompletionReadSide extends UnreadBytes implements CompletionHandler<Receive> {
    /** What is kept for a thread that does not read, before the peer has to wait: of the heap. */
    private static final int MOST_KEPT = 128 * 1024;

    private static final Duration UNTIL_BUFFERS_COME = Duration.ofMillis(1);

    private static final byte[] NOWHERE = {};

    /** Values of {@link #result} beside a number of bytes: wait, and the stream has ended. */
    private static final int NOTHING = -1;

    private static final int ENDED = -2;

    private final Receive receive;

    /** Asks for room to write, made when there first was none. */
    private @Nullable Poll writable;

    // ---- of the port's thread ------------------------------------------------------------------

    /** Whether a thread waited for what came last. */
    private boolean awaited;

    // ---- guarded by this, where the port's thread meets the one that reads ---------------------

    /** No receive is with the port, nor will be before the thread that reads asks. */
    private boolean paused;

    /** How the stream ended; null while it goes on. */
    private @Nullable StreamEnd end;

    /** Where the thread that waits wants its bytes; null while none waits. */
    private byte @Nullable [] target;

    private int targetOffset;
    private int targetLength;

    /** What came for the thread that waits; written under the lock, read without. */
    private volatile int result;

    CompletionReadSide(ConnectionState wire) {
        super(wire);
        this.receive = new Receive(wire.socket).pooled().onCompletion(this);
    }

    // ---- on the port's thread ------------------------------------------------------------------

    @Override
    void open() {
        budget().add(this);
        try {
            goOn(MOST_KEPT);
        } catch (RuntimeException | Error failure) {
            budget().remove(this);
            throw failure;
        }
    }

    @Override
    boolean tellsEdges() {
        return false;
    }

    @Override
    Poll question(ReadyWaiter side) {
        assert side instanceof WriteSide : "bytes come without a question";
        writable = ReadinessRequest.writable(writable, wire.socket, side);
        return writable;
    }

    /** Receives again, unless more than that is kept. */
    private void goOn(int mostKept) {
        if (wire.poller.isStopping()) {
            closedWithPort();
        } else if (wire.socket.isOpen() && !receive.isPending() && !hasEnded()) {
            boolean tight = budget().isTight();
            if (!pause(tight ? NOTHING : mostKept)) {
                boolean goesOn = !tight && (awaited || isAwaited());
                wire.poller.port().submit(goesOn ? receive.multishot() : receive.oneShot());
            }
        }
    }

    /** The same; if the port has no slot for that now, the reader fails. */
    private void goOnOrEnd(int mostKept) {
        try {
            goOn(mostKept);
        } catch (LimitExceededException refused) {
            ended(Status.OUT_OF_MEMORY, 0);
        }
    }

    /** Receives again after a pause. */
    private void resume() {
        try {
            goOnOrEnd(MOST_KEPT);
        } catch (RuntimeException | Error failure) {
            broken(failure);
            throw failure;
        }
    }

    @Override
    void stopReceiving() {
        if (receive.isPending()) {
            wire.poller.port().cancel(receive);
        }
    }

    /** What came cannot be kept, or nothing more can be asked for: the stream must not have a hole. */
    private void broken(Throwable failure) {
        ended(failure instanceof OutOfMemoryError ? Status.OUT_OF_MEMORY : Status.UNKNOWN, 0);
        if (receive.isPending()) {
            wire.poller.port().cancel(receive);
        }
    }

    private void awaitBuffers() {
        if (wire.poller.isStopping()) {
            closedWithPort();
            return;
        }
        Delay pause = new Delay(UNTIL_BUFFERS_COME).onCompletion(this::buffersMayHaveCome);
        try {
            wire.poller.port().submit(pause);
        } catch (LimitExceededException refused) {
            ended(Status.OUT_OF_MEMORY, 0);
        }
    }

    /** The time to wait for buffers is over, or the port is closed. */
    private void buffersMayHaveCome(Delay over) {
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
        try {
            handle(event);
        } catch (RuntimeException | Error failure) {
            broken(failure);
            throw failure;
        }
    }

    private void handle(Receive event) {
        switch (event.status()) {
            case OK -> {
                arrived(event);
                if (!event.hasMore()) {
                    goOnOrEnd(MOST_KEPT);
                }
            }
            case NO_BUFFERS -> awaitBuffers();
            case CANCELLED -> goOnOrEnd(MOST_KEPT / 2);
            case CLOSED_LOCALLY -> closedWithPort();
            default -> ended(event.status(), event.nativeCode());
        }
    }

    private void arrived(Receive event) {
        PooledBuffer buffer = event.takeBuffer();
        try {
            awaited = accept(buffer.segment(), event.bytes());
        } finally {
            buffer.release();
        }
        wire.moved(event.bytes());
        if (awaited) {
            wire.poller.wake(this);
        }
        budget().enforce();
        if (isFull()) {
            stopReceiving();
        }
    }

    private synchronized boolean isFull() {
        return keptHeapBytes() >= MOST_KEPT;
    }

    /** Hands bytes to the thread that waits and keeps the rest; whether one waited. */
    private synchronized boolean accept(MemorySegment from, int bytes) {
        if (end != null) {
            // Bytes before these are lost, or the connection is closed.
            return false;
        }
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

    private synchronized boolean isAwaited() {
        return target != null;
    }

    /** Stops receiving for now if more than that is kept and no thread waits for bytes. */
    private synchronized boolean pause(int mostKept) {
        paused = target == null && keptHeapBytes() > mostKept;
        return paused;
    }

    private void ended(Status status, int nativeCode) {
        StreamEnd how = StreamEnd.of(status, nativeCode);
        synchronized (this) {
            if (end == null) {
                end = how;
            }
            if (target != null) {
                target = null;
                result = ENDED;
            }
        }
        budget().remove(this);
        wake();
    }

    private synchronized boolean hasEnded() {
        return end != null;
    }

    @Override
    void discard() {
        ended(Status.CLOSED_LOCALLY, 0);
        synchronized (this) {
            dropKept();
        }
    }

    // ---- on the thread that reads --------------------------------------------------------------

    @Override
    int receive(byte[] into, int offset, int length) throws NetException {
        if (length == 0) {
            return 0;
        }
        wire.check(this, "read");
        if (askUnlessKept(into, offset, length)) {
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
            Chunk first;
            synchronized (this) {
                first = takeFirst();
            }
            if (first == null) {
                throw dropped();
            }
            resumeIfDrained();
            to.write(first.bytes, first.taken, first.left());
            copied += first.left();
        }
        int none = atEnd();
        assert none == NativeSocket.END_OF_STREAM : "an end that is none: " + none;
        return copied;
    }

    /** Waits until bytes are kept here; false at the end. */
    private boolean awaitKept() throws NetException {
        wire.check(this, "read");
        return !askUnlessKept(NOWHERE, 0, 0) || await() != ENDED;
    }

    /** False if bytes are kept here, which only the thread that reads takes away. */
    private boolean askUnlessKept(byte[] into, int offset, int length) {
        boolean resumes;
        synchronized (this) {
            if (keepsBytes()) {
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
            resumes = paused;
            paused = false;
        }
        if (resumes) {
            askToResume();
        }
        return true;
    }

    private int await() throws NetException {
        waitedForByThisThread();
        try {
            while (result == NOTHING) {
                if (!wire.park(this, "read")) {
                    wire.awaitPort("read");
                }
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

    private int take(MemorySegment into) throws NetException {
        int count;
        synchronized (this) {
            count = takeKept(into);
        }
        if (count == 0) {
            throw dropped();
        }
        resumeIfDrained();
        return count;
    }

    /** What was kept a moment before is gone: only this side's own end drops it. */
    private NetException dropped() {
        return NetException.of(wire.describe("read"), Status.CLOSED_LOCALLY, 0);
    }

    /** Not under the lock, which the port's thread takes too: the port may let this wait. */
    private void resumeIfDrained() {
        // Where all together keep too much it is resumed when this thread waits.
        boolean drained = !budget().isUsedUp();
        synchronized (this) {
            drained &= paused && keptHeapBytes() <= MOST_KEPT / 2;
            paused &= !drained;
        }
        if (drained) {
            askToResume();
        }
    }

    private void askToResume() {
        boolean closed = !wire.poller.execute(this::resume);
        assert !closed || wire.poller.isStopping() : "a port that is open took no task";
    }

    private int atEnd() throws NetException {
        StreamEnd how;
        synchronized (this) {
            how = end;
        }
        assert how != null : "the stream goes on";
        if (how.status == Status.EOF) {
            tellEnd();
            return (int) NativeSocket.END_OF_STREAM;
        }
        throw wire.lostBy("read", how.status, how.nativeCode);
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
