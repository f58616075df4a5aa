package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.linux.LinuxBackend;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.linux.LinuxSockets;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Capability;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.ChannelTable;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.EarlyClasses;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PortSettings;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.SlotTable;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The io_uring backend: requests are written into a ring of memory, and one system call a round
 * submits them and waits for completions.
 *
 * <p>The ring is made with the port, so that a refusal is told when the port is opened, but is bound
 * to its owner at first use: a thread of the system gets the ring that the kernel need not share; a
 * virtual thread, which wanders between those, gets a plain one. A port that was handed over to a
 * thread of the other kind before that gets another ring.
 */
public final class UringBackend extends LinuxBackend {
    public static final Set<Capability> CAPABILITIES =
            Set.of(Capability.REPORTS_EDGES, Capability.REUSES_ADDRESSES,
                    Capability.BATCHES_SUBMISSIONS);

    static {
        EarlyClasses.load(ProvidedBuffers.class, BufferRing.class);
    }

    private final UringFeatures features;
    private final WakeupEvent wakeup;
    private final RingSizes sizes;
    private final @Nullable RingKind given;
    private @Nullable Attached attached;

    /** Whether the owner is on one thread of the system, also if it is a virtual one. */
    private boolean ownerStays;

    /** The ring until it is bound to its owner, and the kind that was asked for. */
    private @Nullable Ring unbound;

    private RingKind wanted;

    private @Nullable RingDriver driver;

    /** What the port gives a backend after both were made. */
    private record Attached(Completions completions, SlotTable slots, BufferPool pool) {}

    public UringBackend(PortSettings settings) throws NativeFailure {
        this(RingSizes.ofThisPort(), null);
    }

    /**
     * As the public one, with rings of another size: small ones overflow.
     *
     * @param given the kind of ring for any owner, or null for the one that suits it
     */
    UringBackend(RingSizes sizes, @Nullable RingKind given) throws NativeFailure {
        String switchedOff = UringFeature.backendSwitchedOffBy();
        if (!switchedOff.isEmpty()) {
            throw new NativeFailure(
                    "io_uring", Outcome.UNSUPPORTED, 0, "is switched off by " + switchedOff);
        }
        this.sizes = sizes;
        this.given = given;
        features = UringFeatures.ofThisPort();
        wanted = kindForThisThread();
        wakeup = new WakeupEvent(sockets.callState());
        try {
            unbound = openRing(wanted);
        } catch (NativeFailure failure) {
            wakeup.close();
            throw failure;
        }
    }

    private RingKind kindForThisThread() {
        return given == null
                ? RingKind.bestFor(
                        ownerStays || !Thread.currentThread().isVirtual(),
                        features.deferTaskrun())
                : given;
    }

    private Ring openRing(RingKind best) throws NativeFailure {
        return Ring.openBest(best, sizes, sockets.callState());
    }

    @Override
    public void attach(
            Completions completions, ChannelTable channels, SlotTable slots, BufferPool pool) {
        attached = new Attached(completions, slots, pool);
    }

    @Override
    public void ownerStaysOnOneThread() {
        ownerStays = true;
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

    private RingDriver driver() {
        RingDriver present = driver;
        return present != null ? present : bind();
    }

    /** Binds the ring to the calling thread, the owner. */
    private RingDriver bind() {
        Ring ring = unbound;
        assert ring != null : "the backend is closed";
        RingKind best = kindForThisThread();
        if (best != wanted) {
            ring = another(ring, best);
            unbound = ring;
            wanted = best;
        }
        int errno = ring.enable();
        if (errno != 0) {
            throw new IllegalStateException(
                    "enable the ring: " + LinuxErrors.describe(errno));
        }
        if (features.registeredRing() && wanted != RingKind.PLAIN) {
            // Where it is refused (Linux 5.17 and before) the descriptor is looked up each time.
            errno = ring.registerDescriptor();
            assert errno == 0 || errno == Errno.EINVAL || errno == Errno.ENOMEM : errno;
        }
        Attached port = attached();
        RingDriver made =
                new RingDriver(
                        ring,
                        features,
                        sockets,
                        wakeup,
                        port.completions(),
                        port.slots(),
                        port.pool());
        driver = made;
        unbound = null;
        return made;
    }

    private Ring another(Ring ring, RingKind kind) {
        try {
            Ring other = openRing(kind);
            ring.close();
            return other;
        } catch (NativeFailure failure) {
            throw new IllegalStateException(
                    "a ring for the port's new owner: " + failure.getMessage(), failure);
        }
    }

    /** The ring in use, or to be used. */
    Ring ring() {
        RingDriver present = driver;
        Ring ring = present != null ? present.ring : unbound;
        assert ring != null : "the backend is closed";
        return ring;
    }

    // ---- requests ----------------------------------------------------------------------------

    @Override
    public void start(Request request) {
        driver().begin(request);
    }

    @Override
    public void cancel(Request request) {
        driver().cancel(request);
    }

    @Override
    public void abandon(Request request) {
        driver().abandon(request);
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
        return driver().fetch(timeoutNanos);
    }

    @Override
    public boolean step() {
        return driver().step();
    }

    @Override
    public boolean hasReadyWork() {
        return driver().hasReadyWork();
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
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public void close() {
        RingDriver present = driver;
        Ring ring = unbound;
        if (present != null) {
            present.close();
        } else if (ring != null) {
            ring.close();
        }
        wakeup.close();
    }

    @Override
    public boolean closeFailed() {
        RingDriver present = driver;
        if (present == null) {
            close();
            return true;
        }
        present.closeFailed();
        wakeup.close();
        return false;
    }
}
