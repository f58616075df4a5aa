package dev.sluice.internal.net.connection;

import dev.sluice.Delay;
import dev.sluice.EventHandler;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.PooledBuffer;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.Status;
import dev.sluice.internal.net.DirectTransport.Lender;
import dev.sluice.internal.net.Endpoints;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.internal.net.ports.ReceiveBudget;
import dev.sluice.net.Connection;
import dev.sluice.net.NetException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The port receives while messages are small, and copies bytes from its buffer straight into the array
 * of the waiting thread. Bytes that arrive while no thread waits are kept in arrays up to a bound;
 * above it the receive pauses and TCP's flow control makes the peer wait. So no connection holds a
 * buffer of the port longer than a handler runs.
 *
 * <p>Where reads return many bytes, the reading thread makes its system calls itself, and the port
 * watches the socket: a large message would fill cold buffers of the port and arrays besides. The
 * reading thread decides by what its latest reads returned. The port's thread makes the change, so
 * that either a receive or a poll is pending, and never both.
 *
 * <p>While a thread waits for the bytes, one multishot receive serves the whole connection without
 * another submission. It cannot be stopped exactly: a burst may first fill all buffers that the kernel
 * has. So before the first read, and while all connections together keep too much ({@link
 * ReceiveBudget}), each receive takes one buffer.
 */
