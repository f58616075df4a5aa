package dev.sluice.internal.net.ports;

import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.PortOptions;
import dev.sluice.PortStatistics;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.internal.spi.Capability;
import dev.sluice.net.NetException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The ports of a group, which take turns. */
public final class PollerGroup {
    private final List<Poller> pollers;
    private final AtomicInteger turn = new AtomicInteger();

    private PollerGroup(List<Poller> pollers) {
        this.pollers = List.copyOf(pollers);
        maxUnreadBytes(ReceiveBudget.defaultOfGroup());
    }

    /** Opens ports on which connections run on any carrier thread; prefers epoll. */
    public static PollerGroup open(int ports, PortOptions options) throws NetException {
        return open(ports, options, Backend.EPOLL, PollerGroup::openPoller);
    }

    /** Opens ports that each run the threads of their connections; prefers io_uring. */
    public static PollerGroup openThreadPerPort(int ports, PortOptions options)
            throws NetException {
        return open(ports, options, Backend.IO_URING, PollerGroup::openPortThread);
    }

    private static Poller openPoller(PortOptions options, String name) throws SystemCallException {
        CompletionPort port = CompletionPort.open(batched(options));
        return Poller.has(port, Capability.BATCHES_SUBMISSIONS)
                ? new CompletionPoller(port, name)
                : new ReadinessPoller(port, name);
    }

    private static Poller openPortThread(PortOptions options, String name)
            throws SystemCallException {
        PortThread portThread = PortThread.open(name + "-thread");
        CompletionPort port = CompletionPort.open(batched(options));
        return new PortThreadPoller(port, portThread, name);
    }

    /** Bounds the events of one poll, except where the port itself receives. */
    private static PortOptions batched(PortOptions options) {
        boolean completion = Poller.asksFor(options, Capability.BATCHES_SUBMISSIONS);
        return completion ? options : ReadinessPoller.inBatches(options);
    }

    private static PollerGroup open(
            int ports, PortOptions options, Backend preferred, Opener opener)
            throws NetException {
        if (ports < 1) {
            throw new IllegalArgumentException("a group of " + ports + " ports: use 1 or more");
        }
        List<Poller> pollers = new ArrayList<>();
        try {
            while (pollers.size() < ports) {
                Poller poller =
                        open(options, preferred, opener, "sluice-net-" + pollers.size());
                poller.start();
                pollers.add(poller);
            }
        } catch (SystemCallException failure) {
            pollers.forEach(Poller::close);
            String what = ports == 1 ? "open a port: " : "open " + ports + " ports: ";
            throw NetErrors.of(what + failure.getMessage(), failure);
        }
        return new PollerGroup(pollers);
    }

    /** Opens on the requested backend; else on the preferred one, or any other if that is missing. */
    private static Poller open(
            PortOptions options, Backend preferred, Opener opener, String name)
            throws SystemCallException {
        if (options.backend().isPresent()) {
            return opener.open(options, name);
        }
        try {
            return opener.open(options.backend(preferred), name);
        } catch (SystemCallException failure) {
            if (failure.status() != Status.UNSUPPORTED) {
                throw failure;
            }
            return opener.open(options, name);
        }
    }

    @FunctionalInterface
    private interface Opener {
        Poller open(PortOptions options, String name) throws SystemCallException;
    }

    /** Returns the port whose turn it is; skips failed ports while there is another. */
    public Poller next() {
        Poller next = at(turn.getAndIncrement());
        for (int left = pollers.size() - 1; left > 0 && next.isStopping(); left--) {
            next = at(turn.getAndIncrement());
        }
        return next;
    }

    private Poller at(int number) {
        return pollers.get(Math.floorMod(number, pollers.size()));
    }

    /** Returns the first port, which is as all others. */
    public Poller first() {
        return pollers.getFirst();
    }

    /** Returns the number of ports. */
    public int size() {
        return pollers.size();
    }

    /** Bounds the unread bytes of all connections together; each port gets an equal share. */
    public void maxUnreadBytes(long bytes) {
        pollers.forEach(each -> each.receiveBudget().maxBytes(bytes / pollers.size()));
    }

    /** Returns the bound, rounded down to equal shares. */
    public long maxUnreadBytes() {
        return first().receiveBudget().maxBytes() * pollers.size();
    }

    /** Returns the memory that the ports keep for readers and writers. */
    public long keptBytes() {
        long sum = 0;
        for (Poller each : pollers) {
            sum += each.keptBytes();
        }
        return sum;
    }

    /** Returns the sums over the ports. */
    public PortStatistics statistics() {
        PortStatistics sum = first().port().statistics();
        for (Poller each : pollers.subList(1, pollers.size())) {
            sum = sum.plus(each.port().statistics());
        }
        return sum;
    }

    /** Closes all ports. */
    public void close() {
        // All of them first: a thread of one port may hold the carrier thread that another one needs.
        pollers.forEach(Poller::stop);
        pollers.forEach(Poller::close);
    }
}
