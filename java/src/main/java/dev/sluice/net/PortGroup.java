package dev.sluice.net;

import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.PortOptions;
import dev.sluice.PortStatistics;
import dev.sluice.internal.leaks.Leaks;
import dev.sluice.internal.net.ports.PollerGroup;
import java.io.UncheckedIOException;
import java.util.concurrent.ThreadFactory;

/**
 * The completion ports that listeners, dialers and datagram sockets use. Each port is polled by a
 * virtual thread, or on io_uring by a platform thread. Connections are spread over the ports in turn.
 * Nearly all work is done by the threads that read and write, so one port serves many processors.
 *
 * <p>Without another choice all use one shared group. It is opened when first used and lives as long
 * as the process. Any thread may call any method.
 */
public final class PortGroup implements AutoCloseable {
    /** The number of processors whose threads one port can keep busy. */
    private static final int PROCESSORS_PER_PORT = 8;

    private final PollerGroup pollers;
    private final boolean isShared;

    private PortGroup(PollerGroup pollers, boolean isShared) {
        this.pollers = pollers;
        this.isShared = isShared;
    }

    /** Holds the shared group; initialized at its first use. */
    private static final class Shared {
        static final PortGroup GROUP = openShared();

        private static PortGroup openShared() {
            try {
                return new PortGroup(
                        PollerGroup.open(defaultPorts(), PortOptions.DEFAULT), true);
            } catch (NetException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    private static int defaultPorts() {
        return Math.ceilDiv(Runtime.getRuntime().availableProcessors(), PROCESSORS_PER_PORT);
    }

    /**
     * Returns the shared group.
     *
     * @return always the same; closing it does nothing
     * @throws UncheckedIOException if no port can be opened
     */
    public static PortGroup shared() {
        return Shared.GROUP;
    }

    /**
     * Opens a group with the default number of ports, one for each eight processors.
     *
     * @return a group, which the caller closes
     * @throws NetException if a port cannot be opened
     */
    public static PortGroup open() throws NetException {
        return open(defaultPorts(), PortOptions.DEFAULT);
    }

    /**
     * Opens a group with the default number of ports on one backend.
     *
     * @param backend the only backend to use
     * @return a group, which the caller closes
     * @throws NetException UNSUPPORTED if the backend does not work here, or a port cannot be opened
     */
    public static PortGroup open(Backend backend) throws NetException {
        return open(defaultPorts(), PortOptions.DEFAULT.backend(backend));
    }

    /**
     * Opens a group.
     *
     * @param ports the number of ports, 1 or more
     * @param options of each port; without a backend epoll is preferred, which suits threads that
     *     make their own system calls
     * @return a group, which the caller closes
     * @throws NetException if a port cannot be opened
     */
    public static PortGroup open(int ports, PortOptions options) throws NetException {
        return watched(PollerGroup.open(ports, options));
    }

    /**
     * Opens a group with a thread per port and a port for each processor.
     *
     * @return a group, which the caller closes
     * @throws NetException as {@link #openThreadPerPort(int, PortOptions)}
     */
    public static PortGroup openThreadPerPort() throws NetException {
        return openThreadPerPort(
                Runtime.getRuntime().availableProcessors(), PortOptions.DEFAULT);
    }

    /**
     * Opens a group with a thread per port on one backend, and a port for each processor.
     *
     * @param backend the only backend to use
     * @return a group, which the caller closes
     * @throws NetException as {@link #openThreadPerPort(int, PortOptions)}
     */
    public static PortGroup openThreadPerPort(Backend backend) throws NetException {
        return openThreadPerPort(Runtime.getRuntime().availableProcessors(),
                PortOptions.DEFAULT.backend(backend));
    }

    /**
     * Opens a group with a thread per port: one platform thread polls the port and runs the virtual
     * threads of its connections. A thread that is woken then needs no other platform thread, which
     * makes this the fastest kind of group. A connection's thread must not occupy that platform
     * thread by a long computation, or by a call that blocks without parking, such as reading a file:
     * every connection of the port waits meanwhile. A thread that always finds bytes to read or room to
     * write lets the others run after 16 calls.
     *
     * <p>The threads of a {@link Server} run there, threads that they start, and those of {@link
     * #threads}. Other threads may use the connections as those of any group.
     *
     * <p>Java has no public way yet to choose the scheduler of a virtual thread; JDK 21 to 25 have an
     * internal one. So start java with {@code --add-opens java.base/java.lang=ALL-UNNAMED}, or {@code
     * =dev.sluice} if that is a module.
     *
     * @param ports the number of ports, 1 or more; usually one for each processor
     * @param options of each port; without a backend io_uring is preferred
     * @return a group, which the caller closes; threads that run then continue to their end
     * @throws NetException UNSUPPORTED with the remedy if java was started without that option; or if
     *     a port cannot be opened
     */
    public static PortGroup openThreadPerPort(int ports, PortOptions options)
            throws NetException {
        return watched(PollerGroup.openThreadPerPort(ports, options));
    }

    private static PortGroup watched(PollerGroup pollers) {
        PortGroup group = new PortGroup(pollers, false);
        Leaks.watch(Leaks.Kind.PORT_GROUP, group, () -> pollers.first().isStopping()
                ? null
                : "on " + pollers.first().port().backend());
        return group;
    }

    PollerGroup pollers() {
        return pollers;
    }

    /**
     * Returns a factory of virtual threads for users of this group. In a group with a thread per port
     * they run on those threads in turn, else where all virtual threads run.
     *
     * @return a factory that any thread may use
     */
    public ThreadFactory threads() {
        return task -> pollers.next().threads().unstarted(task);
    }

    /**
     * Returns the number of ports.
     *
     * @return 1 or more
     */
    public int ports() {
        return pollers.size();
    }

    /**
     * Returns the backend of the ports.
     *
     * @return the same for all
     */
    public Backend backend() {
        return pollers.first().port().backend();
    }

    /**
     * Returns what the ports hold and have done, as {@link CompletionPort#statistics} of each.
     *
     * @return the sums over the ports; of the longest times the longest
     */
    public PortStatistics statistics() {
        return pollers.statistics();
    }

    /**
     * Bounds the heap for bytes that the connections of this group have received and not read, all
     * together. It matters on io_uring, which receives before a thread reads; on other backends such
     * bytes stay in the kernel. The default is an eighth of the heap, at least 1 MiB and at most 64
     * MiB.
     *
     * <p>Each port has an equal share. When a port has used up its share, its connections receive
     * only while their threads wait, which is slower, until half of the share was read or its
     * connections are closed. Meanwhile the peers wait, as for any slow reader. Until the kernel has
     * stopped, a port may exceed its share by the size of its pool ({@link PortOptions#poolBuffers}),
     * and by one buffer of the pool for each connection that reads. A connection that is not read
     * pauses by itself at 128 KiB, so the bound matters for very many of them, and for small heaps.
     *
     * @param bytes of heap, those of objects included; 0 or more
     * @return this group
     * @throws IllegalArgumentException if the number is negative
     */
    public PortGroup maxUnreadBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException(
                    "keep " + bytes + " unread bytes: use 0 or more");
        }
        pollers.maxUnreadBytes(bytes);
        return this;
    }