final class AdaptiveReadSide extends ReadSide
        implements EventHandler<Receive>, ReceiveBudget.Member {
    /** The heap for unread bytes at which receiving pauses. */
    private static final int MAX_UNREAD = 128 * 1024;

    private static final Duration BUFFER_RETRY = Duration.ofMillis(1);

    private static final byte[] NO_ROOM = {};

    /** The mean size of reads from which on the thread receives itself. */
    private static final int LARGE = 8 * 1024;

    /** The mean size below which the port receives again. */
    private static final int SMALL = 2 * 1024;

    /** The mean follows each read by this part of the difference, as a power of two. */
    private static final int MEAN_SHIFT = 3;

    /** The array of a connection that is copied to another one grows by multiples of this. */
    private static final int PASSING_STEP = 16;

    final ReceivedBytes received;

    // ---- of the port's thread ------------------------------------------------------------------

    private final Receive receive;

    /** Watches the socket for a thread that receives itself; created when first needed. */
    @Nullable
    Readiness poll;

    /** True while the port is to watch the socket and not to receive. */
    private boolean watches;

    /** True if a thread waited for the bytes of the last event. */
    private boolean awaited;

    private int budgetIndex = -1;

    // ---- of the reading thread -----------------------------------------------------------------

    /** Where small messages wait for their way to another connection: as large as those that came. */
    private byte[] passing = NO_ROOM;

    /** The mean number of bytes of the latest reads. */
    private int meanBytes;

    /** True while this thread makes its system calls itself: the port receives nothing. */
    private boolean direct;

    /** True from the request to the port's thread to stop receiving until messages are small. */
    private boolean stopRequested;

    AdaptiveReadSide(
            Poller poller, NativeSocket socket, Endpoints endpoints, WriteSide writeSide) {
        super(poller, socket, endpoints, writeSide, false);
        this.receive = new Receive(socket).pooled().onCompletion(this);
        this.received = new ReceivedBytes();
    }

    private ReceiveBudget budget() {
        return state.poller.receiveBudget();
    }

    // ---- on the port's thread: one operation after the other -----------------------------------

    @Override
    void open() {
        budget().add(this);
        try {
            submitNext(MAX_UNREAD);
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

    /** Watches the socket or receives, unless more than so much is unread. */
    private void submitNext(int maxUnread) {
        if (state.poller.isStopping()) {
            closedWithPort();
        } else if (state.socket.isOpen() && !isPending() && !received.hasEnded()) {
            // After closeRead a receive ends without the bytes that are still in the kernel.
            if (watches || (isShutDown() && state.poller.reportsEdges())) {
                watch();
            } else {
                submitReceive(maxUnread);
            }
        }
    }

    private boolean isPending() {
        return receive.isPending() || (poll != null && poll.isPending());
    }

    private void submitReceive(int maxUnread) {
        boolean tight = budget().isTight();
        if (!received.pause(tight ? -1 : maxUnread)) {
            boolean multishot = !tight && (awaited || received.isAwaited());
            state.poller.port().submit(multishot ? receive.multishot() : receive.oneShot());
        }
    }

    /** As {@link #submitNext}; without a free slot in the port the stream ends with an error. */
    private void submitNextOrEnd(int maxUnread) {
        try {
            submitNext(maxUnread);
        } catch (LimitExceededException exhausted) {
            ended(Status.OUT_OF_MEMORY, 0);
        }
    }

    /** Receives again, or watches; ends the other way. Whatever fails ends the stream. */
    private void resume() {
        try {
            if (watches) {
                stopReceiving();
            } else if (poll != null && poll.isPending()) {
                state.poller.port().cancel(poll);
            }
            submitNextOrEnd(MAX_UNREAD);
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

    private void closedWithPort() {
        ended(Status.CLOSED_LOCALLY, 0);
        state.unwatched(Status.CLOSED_LOCALLY, 0);
    }

    private void ended(Status status, int nativeCode) {
        received.end(status, nativeCode);
        budget().remove(this);
        wake();
    }

    @Override
    void discard() {
        ended(Status.CLOSED_LOCALLY, 0);
        received.clear();
    }

    // ---- on the port's thread: receiving -------------------------------------------------------

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
                    submitNextOrEnd(MAX_UNREAD);
                }
            }
            case NO_BUFFERS -> awaitBuffers();
            case CANCELLED -> submitNextOrEnd(MAX_UNREAD / 2);
            case CLOSED_LOCALLY -> closedWithPort();
            default -> ended(event.status(), event.nativeCode());
        }
    }

    private void arrived(Receive event) {
        PooledBuffer buffer = event.takeBuffer();
        try {
            awaited = received.add(buffer.segment(), event.bytes(), budget());
        } finally {
            buffer.release();
        }
        state.moved(event.bytes());
        if (awaited) {
            state.poller.wake(this);
        }
        budget().enforce();
        if (received.unreadHeapBytes() >= MAX_UNREAD) {
            stopReceiving();
        }
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

    // ---- on the port's thread: watching --------------------------------------------------------

    /** Stops receiving for a thread that receives itself. */
    private void beginWatching() {
        watches = true;
        resume();
    }

    /** Receives again for the reading thread, which waits for a result alone. */
    private void endWatching() {
        watches = false;
        resume();
    }

    /** Lets the reading thread receive itself. */
    private void watch() {
        Readiness present = poll;
        if (present == null) {
            present = Readiness.readable(state.socket).multishot().onCompletion(this::watched);
            poll = present;
        }
        state.poller.port().submit(present);
        received.stop();
        reportReady();
    }

    /** The socket became ready, or is no longer watched. */
    private void watched(Readiness edge) {
        switch (edge.status()) {
            case OK -> ready(edge);
            case CANCELLED -> resume();
            case CLOSED_LOCALLY -> closedWithPort();
            default -> {
                // The reading thread waits for readiness, or already for bytes of the port.
                ended(edge.status(), edge.nativeCode());
                state.unwatched(edge.status(), edge.nativeCode());
            }
        }
    }

    // ---- on the thread that reads: which way ---------------------------------------------------

    /** Changes the way if the reads have become large or small. */
    private int chosenBy(int count) {
        if (count > 0) {
            meanBytes += (count - meanBytes) >> MEAN_SHIFT;
        }
        boolean small = meanBytes < SMALL && !isShutDown();
        if (direct ? small : stopRequested != meanBytes >= LARGE) {
            change();
        }
        return count;
    }

    private void change() {
        if (direct) {
            direct = false;
            stopRequested = false;
            received.start();
            if (!asked(AdaptiveReadSide::endWatching)) {
                direct = true;
                stopRequested = true;
                received.stop();
            }
        } else if (stopRequested) {
            stopRequested = meanBytes >= SMALL;
        } else if (state.poller.reportsEdges()) {
            stopRequested = asked(AdaptiveReadSide::beginWatching);
        }
    }

    /**
     * Asks the port's thread to run a task; false if there is no memory for it. A read that has taken
     * bytes must not fail for that: a later one asks again.
     */
    private boolean asked(Consumer<AdaptiveReadSide> task) {
        try {
            state.ask(() -> task.accept(this));
            return true;
        } catch (OutOfMemoryError | StackOverflowError none) {
            return false;
        }
    }

    // ---- on the thread that reads --------------------------------------------------------------

    @Override
    int receive(byte[] into, int offset, int length) throws NetException {
        if (length == 0) {
            return 0;
        }
        int result = await(into, offset, length);
        return chosenBy(switch (result) {
            case ReceivedBytes.STOPPED -> super.receive(into, offset, length);
            case ReceivedBytes.UNREAD -> take(MemorySegment.ofArray(into).asSlice(offset, length));
            default -> countOrEnd(result);
        });
    }

    @Override
    int receive(MemorySegment into) throws NetException {
        if (into.byteSize() == 0) {
            return 0;
        }
        int result = await(NO_ROOM, 0, 0); // 0 once there are unread bytes
        return chosenBy(switch (result) {
            case ReceivedBytes.STOPPED -> super.receive(into);
            case 0, ReceivedBytes.UNREAD -> take(into);
            default -> countOrEnd(result);
        });
    }

    @Override
    int receive(Lender lender) throws NetException {
        int result = await(lender, 0, 0);
        return chosenBy(switch (result) {
            case ReceivedBytes.STOPPED -> super.receive(lender);
            case ReceivedBytes.UNREAD -> take(lender.lend());
            default -> countOrEnd(result);
        });
    }

    @Override
    int copyOnce(Connection to) throws NetException {
        int result = await(passing, 0, passing.length);
        return chosenBy(switch (result) {
            case ReceivedBytes.STOPPED -> super.copyOnce(to);
            case 0, ReceivedBytes.UNREAD -> copyFirst(to);
            default -> {
                if (result > 0) {
                    to.write(passing, 0, result);
                }
                yield countOrEnd(result);
            }
        });
    }

    private int copyFirst(Connection to) throws NetException {
        Chunk first = received.takeFirst();
        if (first == null) {
            throw dropped();
        }
        resumeIfDrained();
        int count = first.left();
        to.write(first.bytes, first.taken, count);
        if (count > passing.length && count <= LARGE) {
            passing = new byte[Math.ceilDiv(count, PASSING_STEP) * PASSING_STEP];
        }
        return count;
    }

    /**
     * Waits for bytes of the port, which go to an array or a lender; {@link ReceivedBytes#STOPPED} if this
     * thread makes its system calls itself.
     */
    private int await(Object into, int offset, int length) throws NetException {
        if (direct) {
            return ReceivedBytes.STOPPED;
        }
        state.check(this, "read");
        if (received.await(into, offset, length) && !asked(AdaptiveReadSide::resume)) {
            received.pauseAgain();
            throw NetErrors.of(state.describe("read"), Status.OUT_OF_MEMORY, 0);
        }
        if (received.result() == ReceivedBytes.NOTHING) {
            releaseArraysBut(into instanceof byte[] array ? array : null);
            awaitResult();
        }
        int result = received.result();
        direct = result == ReceivedBytes.STOPPED;
        return result;
    }

    private void awaitResult() throws NetException {
        registerCurrentThread();
        try {
            while (received.result() == ReceivedBytes.NOTHING) {
                if (!state.park(this, "read")) {
                    state.awaitPort("read");
                }
            }
        } catch (NetException | RuntimeException | Error failure) {
            if (received.withdraw()) {
                throw failure;
            }
        }
    }

    private int take(MemorySegment into) throws NetException {
        int count = received.take(into);
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

    private void resumeIfDrained() {
        // While the budget is exceeded the receive resumes when this thread waits.
        if (!budget().isExceeded() && received.resume(MAX_UNREAD / 2)
                && !asked(AdaptiveReadSide::resume)) {
            received.pauseAgain();
        }
    }

    @Override
    boolean isQuiet() throws NetException {
        int known = direct ? ReceivedBytes.STOPPED : received.known();
        direct = known == ReceivedBytes.STOPPED;
        return direct ? super.isQuiet() : known == ReceivedBytes.NOTHING && !isShutDown();
    }

    private int countOrEnd(int result) throws NetException {
        if (result != ReceivedBytes.ENDED) {
            return result;
        }
        StreamEnd how = received.end();
        if (how.status == Status.EOF) {
            reportEnd();
            return (int) NativeSocket.END_OF_STREAM;
        }
        throw state.lostBy("read", how.status, how.nativeCode);
    }
}
