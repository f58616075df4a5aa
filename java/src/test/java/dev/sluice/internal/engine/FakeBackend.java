package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.BackendFactory;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Capability;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.FileCalls;
import dev.sluice.internal.spi.OperationQueue;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.PortContext;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import dev.sluice.internal.spi.SocketCalls;
import dev.sluice.internal.spi.TryCalls;
import dev.sluice.internal.spi.WaitFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A backend without a kernel: the test decides when and how each request ends. It checks what the
 * engine promises to backends: one started request a queue, a cancel only of what is started, a close
 * only when nothing is, and nothing of a channel after its close.
 */
@SuppressWarnings("ReferenceEquality") // A channel is itself and no other.
final class FakeBackend implements Backend, BackendFactory {
    /** Longer than any test takes; a wait that lasts so long is one that nobody would have ended. */
    private static final long LONGEST_WAIT_SECONDS = 60;

    /** What the calls did, in order, as "start RECEIVE", "cancel SEND", "shutdown 1", "close". */
    final List<String> calls = new ArrayList<>();

    /** What is with this backend, in the order of starting. */
    final List<Request> started = new ArrayList<>();

    /** Requests whose socket or port closes while they are with this backend. */
    final List<Request> abandoned = new ArrayList<>();

    final AtomicInteger wakeups = new AtomicInteger();
    volatile boolean closed;
    Consumer<Request> onStart = request -> {};
    Consumer<Request> onCancel = this::endCancelled;

    /** Ends when the kernel's blocking close of a socket that lingers may end. */
    final CountDownLatch lingering = new CountDownLatch(1);

    int shutdownCode;

    /** What happens while the system shuts a direction down. */
    Consumer<Channel> onShutdown = channel -> {};

    /** How often the engine looked at this kernel. */
    int fetches;

    /** What {@link #waitsBriefly} answers. */
    boolean brief = true;

    /** The time-outs with which virtual threads, and others, waited; in nanoseconds. */
    final List<Long> waitsOnCarriers = new CopyOnWriteArrayList<>();

    final List<Long> otherWaits = new CopyOnWriteArrayList<>();

    /** How many of the next fetches fail. */
    int failingFetches;

    boolean kernelForgotten;

    private final Deque<Runnable> happenings = new ArrayDeque<>();
    private final Semaphore awake = new Semaphore(0);
    private final Set<Channel> givenBack = ConcurrentHashMap.newKeySet();

    /** The threads that closed a detached or lingering socket. */
    final List<Thread> closeThreads = new CopyOnWriteArrayList<>();

    private final FakeSockets sockets = new FakeSockets();
    @Nullable
    Completions completions;

    @Nullable
    BufferPool pool;

    @Override
    public Backend open(PortContext port) {
        completions = port.completions();
        pool = port.pool();
        return this;
    }

    @Override
    public FileCalls files() {
        throw new UnsupportedOperationException("a backend without a kernel has no files");
    }

    @Override
    public MemorySegment allocatePages(long bytes, Arena arena) {
        return arena.allocate(bytes, 64);
    }

    // ---- what a test does --------------------------------------------------------------------

    /** Lets something happen in a later step, as a kernel event would. */
    void later(Runnable happening) {
        happenings.add(happening);
    }

    /** The one started request of a kind. */
    Request only(RequestKind kind) {
        List<Request> found = started.stream().filter(request -> request.kind == kind).toList();
        require(found.size() == 1, "one started " + kind + ", there are " + found);
        return found.getFirst();
    }

    void complete(Request request, Outcome outcome, long result) {
        require(started.remove(request), "only what is started ends: " + request);
        completions.complete(request, outcome, result, 0);
    }

    void received(Request request, long bytes, PoolBuffer buffer) {
        require(
                completions.received(request, bytes, buffer, false) && started.remove(request),
                "only what is started ends: " + request);
    }

    /** Accepts a connection; a multishot accept stays started. */
    void accepted(Request accept, Channel connection) {
        require(started.contains(accept), "only what is started accepts: " + accept);
        if (completions.accepted(accept, connection)) {
            started.remove(accept);
        }
    }

    void endCancelled(Request request) {
        complete(request, Outcome.CANCELLED, 0);
    }

    boolean wasGivenBack(Channel channel) {
        return givenBack.contains(channel);
    }

    private static void require(boolean truth, String what) {
        if (!truth) {
            throw new AssertionError("the engine broke its contract: " + what);
        }
    }

    // ---- requests ----------------------------------------------------------------------------

