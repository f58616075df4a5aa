package dev.sluice.internal.uring;

import dev.sluice.internal.linux.LinuxBackendFactory;
import dev.sluice.internal.linux.LinuxSockets;
import dev.sluice.internal.linux.LinuxTryCalls;
import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.BackendFactory;
import dev.sluice.internal.spi.Capability;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.EarlyClasses;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PortContext;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import dev.sluice.internal.spi.SlotTable;
import dev.sluice.internal.spi.SocketCalls;
import dev.sluice.internal.spi.TryCalls;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The io_uring backend: requests become entries of a submission ring, results come from a completion
 * ring, and one system call a round submits and waits.
 *
 * <p>An entry carries the token of its request: slot and generation, which is never negative. Negative
 * tokens are the driver's own.
 */
public final class UringBackend implements Backend {
    static {
        EarlyClasses.load(ProvidedBuffers.class, BufferRing.class);
    }

    public static final Set<Capability> CAPABILITIES =
            Set.of(Capability.REPORTS_EDGES, Capability.REUSES_ADDRESSES,
                    Capability.BATCHES_SUBMISSIONS, Capability.TAKES_HEAP_MEMORY);

    /** What it can do where a poll ends once. */
    private static final Set<Capability> WITHOUT_EDGES = CAPABILITIES.stream()
            .filter(each -> each != Capability.REPORTS_EDGES)
            .collect(Collectors.toUnmodifiableSet());

    public static final BackendFactory FACTORY =
            new LinuxBackendFactory(port -> new UringBackend(port, RingSizes.ofThisPort(), null));

    private final UringDriver driver;
    private final Completions completions;
    private final SlotTable slots;
    private final UringAccepts accepts;
    private final UringConnects connects;
    private final UringReceives receives;
    private final UringSends sends;
    private final UringFiles files;
    private final UringDatagrams datagrams;
    private final UringPooledDatagrams pooledDatagrams;
    private final UringPolls polls;

    /**
     * Opens a ring.
     *
     * @param sizes of the rings: small ones overflow
     * @param kind of ring for any owner, or null for the one that suits it
     */
    UringBackend(PortContext port, RingSizes sizes, @Nullable RingKind kind)
            throws NativeFailure {
        String switchedOff = UringFeature.backendSwitchedOffBy();
        if (!switchedOff.isEmpty()) {
            throw new NativeFailure(
                    "io_uring", Outcome.UNSUPPORTED, 0, "is switched off by " + switchedOff);
        }
        driver = new UringDriver(port, sizes, kind, this::issue);
        completions = port.completions();
        slots = port.slots();
        Scratch scratch = new Scratch(driver);
        accepts = new UringAccepts(driver);
        connects = new UringConnects(driver, scratch);
        ControlBlocks blocks = new ControlBlocks(driver.arena);
        receives = new UringReceives(driver, blocks);
        sends = new UringSends(driver, scratch);
        files = new UringFiles(driver);
        datagrams = new UringDatagrams(driver, scratch, blocks);
        pooledDatagrams = new UringPooledDatagrams(driver, receives);
        polls = new UringPolls(driver);
    }

    @Override
    public String name() {
        return "io_uring";
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities(driver.features.multishotPoll());
    }

    static Set<Capability> capabilities(boolean multishotPoll) {
        return multishotPoll ? CAPABILITIES : WITHOUT_EDGES;
    }

    @Override
    public SocketCalls sockets() {
        return driver.sockets;
    }

    @Override
    public TryCalls newTryCalls() {
        return new LinuxTryCalls();
    }

    /** Returns the ring in use, or to be used. */
    Ring ring() {
        return driver.ring();
    }

    // ---- requests ----------------------------------------------------------------------------

    @Override
    public void start(Request request) {
        driver.start(request);
    }

    /** Writes the entry of a request; false if none is free. The request may end without an entry. */
    private boolean issue(Request request) {
        UringChannel channel = (UringChannel) request.channel();
        if (UringFlags.has(request, UringFlags.AWAITING)) {
            return polls.issueAwait(channel, request);
        }
        if (UringFlags.has(request, UringFlags.PAUSED)) {
            return datagrams.issuePause(request);
        }
        return switch (request.kind) {
            case ACCEPT -> accepts.issue(channel, request);
            case CONNECT -> connects.issue(channel, request);
            case DISCONNECT -> connects.disconnect(channel, request);
            case RECEIVE -> receives.issue(channel, request);
            case SEND ->
                request.isSegmented()
                        ? datagrams.issueWithControl(channel, request)
                        : sends.issue(channel, request);
            case SEND_VECTORED -> sends.issueVectored(channel, request);
            case SEND_FILE -> files.issue(polls, channel, request);
            case RECEIVE_FROM ->
                request.pooled
                        ? pooledDatagrams.issue(channel, request)
                        : datagrams.issueReceive(channel, request);
            case SEND_TO -> datagrams.issueSend(channel, request);
            case POLL -> polls.issue(channel, request);
            default -> throw new AssertionError(request);
        };
    }