    /**
     * Returns the bound on unread bytes.
     *
     * @return bytes of heap, as set by {@link #maxUnreadBytes(long)}, rounded down to equal shares
     */
    public long maxUnreadBytes() {
        return pollers.maxUnreadBytes();
    }

    /**
     * Returns the memory that the connections of this group keep now: bytes that were received and not
     * read ({@link #maxUnreadBytes(long)}), in the heap, and copies of writes that the kernel has not
     * taken yet, outside of it. Only ports on io_uring keep any: on epoll and IOCP such bytes stay in
     * the kernel, or with their writer. Buffers of TLS do not count. Any thread may call. {@link
     * Server#maxKeptBytes} bounds it.
     *
     * @return bytes, 0 or more
     */
    public long keptBytes() {
        return pollers.keptBytes();
    }

    /**
     * Closes the ports with everything that is open on them, without waiting for peers. Open
     * connections are reset, as by {@link Connection#abort}, so that no peer takes a part for the
     * whole: close them, or {@linkplain Server#stop stop} their server, before. Waiting calls on the
     * group fail with {@link ClosedException}. Closing the shared group does nothing.
     */
    @Override
    public void close() {
        if (!isShared) {
            pollers.close();
        }
    }

    @Override
    public String toString() {
        return ports() + " ports on " + backend();
    }
}