    @Override
    public void start(Request request) {
        Channel channel = request.channel();
        require(!closed, "nothing starts after the end");
        require(!givenBack.contains(channel), "nothing starts after the close: " + request);
        require(request.state == Request.State.STARTED, "a started request says so: " + request);
        for (Request other : started) {
            boolean sameQueue = other.channel == channel
                    && request.kind.queue != OperationQueue.POLLS
                    && other.kind.queue == request.kind.queue;
            require(!sameQueue, request + " was started beside " + other);
        }
        calls.add("start " + request.kind);
        started.add(request);
        onStart.accept(request);
    }

    @Override
    public void cancel(Request request) {
        require(started.contains(request), "only what is started is cancelled: " + request);
        calls.add("cancel " + request.kind);
        onCancel.accept(request);
    }

    @Override
    public void abandon(Request request) {
        require(started.contains(request), "only what is started is abandoned: " + request);
        require(request.cancelReason != null, "what is abandoned was cancelled: " + request);
        abandoned.add(request);
    }

    // ---- waiting -----------------------------------------------------------------------------

    @Override
    public int fetch(long timeoutNanos) {
        fetches++;
        if (failingFetches > 0) {
            failingFetches--;
            throw new WaitFailure("fake_wait", "EPERM");
        }
        if (!happenings.isEmpty() || timeoutNanos == 0) {
            return happenings.size();
        }
        (Thread.currentThread().isVirtual() ? waitsOnCarriers : otherWaits).add(timeoutNanos);
        try {
            long nanos = timeoutNanos < 0
                    ? TimeUnit.SECONDS.toNanos(LONGEST_WAIT_SECONDS)
                    : timeoutNanos;
            boolean woken = awake.tryAcquire(nanos, TimeUnit.NANOSECONDS);
            require(woken || timeoutNanos > 0, "it waits for ever although nothing can come");
            awake.drainPermits();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        return happenings.size();
    }

    @Override
    public boolean step() {
        Runnable happening = happenings.poll();
        if (happening == null) {
            return false;
        }
        happening.run();
        return true;
    }

    @Override
    public boolean waitsBriefly() {
        return brief;
    }

    @Override
    public boolean hasReadyWork() {
        return !happenings.isEmpty();
    }

    @Override
    public void wakeup() {
        require(!closed, "no wake-up after the end");
        wakeups.incrementAndGet();
        awake.release();
    }

    @Override
    public SocketCalls sockets() {
        return sockets;
    }

    @Override
    public TryCalls newTryCalls() {
        throw new UnsupportedOperationException("no try calls");
    }

    private final class FakeSockets extends UnusedSocketCalls {
        private final Map<Long, Channel> byHandle = new ConcurrentHashMap<>();
        private final Set<Channel> abortive = new HashSet<>();
        private long handles = 100;

        @Override
        public Channel open(int family, boolean stream) {
            Channel channel = new Channel(family, stream);
            channel.handle = handles++;
            byHandle.put(channel.handle, channel);
            return channel;
        }

        @Override
        public Channel openDetached(Channel detached) {
            return open(detached.family, detached.stream);
        }

        @Override
        public void makeAbortive(Channel channel) {
            abortive.add(channel);
        }

        @Override
        public int close(Channel channel) {
            require(channel.started == 0, channel + " is closed with requests started");
            require(
                    started.stream()
                            .noneMatch(request -> request.channel == channel && isHeld(request)),
                    channel + " is closed with " + started);
            require(givenBack.add(channel), channel + " is closed twice");
            boolean closing = channel.closing != null;
            String how = abortive.contains(channel) ? "close with reset" : "close";
            calls.add(closing ? how : "discard");
            channel.handle = -1;
            return 0;
        }

        /** What the engine ended although it was never told of an end, it may not know here. */
        private static boolean isHeld(Request request) {
            return request.state == Request.State.STARTED;
        }

        @Override
        public int closeBlocking(long handle) {
            Channel channel = byHandle.get(handle);
            require(givenBack.add(channel), channel + " is closed twice");
            closeThreads.add(Thread.currentThread());
            if (channel.lingerSeconds > 0) {
                awaitLingering();
            }
            return 0;
        }

        private void awaitLingering() {
            try {
                require(
                        lingering.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS),
                        "the test ends the close");
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public int shutdown(Channel channel, int direction) {
            require(!givenBack.contains(channel), "no shutdown after the close");
            calls.add("shutdown " + direction);
            onShutdown.accept(channel);
            return shutdownCode;
        }

        @Override
        public Outcome outcomeOf(RequestKind kind, int nativeCode) {
            return nativeCode == 0 ? Outcome.OK : Outcome.NOT_CONNECTED;
        }
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of();
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public void forgetKernel() {
        kernelForgotten = true;
        started.clear();
    }

    @Override
    public void close() {
        require(started.isEmpty(), "the end with requests started: " + started);
        closed = true;
    }
}