    @Override
    public void cancel(Request request) {
        if (UringFlags.has(request, UringFlags.POSTPONED | UringFlags.STARVED)) {
            // The kernel does not have it.
            request.backendFlags = 0;
            completions.cancelled(request);
        } else if (!UringFlags.has(request, UringFlags.MEMORY_OWED | UringFlags.JOINED)) {
            // An entry of joined sends does not wait in the kernel: its result comes soon.
            driver.cancelInKernel(driver.token(request));
        }
    }

    @Override
    public void abandon(Request request) {
        if (request.kind == RequestKind.SEND) {
            sends.abandon(request);
        }
    }

    @Override
    public void beforeClose(Channel channel) {
        UringChannel listener = (UringChannel) channel;
        while (listener.hasArrived()) {
            LinuxSockets.closeOnAnyThread(listener.removeArrived());
        }
    }

    @Override
    public void beforeDetach(Channel channel) throws NativeFailure {
        if (((UringChannel) channel).hasArrived()) {
            throw new NativeFailure("detach", Outcome.INVALID, 0,
                    "connections that the ring accepted wait for room in the port; take them with"
                            + " tryAccept first");
        }
    }

    // ---- the loop ----------------------------------------------------------------------------

    @Override
    public int fetch(long timeoutNanos) {
        driver.bindToOwner();
        driver.releaseResults();
        receives.beforeFetch();
        boolean mustNotWait = receives.starving() > 0 || sends.hasAbandoned();
        int ready = driver.fetch(mustNotWait ? 0 : timeoutNanos);
        driver.noteRound(ready);
        if (sends.hasAbandoned()) {
            sends.resetAbandoned();
        }
        return ready + receives.starving();
    }

    @Override
    public boolean step() {
        if (!completions.hasRoom()) {
            return false;
        }
        CompletionQueue results = driver.results();
        if (!results.next()) {
            return receives.settleOneStarving();
        }
        long token = results.userData();
        if (token < 0) {
            driver.completed(token, results.result(), results.flags());
        } else {
            Request request = slots.find(token);
            assert request != null : "a completion without a request: " + token;
            completed(request, results.result(), results.flags());
        }
        return true;
    }

    private void completed(Request request, int result, int flags) {
        UringChannel channel = (UringChannel) request.channel();
        if (UringFlags.has(request, UringFlags.AWAITING)) {
            awaited(channel, request, result, flags);
            return;
        }
        if (UringFlags.has(request, UringFlags.PAUSED)) {
            UringFlags.clear(request, UringFlags.PAUSED);
            datagrams.paused(request, result);
            return;
        }
        switch (request.kind) {
            case ACCEPT -> accepts.completed(channel, request, result, flags);
            case CONNECT -> connects.completed(request, result);
            case RECEIVE -> receives.completed(channel, request, result, flags);
            case SEND, SEND_VECTORED -> sends.completed(channel, request, result, flags);
            case RECEIVE_FROM -> {
                if (request.pooled) {
                    pooledDatagrams.completed(request, result, flags);
                } else {
                    datagrams.received(channel, request, result);
                }
            }
            case SEND_TO -> datagrams.sent(channel, request, result);
            case POLL -> polls.completed(request, result, flags);
            default -> throw new AssertionError(request);
        }
    }

    /** A poll in the place of a request reported: the request's own call may succeed now. */
    private void awaited(UringChannel channel, Request request, int found, int flags) {
        int result = polls.awaited(request, found, flags);
        if (result == UringPolls.NOT_YET) {
            return;
        }
        UringFlags.clear(request, UringFlags.AWAITING);
        if (result < 0) {
            driver.retryOrFail(request, -result);
            return;
        }
        switch (request.kind) {
            case CONNECT -> connects.writable(channel, request);
            case RECEIVE -> receives.readable(channel, request);
            default -> driver.begin(request);
        }
    }

    @Override
    public boolean hasReadyWork() {
        return driver.hasReadyWork() || receives.starving() > 0 || sends.hasAbandoned();
    }

    @Override
    public void wakeup() {
        driver.wakeup();
    }

    // ---- the end -----------------------------------------------------------------------------

    @Override
    public void close() {
        receives.close();
        driver.close();
    }

    @Override
    public boolean closeFailed() {
        return driver.closeFailed();
    }
}
