package dev.sluice.net;

import dev.sluice.Backend;
import dev.sluice.PortOptions;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.leaks.Leaks;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The completion ports on which listeners, dialers and datagram sockets stand, each polled by a
 * virtual thread, or on io_uring by a platform thread. Connections are spread over them in turn.
 * Nearly all work is done by the threads that read and write, so one port serves many processors.
 *
 * <p>Everybody shares one group unless told otherwise: it is made when first used and lives as long as
 * the process.
 */
public final class PortGroup implements AutoCloseable {
    /** Processors whose threads one port can keep awake. */
    private static final int PROCESSORS_PER_PORT = 8;

    private final List<Poller> pollers;
    private final AtomicInteger turn = new AtomicInteger();

    /** Whether it is the shared one. */
    private final boolean everybodys;

    private PortGroup(List<Poller> pollers, boolean everybodys) {
        this.pollers = List.copyOf(pollers);
        this.everybodys = everybodys;
        maxUnreadBytes(ReceiveBudget.defaultOfGroup());
    }

    /** Made at its first use. */
    private static final class Shared {
        static final PortGroup GROUP = openShared();

        private static PortGroup openShared() {
            try {
                int ports = Math.ceilDiv(
                        Runtime.getRuntime().availableProcessors(), PROCESSORS_PER_PORT);
                return new PortGroup(pollers(ports, PortOptions.DEFAULT,
                        preferring(Backend.EPOLL, Poller::open)), true);
            } catch (NetException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    /**
     * The group that is used where none is named.
     *
     * @return always the same; closing it does nothing
     * @throws UncheckedIOException if no port can be opened
     */
    public static PortGroup shared() {
        return Shared.GROUP;
    }

    /**
     * Opens a group of a size that fits this machine.
     *
     * @return to be closed by the caller
     * @throws NetException if no port can be opened
     */
    public static PortGroup open() throws NetException {
        int processors = Runtime.getRuntime().availableProcessors();
        return open(Math.ceilDiv(processors, PROCESSORS_PER_PORT), PortOptions.DEFAULT);
    }

    /**
     * Opens a group on the default number of ports of one backend.
     *
     * @param backend which; never another one
     * @return to be closed by the caller
     * @throws NetException if it cannot be had here
     */
    public static PortGroup open(Backend backend) throws NetException {
        int processors = Runtime.getRuntime().availableProcessors();
        int ports = Math.ceilDiv(processors, PROCESSORS_PER_PORT);
        return open(ports, PortOptions.DEFAULT.backend(backend));
    }

    /**
     * Opens a group.
     *
     * @param ports how many, 1 or more
     * @param options of each; without a requested backend readiness is preferred (epoll), which suits
     *     threads that make their own system calls
     * @return to be closed by the caller
     * @throws NetException if a port cannot be opened
     */
    public static PortGroup open(int ports, PortOptions options) throws NetException {
        return open(ports, options, preferring(Backend.EPOLL, Poller::open));
    }

    /**
     * Opens a group that carries its threads, with a port for each processor.
     *
     * @return to be closed by the caller
     * @throws NetException as {@link #openThreadPerPort(int, PortOptions)}
     */
    public static PortGroup openThreadPerPort() throws NetException {
        return openThreadPerPort(Runtime.getRuntime().availableProcessors(), PortOptions.DEFAULT);
    }

    /**
     * Opens a group that carries its threads on one backend, with a port for each processor.
     *
     * @param backend which; never another one
     * @return to be closed by the caller
     * @throws NetException as {@link #openThreadPerPort(int, PortOptions)}
     */
    public static PortGroup openThreadPerPort(Backend backend) throws NetException {
        int processors = Runtime.getRuntime().availableProcessors();
        return openThreadPerPort(processors, PortOptions.DEFAULT.backend(backend));
    }

    /**
     * Opens a group that carries its threads: each port has a thread of the system, which runs the
     * virtual threads of its connections as well as the one that polls. Whoever is woken needs no
     * other thread then, which is the fastest way of all. What a connection's thread must not do
     * there is keep that thread of the system, by a long computation or a call that blocks without
     * parking, such as reading a file: every connection of the port waits meanwhile.
     *
     * <p>The threads of a {@link Server} run there, those that these start, and those of {@link
     * #threads}. Others may use the connections as those of any group.
     *
     * <p>Java has no public way yet to choose who runs a virtual thread (JDK 21 to 25 have one of
     * their own). So it must be started with {@code --add-opens java.base/java.lang=ALL-UNNAMED},
     * or {@code =dev.sluice} where that is a module.
     *
     * @param ports how many, 1 or more; as many as there are processors for them
     * @param options of each; without a requested backend io_uring is preferred
     * @return to be closed by the caller; threads that were begun then go on to their end
     * @throws NetException UNSUPPORTED with the remedy if Java does not let it have such threads; or
     *     if a port cannot be opened
     */
    public static PortGroup openThreadPerPort(int ports, PortOptions options) throws NetException {
        return open(ports, options, preferring(Backend.IO_URING, Poller::openThreadPerPort));
    }

    private static PortGroup open(int ports, PortOptions options, Opener opener)
            throws NetException {
        List<Poller> pollers = pollers(ports, options, opener);
        return watched(new PortGroup(pollers, false), pollers.getFirst());
    }

    private static List<Poller> pollers(int ports, PortOptions options, Opener opener)
            throws NetException {
        if (ports < 1) {
            throw new IllegalArgumentException("a group of " + ports + " ports: use 1 or more");
        }
        List<Poller> pollers = new ArrayList<>();
        try {
            while (pollers.size() < ports) {
                pollers.add(opener.open(options, "sluice-net-" + pollers.size()));
            }
        } catch (SystemCallException failure) {
            pollers.forEach(Poller::close);
            String what = ports == 1 ? "open a port: " : "open " + ports + " ports: ";
            throw NetException.of(what + failure.getMessage(), failure);
        }
        return pollers;
    }

    private static PortGroup watched(PortGroup group, Poller first) {
        Leaks.watch(Leaks.Kind.PORT_GROUP, group,
                () -> first.isStopping() ? null : "on " + first.port().backend());
        return group;
    }

    /** Makes a poller of that name. */
    @FunctionalInterface
    private interface Opener {
        Poller open(PortOptions options, String name) throws SystemCallException;
    }

    /** The same on the preferred backend, if none is requested and it works here. */
    private static Opener preferring(Backend backend, Opener opener) {
        return (options, name) -> {
            if (options.backend().isPresent()) {
                return opener.open(options, name);
            }
            try {
                return opener.open(options.backend(backend), name);
            } catch (SystemCallException failure) {
                if (failure.status() != Status.UNSUPPORTED) {
                    throw failure;
                }
                return opener.open(options, name);
            }
        };
    }

    /** The port whose turn it is; one that failed is passed over as long as there is another. */
    Poller next() {
        Poller next = at(turn.getAndIncrement());
        for (int left = pollers.size() - 1; left > 0 && next.isStopping(); left--) {
            next = at(turn.getAndIncrement());
        }
        return next;
    }

    private Poller at(int number) {
        return pollers.get(Math.floorMod(number, pollers.size()));
    }

    /**
     * Makes virtual threads for what uses this group: in a group that carries its threads they run on
     * the ports' threads in turn, otherwise where all virtual threads run.
     *
     * @return a factory that any thread may use
     */
    public ThreadFactory threads() {
        return task -> next().threads().unstarted(task);
    }

    /**
     * The number of ports.
     *
     * @return 1 or more
     */
    public int ports() {
        return pollers.size();
    }

    /**
     * The backend of the ports.
     *
     * @return the same for all
     */
    public Backend backend() {
        return pollers.getFirst().port().backend();
    }

    /**
     * Sets how many bytes that came and were not read the connections of this group keep in the
     * heap, all together. It matters on io_uring, where bytes come without being asked for;
     * elsewhere they stay in the kernel until a thread reads. The default is an eighth of the heap,
     * at least 1 MiB and at most 64 MiB.
     *
     * <p>Each port has an equal share. When a port has used it up, its connections receive only
     * while their threads wait, which is slower, until half of the share was read or its
     * connections are closed. Meanwhile their peers wait, as for any slow reader. Until the kernel
     * has stopped, a port may keep as much more as its pool holds ({@link PortOptions#poolBuffers}), and
     * one buffer of the pool for each connection that reads. A connection that is not read pauses
     * by itself at 128 KiB, so the bound matters for very many of them, and for small heaps.
     *
     * @param bytes of the heap, those of objects included; 0 or more
     * @return this group
     */
    public PortGroup maxUnreadBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException(
                    "keep " + bytes + " unread bytes: use 0 or more");
        }
        pollers.forEach(each -> each.receiveBudget().mostBytes(bytes / pollers.size()));
        return this;
    }

    /**
     * How many bytes that came and were not read the connections of this group may keep, all
     * together.
     *
     * @return bytes of the heap, as set by {@link #maxUnreadBytes(long)}, rounded down to equal
     *     shares
     */
    public long maxUnreadBytes() {
        return pollers.getFirst().receiveBudget().mostBytes() * pollers.size();
    }

    /**
     * Closes the ports with everything that is open on them, without waiting for peers. Open
     * connections are reset, as by {@link Connection#abort}, so that no peer takes a part for the
     * whole: close them, or {@linkplain Server#stop stop} their server, before. Calls that wait on
     * the group fail with {@link ClosedException}. Closing the shared group does nothing.
     */
    @Override
    public void close() {
        if (!everybodys) {
            // All of them first: those who use one may keep the carrier that another needs to end.
            pollers.forEach(Poller::stop);
            pollers.forEach(Poller::close);
        }
    }

    @Override
    public String toString() {
        return pollers.size() + " ports on " + backend();
    }
}
