package dev.sluice.internal.net.names;

import dev.sluice.net.ResolveException;
import dev.sluice.net.Resolver;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The platform threads that call resolvers. getaddrinfo(3) has no time-out and cannot be cancelled,
 * and on a virtual thread it would pin the carrier thread: a few silent servers would stop every
 * virtual thread of the process.
 *
 * <p>A look-up holds one of a few permits while it runs and a caller waits for it. Once no caller
 * waits, the permit is free, although the thread may still be blocked. So there are more threads than
 * permits.
 */
public final class ResolverThreads {
    /** The maximum of running look-ups that a caller waits for. */
    public static final int PERMITS = 16;

    /** The maximum of threads, with those that run a look-up for which no caller waits any more. */
    public static final int MAX_THREADS = 64;

    /** A thread without work ends after this time. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);

    static final ResolverThreads SHARED = new ResolverThreads();

    private final ThreadFactory factory = Thread.ofPlatform()
            .daemon()
            .inheritInheritableThreadLocals(false)
            .name("sluice-resolve-", 1)
            .factory();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();

    // All below under the lock.

    /** Calls that run or wait for a permit; one for each key. */
    private final Map<Key, Call> calls = new HashMap<>();

    private final ArrayDeque<Call> queue = new ArrayDeque<>();
    private int permitsTaken;
    private int threads;
    private int idle;

    private ResolverThreads() {}

    /** A resolver and the name that it looks up. */
    public record Key(Resolver resolver, String host) {}

    /** A caller that waits for a look-up. */
    interface Waiter {
        /** Returns what it waits for. */
        Key key();

        /** Takes the addresses, or the failure. */
        void answer(List<InetAddress> addresses, @Nullable Throwable failure);
    }

    /** A call of a resolver with the callers that wait for its answer. */
    private static final class Call {
        final Key key;
        final List<Waiter> waiters = new ArrayList<>();

        /** The thread that runs it, once one does. */
        @Nullable
        Thread thread;

        /** True if its thread was interrupted because no caller waited. */
        boolean interrupted;

        Call(Key key) {
            this.key = key;
        }
    }

    private record Answer(List<InetAddress> addresses, @Nullable Throwable failure) {}

    void begin(Waiter waiter) {
        lock.lock();
        try {
            Call known = calls.get(waiter.key());
            if (known != null) {
                if (known.waiters.isEmpty()) {
                    permitsTaken++; // It runs, and again has a caller that waits.
                }
                known.waiters.add(waiter);
                return;
            }
            Call call = new Call(waiter.key());
            call.waiters.add(waiter);
            calls.put(call.key, call);
            queue.add(call);
            dispatch();
        } finally {
            lock.unlock();
        }
    }

    void cancel(Waiter waiter) {
        lock.lock();
        try {
            Call call = calls.get(waiter.key());
            if (call == null || !call.waiters.remove(waiter) || !call.waiters.isEmpty()) {
                return;
            }
            Thread running = call.thread;
            if (running == null) {
                queue.remove(call);
                calls.remove(call.key);
            } else {
                call.interrupted = true;
                running.interrupt();
                permitsTaken--;
                dispatch();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Finds a thread for the first queued call, if there is a permit. */
    private void dispatch() {
        if (queue.isEmpty() || permitsTaken >= PERMITS) {
            return;
        }
        if (queue.size() <= idle || threads == MAX_THREADS) {
            work.signal();
            return;
        }
        threads++;
        try {
            factory.newThread(this::run).start();
        } catch (OutOfMemoryError noThread) {
            threads--;
            if (threads == 0) {
                Call call = queue.removeLast();
                calls.remove(call.key);
                throw noThread;
            }
        }
    }

    // ---- on the threads --------------------------------------------------------------------------

    private void run() {
        Call call = next();
        while (call != null) {
            Answer answer = ask(call.key);
            List<Waiter> waiters = ended(call, answer);
            if (waiters != null) {
                waiters.forEach(each -> each.answer(answer.addresses, answer.failure));
                call = next();
            }
        }
    }

    /** Waits for the next call; null once this thread has been idle for its time. */
    private @Nullable Call next() {
        lock.lock();
        idle++;
        try {
            long left = IDLE_NANOS;
            while (queue.isEmpty() || permitsTaken >= PERMITS) {
                if (left <= 0) {
                    threads--;
                    return null;
                }
                left = work.awaitNanos(left);
            }
            Call call = queue.remove();
            call.thread = Thread.currentThread();
            permitsTaken++;
            return call;
        } catch (InterruptedException stray) {
            // Only a thread that calls a resolver is interrupted here: that resolver kept a reference.
            threads--;
            dispatch();
            return null;
        } finally {
            idle--;
            lock.unlock();
        }
    }

    private static Answer ask(Key key) {
        try {
            List<InetAddress> found = key.resolver.resolve(key.host);
            if (found == null || found.stream().anyMatch(Objects::isNull)) {
                throw new ResolveException("the resolver returned null: return addresses only");
            }
            return found.isEmpty()
                    ? new Answer(found, new ResolveException("the resolver found no address"))
                    : new Answer(List.copyOf(found), null);
        } catch (Exception | Error failure) {
            // The waiting callers get it, whatever it is: this thread has other calls to serve.
            return new Answer(List.of(), failure);
        }
    }

    /** Ends a call and returns the callers to answer; null if it must run again. */
    private @Nullable List<Waiter> ended(Call call, Answer answer) {
        lock.lock();
        try {
            Thread.interrupted(); // It was meant for this call alone.
            boolean broken = call.interrupted && answer.failure != null;
            if (broken && !call.waiters.isEmpty()) {
                call.interrupted = false;
                return null;
            }
            calls.remove(call.key);
            if (!call.waiters.isEmpty()) {
                permitsTaken--;
            }
            return call.waiters;
        } finally {
            lock.unlock();
        }
    }
}
