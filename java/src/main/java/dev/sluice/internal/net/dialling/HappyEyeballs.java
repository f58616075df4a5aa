package dev.sluice.internal.net.dialling;

import dev.sluice.Address;
import dev.sluice.Status;
import dev.sluice.internal.net.EventRecorder;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.internal.net.connection.SocketConnection;
import dev.sluice.internal.net.names.HostPort;
import dev.sluice.internal.net.names.ResolverQuery;
import dev.sluice.net.ConnectFailedException;
import dev.sluice.net.NetException;
import dev.sluice.net.ResolveException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One dial by RFC 8305: attempts that start one after the other or all at once; the first to connect
 * wins. The dialling thread waits here. Attempts report from the threads of their ports, and look-ups
 * from the resolver's threads.
 */
public final class HappyEyeballs {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.net.Dialer");

    /** Longer times count as endless: sums and differences of times must not overflow. */
    private static final long ENDLESS_NANOS = Long.MAX_VALUE / 4;

    private final DialSettings settings;
    private final String operation;
    private final long startNanos = System.nanoTime();
    private final long deadlineNanos;
    private final boolean bounded;
    private final LinkedBlockingQueue<Report> reports = new LinkedBlockingQueue<>();

    /** The addresses to try, in order; grows as names are resolved. */
    private final List<Address> addresses = new ArrayList<>();

    /** One for each of the first addresses. */
    private final List<ConnectAttempt> attempts = new ArrayList<>();

    private final List<NetException> failures = new ArrayList<>();

    /** Why a name, or all of its addresses, could not be tried. */
    private final List<NetException> untried = new ArrayList<>();

    /** Queries for names whose addresses are dialled as soon as they are known. */
    private final List<ResolverQuery> queries = new ArrayList<>();

    private int answers;

    /** What the dialling thread waits for. */
    private sealed interface Report {}

    private record Attempted(ConnectAttempt attempt) implements Report {}

    private record Resolved(ResolverQuery query) implements Report {}

    /**
     * Starts the clock of a dial.
     *
     * @param operation begins the messages of exceptions
     */
    public HappyEyeballs(DialSettings settings, String operation) {
        this.settings = settings;
        this.operation = operation;
        long until = ENDLESS_NANOS;
        Duration timeout = settings.timeout();
        if (timeout != null) {
            until = Math.min(until, TimeUnit.NANOSECONDS.convert(timeout));
        }
        Long deadline = settings.deadlineNanos();
        if (deadline != null) {
            long farthest = startNanos + ENDLESS_NANOS;
            until = Math.min(until, Math.clamp(deadline, startNanos, farthest) - startNanos);
        }
        this.bounded = until < ENDLESS_NANOS;
        this.deadlineNanos = bounded ? startNanos + until : 0;
    }

    private long leftNanos() {
        return deadlineNanos - System.nanoTime();
    }

    /** Returns what is left of the time of the dial; very long if it has no bound. */
    public Duration left() {
        return Duration.ofNanos(bounded ? leftNanos() : ENDLESS_NANOS);
    }

    /**
     * Returns addresses in the order of attempts: families in turn, IPv6 first, each in the order of
     * the resolver (RFC 8305, section 4, with a First Address Family Count of 1).
     */
    public static List<Address> interleave(List<Address> addresses) {
        ArrayDeque<Address> preferred = new ArrayDeque<>();
        ArrayDeque<Address> others = new ArrayDeque<>();
        for (Address address : addresses) {
            (address.isIpv6() ? preferred : others).add(address);
        }
        List<Address> ordered = new ArrayList<>();
        while (!preferred.isEmpty() || !others.isEmpty()) {
            if (!preferred.isEmpty()) {
                ordered.add(preferred.remove());
            }
            if (!others.isEmpty()) {
                ordered.add(others.remove());
            }
        }
        return ordered;
    }

    /** Looks up one name, within the time of the dial. */
    public List<Address> resolve(HostPort target) throws NetException {
        return ResolverQuery.await(
                target, settings.resolver(), bounded ? leftNanos() : ResolverQuery.ENDLESS);
    }

    /** Dials addresses; the next one starts after a delay, or when all before it have failed. */
    public SocketConnection run(List<Address> known, Duration delay) throws NetException {
        requireTargets(known);
        add(known);
        return run(delay);
    }

