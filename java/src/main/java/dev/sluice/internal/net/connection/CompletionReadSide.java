package dev.sluice.internal.net.connection;

import dev.sluice.Delay;
import dev.sluice.EventHandler;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.PooledBuffer;
import dev.sluice.Receive;
import dev.sluice.Status;
import dev.sluice.internal.net.Endpoints;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.internal.net.ports.ReceiveBudget;
import dev.sluice.net.Connection;
import dev.sluice.net.NetException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The port receives, and copies bytes from its buffer straight into the array of the waiting thread.
 * Bytes that arrive while no thread waits are kept in arrays up to a bound; above it the receive
 * pauses and TCP's flow control makes the peer wait. So no connection holds a buffer of the port
 * longer than a handler runs.
 *
 * <p>While a thread waits for the bytes, one multishot receive serves the whole connection without
 * another submission. It cannot be stopped exactly: a burst may first fill all buffers that the kernel
 * has. So before the first read, and while all connections together keep too much ({@link
 * ReceiveBudget}), each receive takes one buffer.
 */
final class CompletionReadSide extends ReadSide
        implements EventHandler<Receive>, ReceiveBudget.Member {
    /** The heap for unread bytes at which receiving pauses. */
    private static final int MAX_UNREAD = 128 * 1024;

    private static final Duration BUFFER_RETRY = Duration.ofMillis(1);

    private static final byte[] NO_ROOM = {};

    /** Values of {@link #result} beside a number of bytes: none yet, and the end of the stream. */
    private static final int NOTHING = -1;

    private static final int ENDED = -2;

    private final Receive receive;

    // ---- of the port's thread ------------------------------------------------------------------

    /** True if a thread waited for the bytes of the last event. */
    private boolean awaited;

    private int budgetIndex = -1;

    // ---- guarded by this, between the port's thread and the reading one ------------------------

    /** Created for the first bytes for which no thread waits. */
    private @Nullable UnreadBytes unread;

    /** True while no receive is pending, until the reading thread asks for one. */
    private boolean paused;

    /** How the stream ended; null before. */
    private @Nullable StreamEnd end;

    /** Where the waiting thread wants its bytes; null while none waits. */
    private byte @Nullable [] target;

    private int targetOffset;
    private int targetLength;

    /** What the waiting thread gets; written under the lock, read without. */
    private volatile int result;

    CompletionReadSide(
            Poller poller, NativeSocket socket, Endpoints endpoints, WriteSide writeSide) {
        super(poller, socket, endpoints, writeSide, false);
        this.receive = new Receive(socket).pooled().onCompletion(this);
    }

    private ReceiveBudget budget() {
        return state.poller.receiveBudget();
    }

    // ---- on the port's thread ------------------------------------------------------------------

    @Override
    void open() {
        budget().add(this);
        try {
            submitReceive(MAX_UNREAD);
        } catch (RuntimeException | Error failure) {
            budget().remove(this);
            throw failure;
        }
    }

    @Override
    public int budgetIndex() {
        return budgetIndex;
    }

    @Override
    public void budgetIndex(int index) {
        budgetIndex = index;
    }

    /** Receives, unless more than so much is unread. */
    private void submitReceive(int maxUnread) {
        if (state.poller.isStopping()) {
            closedWithPort();
        } else if (state.socket.isOpen() && !receive.isPending() && !hasEnded()) {
            boolean tight = budget().isTight();
            if (!pause(tight ? NOTHING : maxUnread)) {
                boolean multishot = !tight && (awaited || isAwaited());
                state.poller.port().submit(multishot ? receive.multishot() : receive.oneShot());
            }
        }
    }

    /** The same; without a free slot in the port the stream ends with an error. */
    private void submitReceiveOrEnd(int maxUnread) {
        try {
            submitReceive(maxUnread);
        } catch (LimitExceededException exhausted) {
            ended(Status.OUT_OF_MEMORY, 0);
        }
    }

    /** Receives again after a pause. */
    private void resume() {
        try {
            submitReceiveOrEnd(MAX_UNREAD);
        } catch (RuntimeException | Error failure) {
            broken(failure);
            throw failure;
        }
    }

    @Override
    public void stopReceiving() {
        if (receive.isPending()) {
            state.poller.port().cancel(receive);
        }
    }

    /** Ends the stream with an error: bytes are lost, or no receive can be submitted. */
    private void broken(Throwable failure) {
        ended(failure instanceof OutOfMemoryError ? Status.OUT_OF_MEMORY : Status.UNKNOWN, 0);
        stopReceiving();
    }

    private void awaitBuffers() {
        if (state.poller.isStopping()) {
            closedWithPort();
            return;
        }
        Delay pause = new Delay(BUFFER_RETRY).onCompletion(this::retry);
        try {
            state.poller.port().submit(pause);
        } catch (LimitExceededException exhausted) {
            ended(Status.OUT_OF_MEMORY, 0);
        }
    }

    /** The pause for buffers is over, or the port is closed. */
    private void retry(Delay over) {
        if (over.status() == Status.CLOSED_LOCALLY) {
            closedWithPort();
        } else {
            resume();
        }
    }

    private void closedWithPort() {
        ended(Status.CLOSED_LOCALLY, 0);
        state.unwatched(Status.CLOSED_LOCALLY, 0);
    }

    @Override
    public void handle(Receive event) {
        try {
            received(event);
        } catch (RuntimeException | Error failure) {
            broken(failure);
            throw failure;
        }
    }

    private void received(Receive event) {
        switch (event.status()) {
            case OK -> {
                arrived(event);
                if (!event.hasMore()) {
                    submitReceiveOrEnd(MAX_UNREAD);
                }
            }
            case NO_BUFFERS -> awaitBuffers();
            case CANCELLED -> submitReceiveOrEnd(MAX_UNREAD / 2);
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
        state.moved(event.bytes());
        if (awaited) {
            state.poller.wake(this);
        }
        budget().enforce();
        if (isFull()) {
            stopReceiving();
        }
    }

    private synchronized boolean isFull() {
        return unreadHeapBytes() >= MAX_UNREAD;
    }

    /** Gives bytes to the waiting thread and keeps the rest; returns true if one waited. */
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

    /** Keeps bytes for which no thread waits; called with the lock. */
    private void keep(MemorySegment from, int offset, int count) {
        UnreadBytes present = unread;
        if (present == null) {
            present = new UnreadBytes(budget());
            unread = present;
        }
        present.add(from, offset, count);
    }

    /** Returns the heap that unread bytes take; called with the lock. */
    private int unreadHeapBytes() {
        return unread == null ? 0 : unread.heapBytes();
    }

    private synchronized boolean isAwaited() {
        return target != null;
    }

    /** Pauses if more than so much is unread and no thread waits for bytes. */
    private synchronized boolean pause(int maxUnread) {
        paused = target == null && unreadHeapBytes() > maxUnread;
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
            if (unread != null) {
                unread.clear();
            }
        }
    }

    // ---- on the thread that reads --------------------------------------------------------------

    @Override
    int receive(byte[] into, int offset, int length) throws NetException {
        if (length == 0) {
            return 0;
        }
        state.check(this, "read");
        if (setTargetIfEmpty(into, offset, length)) {
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
        return awaitUnread() ? take(into) : atEnd();
    }

    @Override
    long copyTo(Connection to) throws NetException {
        long copied = 0;
        while (awaitUnread()) {
            Chunk first;
            synchronized (this) {
                first = unread == null ? null : unread.takeFirst();
            }
            if (first == null) {
                throw dropped();
            }
            resumeIfDrained();
            to.write(first.bytes, first.taken, first.left());
            copied += first.left();
        }
        int none = atEnd();
        assert none == NativeSocket.END_OF_STREAM : "not an end: " + none;
        return copied;
    }

    /** Waits until there are unread bytes; false at the end. */
    private boolean awaitUnread() throws NetException {
        state.check(this, "read");
        return !setTargetIfEmpty(NO_ROOM, 0, 0) || await() != ENDED;
    }

    /** Sets where the next bytes go; false if there are unread bytes, which only this thread takes. */
    private boolean setTargetIfEmpty(byte[] into, int offset, int length) {
        boolean resumes;
        synchronized (this) {
            if (unread != null && !unread.isEmpty()) {
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
        registerCurrentThread();
        try {
            while (result == NOTHING) {
                if (!state.park(this, "read")) {
                    state.awaitPort("read");
                }
            }
        } catch (NetException | RuntimeException | Error failure) {
            if (withdrawTarget()) {
                throw failure;
            }
        }
        return result;
    }

    /** Lets no more bytes go to the caller's array; false if they have gone there already. */
    private synchronized boolean withdrawTarget() {
        target = null;
        return result == NOTHING;
    }

    private int take(MemorySegment into) throws NetException {
        int count;
        synchronized (this) {
            count = unread == null ? 0 : unread.take(into);
        }
        if (count == 0) {
            throw dropped();
        }
        resumeIfDrained();
        return count;
    }

    /** The unread bytes are gone: only this side's close drops them. */
    private NetException dropped() {
        return NetErrors.of(state.describe("read"), Status.CLOSED_LOCALLY, 0);
    }

    /** Must not hold the lock, which the port's thread takes: the port's queue may be full. */
    private void resumeIfDrained() {
        // While the budget is exceeded the receive resumes when this thread waits.
        boolean drained = !budget().isExceeded();
        synchronized (this) {
            drained &= paused && unreadHeapBytes() <= MAX_UNREAD / 2;
            paused &= !drained;
        }
        if (drained) {
            askToResume();
        }
    }

    private void askToResume() {
        boolean closed = !state.poller.execute(this::resume);
        assert !closed || state.poller.isStopping() : "an open port took no task";
    }

    private int atEnd() throws NetException {
        StreamEnd how;
        synchronized (this) {
            how = end;
        }
        assert how != null : "the stream has not ended";
        if (how.status == Status.EOF) {
            reportEnd();
            return (int) NativeSocket.END_OF_STREAM;
        }
        throw state.lostBy("read", how.status, how.nativeCode);
    }

    @Override
    void beginReadShutdown() {
        // The receive ends with the end of the stream.
    }

    @Override
    void readShutdown() {
        // The kernel ends the receive, after the bytes that had arrived.
    }
}
