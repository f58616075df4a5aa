package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One dial: attempts that begin one after the other or all at once, of which the first to connect
 * wins. The thread that dials waits here; attempts report from the threads of their ports.
 */
final class Race {
    private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);

    private final Dialer dialer;
    private final String what;
    private final long startNanos = System.nanoTime();
    private final long deadlineNanos;
    private final boolean bounded;
    private final List<Attempt> attempts = new ArrayList<>();
    private final LinkedBlockingQueue<Attempt> ended = new LinkedBlockingQueue<>();

    Race(Dialer dialer, String what) {
        this.dialer = dialer;
        this.what = what;
        long until = Long.MAX_VALUE;
        if (dialer.timeout().isPresent()) {
            until = dialer.timeout().get().toNanos();
        }
        if (dialer.deadlineNanos().isPresent()) {
            until = Math.min(until, dialer.deadlineNanos().get() - startNanos);
        }
        this.bounded = until != Long.MAX_VALUE;
        this.deadlineNanos = bounded ? startNanos + until : 0;
    }

    /** Looks a name up on a thread of its own: the system's call can be neither bounded nor ended. */
    List<Address> resolve(Endpoint endpoint) throws NetException {
        CompletableFuture<List<Address>> found = new CompletableFuture<>();
        Thread.ofVirtual().name("sluice-resolve").start(() -> {
            try {
                found.complete(endpoint.resolve());
            } catch (ResolveException | RuntimeException failure) {
                found.completeExceptionally(failure);
            }
        });
        try {
            return bounded ? found.get(left(), TimeUnit.NANOSECONDS) : found.get();
        } catch (TimeoutException late) {
            throw NetException.of("resolve " + endpoint.host(), Status.DEADLINE, 0);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw NetException.of("resolve " + endpoint.host(), Status.CANCELLED, 0);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof NetException known) {
                throw known;
            }
            throw new IllegalStateException(failure.getCause());
        }
    }

    private long left() {
        return deadlineNanos - System.nanoTime();
    }

    Connection run(List<Address> addresses, Duration delay) throws NetException {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException(what + ": no address to dial");
        }
        Status status = Status.UNKNOWN;
        try {
            Connection winner = await(addresses, delay.toNanos());
            status = Status.OK;
            return winner;
        } catch (NetException failure) {
            status = failure.status();
            throw failure;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            status = Status.CANCELLED;
            throw NetException.of(what, status, 0);
        } finally {
            attempts.forEach(Attempt::giveUp);
            Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
            Recording.connected(what, took, status);
            LOG.debug("{}: {} after {}", what, status, took);
        }
    }

    private Connection await(List<Address> addresses, long delayNanos)
            throws NetException, InterruptedException {
        List<NetException> failures = new ArrayList<>();
        long nextNanos = System.nanoTime();
        while (failures.size() < addresses.size()) {
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
            Attempt attempt = poll(more, nextNanos);
            if (attempt != null) {
                Connection connection = attempt.claim();
                if (connection != null) {
                    return connection;
                }
                failures.add(attempt.failure());
            }
        }
        NetException first = failures.removeFirst();
        throw suppressing(first, failures);
    }

    private @Nullable Attempt poll(boolean more, long nextNanos) throws InterruptedException {
        long wait = more ? nextNanos - System.nanoTime() : Long.MAX_VALUE;
        if (bounded) {
            wait = Math.min(wait, left());
        }
        return wait == Long.MAX_VALUE ? ended.take() : ended.poll(wait, TimeUnit.NANOSECONDS);
    }

    private void begin(Address address) {
        PortGroup group = dialer.group().orElseGet(PortGroup::shared);
        Attempt attempt = new Attempt(group.next(), dialer, address, ended);
        attempts.add(attempt);
        attempt.begin();
    }

    private static NetException suppressing(NetException cause, List<NetException> others) {
        others.forEach(cause::addSuppressed);
        return cause;
    }
}
