package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.linux.LinuxBackend;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.linux.LinuxSockets;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.ChannelTable;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PortSettings;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.SlotTable;
import org.jspecify.annotations.Nullable;

/**
 * The io_uring backend: requests are written into a ring of memory, and one system call a round
 * submits them and waits for completions.
 *
 * <p>The ring is made with the port, so that a refusal is told when the port is opened, but is bound
 * to its owner at first use: a thread of the system gets the ring that the kernel need not share; a
 * virtual thread, which wanders between those, gets a plain one.
 */
public final class UringBackend extends LinuxBackend {
    private static final int SUBMISSIONS = 512;
    private static final int COMPLETIONS = 4096;

    private final UringFeatures features;
    private final WakeupEvent wakeup;
    private final int submissions;
    private final int results;
    private @Nullable Attached attached;

    /** The ring until it is bound to its owner. */
    private @Nullable Ring unbound;

    private @Nullable RingWork work;

    /** What the port gives a backend after both were made. */
    private record Attached(Completions completions, SlotTable slots, BufferPool pool) {}

    public UringBackend(PortSettings settings) throws NativeFailure {
        this(SUBMISSIONS, COMPLETIONS);
    }

    /** As the public one, with rings of another size: small ones overflow. */
    UringBackend(int submissions, int results) throws NativeFailure {
        String switchedOff = UringFeature.backendSwitchedOffBy();
        if (!switchedOff.isEmpty()) {
            throw new NativeFailure(
                    "io_uring", Outcome.UNSUPPORTED, 0, "is switched off by " + switchedOff);
        }
        this.submissions = submissions;
        this.results = results;
        features = UringFeatures.ofThisPort();
        wakeup = new WakeupEvent(sockets.callState());
        try {
            unbound =
                    openRing(
                            features.deferTaskrun()
                                    ? RingKind.OWNER_BOUND
                                    : RingKind.COOPERATIVE);
        } catch (NativeFailure failure) {
            wakeup.close();
            throw failure;
        }
    }

    private Ring openRing(RingKind best) throws NativeFailure {
        return Ring.openBest(best, submissions, results, sockets.callState());
    }

    @Override
    public void attach(
            Completions completions, ChannelTable channels, SlotTable slots, BufferPool pool) {
        attached = new Attached(completions, slots, pool);
    }

    private Attached attached() {
        Attached present = attached;
        assert present != null : "not attached to a port";
        return present;
    }

    @Override
    protected Completions completions() {
        return attached().completions();
    }

    private RingWork work() {
        RingWork present = work;
        return present != null ? present : bind();
    }

    /** Binds the ring to the calling thread, the owner. */
    private RingWork bind() {
        Ring ring = unbound;
        assert ring != null : "the backend is closed";
        if (Thread.currentThread().isVirtual() && ring.kind.needsOneThread()) {
            ring = plainInsteadOf(ring);
            unbound = ring;
        }
        int errno = ring.enable();
        if (errno != 0) {
            throw new IllegalStateException(
                    "enable the ring: " + LinuxErrors.describe(errno));
        }
        if (features.registeredRing() && !Thread.currentThread().isVirtual()) {
            // Where it is refused (Linux 5.17 and before) the descriptor is looked up each time.
            errno = ring.registerDescriptor();
            assert errno == 0 || errno == Errno.EINVAL || errno == Errno.ENOMEM : errno;
        }
        Attached port = attached();
        RingWork made =
                new RingWork(
                        ring,
                        features,
                        sockets,
                        wakeup,
                        port.completions(),
                        port.slots(),
                        port.pool());
        work = made;
        unbound = null;
        return made;
    }

    private Ring plainInsteadOf(Ring ring) {
        try {
            Ring plain = openRing(RingKind.PLAIN);
            ring.close();
            return plain;
        } catch (NativeFailure failure) {
            throw new IllegalStateException(
                    "a ring for a virtual thread: " + failure.getMessage(), failure);
        }
    }

    // ---- requests ----------------------------------------------------------------------------

    @Override
    public void start(Request request) {
        work().begin(request);
    }

    @Override
    public void cancel(Request request) {
        work().cancel(request);
    }

    @Override
    protected void beforeClose(Channel channel) {
        UringChannel listener = (UringChannel) channel;
        while (listener.hasWaiting()) {
            LinuxSockets.closeAnywhere(listener.removeWaiting());
        }
    }

    // ---- waiting -----------------------------------------------------------------------------

    @Override
    public int fetch(long timeoutNanos) {
        return work().fetch(timeoutNanos);
    }

    @Override
    public boolean step() {
        return work().step();
    }

    @Override
    public boolean hasReadyWork() {
        return work().hasReadyWork();
    }

    @Override
    public void wakeup() {
        wakeup.signal();
    }

    // ---- calls that end at once ----------------------------------------------------------------

    @Override
    public Channel open(int family, boolean stream) throws NativeFailure {
        return new UringChannel(family, stream, sockets.open(family, stream));
    }

    @Override
    public Channel openDetached(long handle, int family, boolean stream) {
        return new UringChannel(family, stream, handle);
    }

    @Override
    public @Nullable Channel tryAccept(Channel channel) throws NativeFailure {
        UringChannel listener = (UringChannel) channel;
        int fd = listener.hasWaiting() ? listener.removeWaiting() : sockets.tryAccept(listener);
        if (fd < 0) {
            return null;
        }
        UringChannel accepted = new UringChannel(listener.family, true, fd);
        accepted.lingerSeconds = listener.lingerSeconds;
        return accepted;
    }

    @Override
    public long tryReceive(Channel channel, long address, long length) throws NativeFailure {
        return sockets.tryReceive(channel, address, length);
    }

    @Override
    public long trySend(Channel channel, long address, long length) throws NativeFailure {
        return sockets.trySend(channel, address, length);
    }

    @Override
    public String name() {
        return "io_uring";
    }

    @Override
    public void close() {
        RingWork present = work;
        Ring ring = unbound;
        if (present != null) {
            present.close();
        } else if (ring != null) {
            ring.close();
        }
        wakeup.close();
    }
}