    /** Dials all addresses of all names at once, those of a name as soon as they are known. */
    public SocketConnection runAll(List<HostPort> targets) throws NetException {
        requireTargets(targets);
        for (HostPort target : targets) {
            Address literal = target.literal();
            if (literal != null) {
                add(List.of(literal));
            }
        }
        try {
            for (HostPort target : targets) {
                if (target.literal() == null) {
                    queries.add(ResolverQuery.begin(target, settings.resolver(),
                            query -> reports.add(new Resolved(query))));
                }
            }
            return run(Duration.ZERO);
        } finally {
            queries.forEach(ResolverQuery::cancel);
        }
    }

    private void requireTargets(List<?> targets) {
        if (targets.isEmpty()) {
            throw new IllegalArgumentException(operation + ": no address to dial");
        }
    }

    private SocketConnection run(Duration delay) throws NetException {
        Status status = Status.UNKNOWN;
        try {
            SocketConnection winner =
                    await(Math.min(TimeUnit.NANOSECONDS.convert(delay), ENDLESS_NANOS));
            status = Status.OK;
            return winner.watchedForLeaks();
        } catch (NetException failure) {
            status = failure.status();
            throw failure;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            status = Status.CANCELLED;
            throw NetErrors.of(operation, status, 0);
        } finally {
            attempts.forEach(ConnectAttempt::cancel);
            Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
            EventRecorder.connected(operation, took, status);
            LOG.debug("{}: {} after {}", operation, status, took);
        }
    }

    private SocketConnection await(long delayNanos) throws NetException, InterruptedException {
        long nextNanos = System.nanoTime();
        while (failures.size() < addresses.size() || answers < queries.size()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (bounded && leftNanos() <= 0) {
                throw suppressing(NetErrors.of(operation, Status.DEADLINE, 0), failures);
            }
            boolean more = attempts.size() < addresses.size();
            boolean allFailed = failures.size() == attempts.size();
            if (more && (allFailed || nextNanos - System.nanoTime() <= 0)) {
                begin(addresses.get(attempts.size()));
                nextNanos = System.nanoTime() + delayNanos;
                continue;
            }
            switch (poll(more, nextNanos)) {
                case Attempted(ConnectAttempt attempt) -> {
                    SocketConnection connection = attempt.claim();
                    if (connection != null) {
                        return connection;
                    }
                    failures.add(attempt.failure());
                }
                case Resolved(ResolverQuery query) -> resolved(query);
                case null -> {
                    // The next attempt is due, or the deadline has passed.
                }
            }
        }
        throw allFailed();
    }

    private @Nullable Report poll(boolean more, long nextNanos) throws InterruptedException {
        long wait = more ? nextNanos - System.nanoTime() : Long.MAX_VALUE;
        if (bounded) {
            wait = Math.min(wait, leftNanos());
        }
        return wait == Long.MAX_VALUE ? reports.take() : reports.poll(wait, TimeUnit.NANOSECONDS);
    }

    private void resolved(ResolverQuery query) {
        answers++;
        NetException failure = query.failure();
        if (failure != null) {
            untried.add(failure);
        } else {
            add(query.addresses());
        }
    }

    /** Adds the addresses of the family of the local address, if there is one. */
    private void add(List<Address> found) {
        Address local = settings.local();
        List<Address> fitting =
                found.stream().filter(each -> local == null || sameFamily(each, local)).toList();
        addresses.addAll(fitting);
        if (fitting.isEmpty()) {
            untried.add(new ConnectFailedException(
                    "connect " + found.getFirst() + ": not of the family of " + local,
                    Status.ADDRESS_UNAVAILABLE, 0));
        }
    }

    private static boolean sameFamily(Address one, Address other) {
        return one.isIpv6() == other.isIpv6() && one.isUnix() == other.isUnix();
    }

    private void begin(Address address) {
        ConnectAttempt attempt = new ConnectAttempt(settings.group().get().next(), settings,
                address, done -> reports.add(new Attempted(done)));
        attempts.add(attempt);
        attempt.begin();
    }

    /** Returns the first failed connect, or look-up; the message names what could not be tried. */
    private NetException allFailed() {
        List<NetException> all = new ArrayList<>(failures);
        all.addAll(untried);
        NetException first = all.removeFirst();
        if (untried.isEmpty() || all.isEmpty()) {
            return suppressing(first, all);
        }
        String causes = Stream.concat(failures.stream().limit(1), untried.stream())
                .map(Throwable::getMessage)
                .collect(Collectors.joining("; "));
        NetException exception = first instanceof ResolveException
                ? new ResolveException(operation + ": " + causes)
                : new ConnectFailedException(
                        operation + ": " + causes, first.status(), first.nativeCode());
        exception.initCause(first);
        return suppressing(exception, all);
    }

    private static NetException suppressing(NetException cause, List<NetException> others) {
        others.forEach(cause::addSuppressed);
        return cause;
    }
}
