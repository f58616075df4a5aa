package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.Status;
import java.time.Duration;
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
 * One dial: attempts that begin one after the other or all at once, of which the first to connect
 * wins. The thread that dials waits here; attempts report from the threads of their ports, and names
 * that are looked up meanwhile from theirs.
 */
final class HappyEyeballs {
    private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);

    /** Longer than this is for ever: sums and differences of times must not overflow. */
    private static final long ENDLESS_NANOS = Long.MAX_VALUE / 4;

    private final Dialer dialer;
    private final String what;
    private final long startNanos = System.nanoTime();
    private final long deadlineNanos;
    private final boolean bounded;
    private final LinkedBlockingQueue<News> news = new LinkedBlockingQueue<>();

    /** To be tried, in this order; grows as names are resolved. */
    private final List<Address> addresses = new ArrayList<>();

    /** One for each address from the first on. */
    private final List<ConnectAttempt> attempts = new ArrayList<>();

    private final List<NetException> failures = new ArrayList<>();

    /** Why a name, or all of its addresses, could not be tried. */
    private final List<NetException> untried = new ArrayList<>();

    /** Of names that are dialled as soon as their addresses are known. */
    private final List<ResolverQuery> lookups = new ArrayList<>();

    private int answers;

    /** What the thread that dials waits for. */
    sealed interface News permits ConnectAttempt, ResolverQuery {}

    HappyEyeballs(Dialer dialer, String what) {
        this.dialer = dialer;
        this.what = what;
        long until = ENDLESS_NANOS;
        if (dialer.timeout().isPresent()) {
            until = Math.min(until, TimeUnit.NANOSECONDS.convert(dialer.timeout().get()));
        }
        if (dialer.deadlineNanos().isPresent()) {
            long deadline = dialer.deadlineNanos().get();
            long farthest = startNanos + ENDLESS_NANOS;
            until = Math.min(until, Math.clamp(deadline, startNanos, farthest) - startNanos);
        }
        this.bounded = until < ENDLESS_NANOS;
        this.deadlineNanos = bounded ? startNanos + until : 0;
    }

    private long left() {
        return deadlineNanos - System.nanoTime();
    }

    /** The addresses of one name; those of several are looked up while others are dialled. */
    List<Address> resolve(HostPort endpoint) throws NetException {
        return ResolverQuery.await(endpoint, dialer.resolver(),
                bounded ? left() : ResolverQuery.ENDLESS);
    }

    /** Dials these, the next one after a delay or when all before it have failed. */
    Connection run(List<Address> known, Duration delay) throws NetException {
        requireSome(known);
        add(known);
        return run(delay);
    }

    /** Dials all addresses of all these at once, those of a name as soon as they are known. */
    Connection runAll(List<HostPort> endpoints) throws NetException {
        requireSome(endpoints);
        for (HostPort endpoint : endpoints) {
            Address literal = endpoint.literal();
            if (literal != null) {
                add(List.of(literal));
            }
        }
        try {
            for (HostPort endpoint : endpoints) {
                if (endpoint.literal() == null) {
                    lookups.add(ResolverQuery.begin(endpoint, dialer.resolver(), news::add));
                }
            }
            return run(Duration.ZERO);
        } finally {
            lookups.forEach(ResolverQuery::giveUp);
        }
    }

    private void requireSome(List<?> targets) {
        if (targets.isEmpty()) {
            throw new IllegalArgumentException(what + ": no address to dial");
        }
    }

    private Connection run(Duration delay) throws NetException {
        Status status = Status.UNKNOWN;
        try {
            Connection winner =
                    await(Math.min(TimeUnit.NANOSECONDS.convert(delay), ENDLESS_NANOS));
            status = Status.OK;
            return winner.given();
        } catch (NetException failure) {
            status = failure.status();
            throw failure;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            status = Status.CANCELLED;
            throw NetException.of(what, status, 0);
        } finally {
            attempts.forEach(ConnectAttempt::giveUp);
            Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
            Recording.connected(what, took, status);
            LOG.debug("{}: {} after {}", what, status, took);
        }
    }

    private Connection await(long delayNanos) throws NetException, InterruptedException {
        long nextNanos = System.nanoTime();
        while (failures.size() < addresses.size() || answers < lookups.size()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (bounded && left() <= 0) {
                throw suppressing(NetException.of(what, Status.DEADLINE, 0), failures);
            }
            boolean more = attempts.size() < addresses.size();
            boolean allFailed = failures.size() == attempts.size();
            if (more && (allFailed || nextNanos - System.nanoTime() <= 0)) {
                begin(addresses.get(attempts.size()));
                nextNanos = System.nanoTime() + delayNanos;
                continue;
            }
            switch (poll(more, nextNanos)) {
                case ConnectAttempt attempt -> {
                    Connection connection = attempt.claim();
                    if (connection != null) {
                        return connection;
                    }
                    failures.add(attempt.failure());
                }
                case ResolverQuery lookup -> resolved(lookup);
                case null -> {
                    // It is time for the next one, or too late.
                }
            }
        }
        throw allFailed();
    }

    private @Nullable News poll(boolean more, long nextNanos) throws InterruptedException {
        long wait = more ? nextNanos - System.nanoTime() : Long.MAX_VALUE;
        if (bounded) {
            wait = Math.min(wait, left());
        }
        return wait == Long.MAX_VALUE ? news.take() : news.poll(wait, TimeUnit.NANOSECONDS);
    }

    private void resolved(ResolverQuery lookup) {
        answers++;
        NetException failure = lookup.failure();
        if (failure != null) {
            untried.add(failure);
        } else {
            add(lookup.addresses());
        }
    }

    /** Only those of the family of the address to dial from, where there is one. */
    private void add(List<Address> found) {
        Address local = dialer.local().orElse(null);
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
        PortGroup group = dialer.group().orElseGet(PortGroup::shared);
        ConnectAttempt attempt = new ConnectAttempt(group.next(), dialer, address, news);
        attempts.add(attempt);
        attempt.begin();
    }

    /** The first cause of a connect, or else of a look-up; what could not be tried is named. */
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
        NetException told = first instanceof ResolveException
                ? new ResolveException(what + ": " + causes)
                : new ConnectFailedException(
                        what + ": " + causes, first.status(), first.nativeCode());
        told.initCause(first);
        return suppressing(told, all);
    }

    private static NetException suppressing(NetException cause, List<NetException> others) {
        others.forEach(cause::addSuppressed);
        return cause;
    }
}
