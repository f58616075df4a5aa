package dev.sluice.net;

import dev.sluice.Backend;
import dev.sluice.PortOptions;
import dev.sluice.SocketException;
import dev.sluice.Status;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The completion ports on which listeners, dialers and datagram sockets stand, each polled by a
 * virtual thread, or on io_uring by one of the system. Connections are spread over them in turn.
 * Nearly all work is done by the threads that read and write, so one port serves many processors.
 *
 * <p>Everybody shares one group unless told otherwise: it is made when first used and lives as long as
 * the process.
 */
public final class PortGroup implements AutoCloseable {
    /** Processors whose threads one port can keep awake. */
    private static final int PROCESSORS_PER_PORT = 8;

    private static final int BUFFERS = 256;

    private final List<Poller> pollers;
    private final AtomicInteger turn = new AtomicInteger();

    /** Whether it is the shared one. */
    private final boolean everybodys;

    private PortGroup(List<Poller> pollers, boolean everybodys) {
        this.pollers = List.copyOf(pollers);
        this.everybodys = everybodys;
    }

    /** Made at its first use. */
    private static final class Shared {
        static final PortGroup GROUP = openShared();

        private static PortGroup openShared() {
            try {
                return new PortGroup(open().pollers, true);
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
        return open(Math.ceilDiv(processors, PROCESSORS_PER_PORT), defaults());
    }

    /** What suits blocking threads: buffers that hold any datagram. */
    private static PortOptions defaults() {
        return PortOptions.DEFAULT.pool(BUFFERS, Scratch.BYTES);
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
        return open(Math.ceilDiv(processors, PROCESSORS_PER_PORT), defaults().backend(backend));
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
        if (ports < 1) {
            throw new IllegalArgumentException("a group of " + ports + " ports: use 1 or more");
        }
        List<Poller> pollers = new ArrayList<>();
        try {
            while (pollers.size() < ports) {
                pollers.add(openOne(options, "sluice-net-" + pollers.size()));
            }
        } catch (SocketException failure) {
            pollers.forEach(Poller::close);
            String what = ports == 1 ? "open a port: " : "open " + ports + " ports: ";
            throw NetException.of(what + failure.getMessage(), failure);
        }
        return new PortGroup(pollers, false);
    }

    private static Poller openOne(PortOptions options, String name) throws SocketException {
        if (options.requestedBackend().isPresent()) {
            return Poller.open(options, name);
        }
        try {
            return Poller.open(options.backend(Backend.EPOLL), name);
        } catch (SocketException failure) {
            if (failure.status() != Status.UNSUPPORTED) {
                throw failure;
            }
            return Poller.open(options, name);
        }
    }

    /** The port whose turn it is. */
    Poller next() {
        return pollers.get(Math.floorMod(turn.getAndIncrement(), pollers.size()));
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
     * Closes the ports with everything that is open on them, without waiting for peers. Threads that
     * wait on one of their connections fail with {@link ClosedException}.
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
