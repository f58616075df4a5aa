package dev.sluice.net;

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
 * The platform threads on which names are looked up. getaddrinfo can be neither bounded nor ended,
 * and on a virtual thread it would hold the carrier, so a few silent servers would stop every virtual
 * thread of the process.
 *
 * <p>A look-up holds one of a few places while it runs and a dial waits for it. Once no dial waits,
 * the place is free although the thread may still be blocked. So threads outnumber places.
 */
final class ResolverThreads {
    /** Most look-ups that run and that a dial waits for. */
    static final int PLACES = 16;

    /** Most threads, with those whose look-up no dial waits for any more. */
    static final int MAX_THREADS = 64;

    /** After how long without work a thread ends. */
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

    /** Those that wait for a place, or run; the same question is asked once at a time. */
    private final Map<Key, Call> calls = new HashMap<>();

    private final ArrayDeque<Call> queue = new ArrayDeque<>();
    private int placesTaken;
    private int threads;
    private int idle;

    /** The resolver to ask, and the name. */
    record Key(Resolver resolver, String host) {}

    /** A question with the look-ups that wait for its answer. */
    private static final class Call {
        final Key question;
        final List<ResolverQuery> lookups = new ArrayList<>();

        /** The thread that asks, once one does. */
        @Nullable
        Thread thread;

        /** Whether its thread was interrupted, since no dial waited. */
        boolean interrupted;

        Call(Key question) {
            this.question = question;
        }
    }

    private record Answer(List<InetAddress> addresses, @Nullable Throwable failure) {}

    void begin(ResolverQuery lookup) {
        lock.lock();
        try {
            Call known = calls.get(lookup.question);
            if (known != null) {
                if (known.lookups.isEmpty()) {
                    placesTaken++; // it runs, and somebody waits for it again
                }
                known.lookups.add(lookup);
                return;
            }
            Call call = new Call(lookup.question);
            call.lookups.add(lookup);
            calls.put(call.question, call);
            queue.add(call);
            dispatch();
        } finally {
            lock.unlock();
        }
    }

    void giveUp(ResolverQuery lookup) {
        lock.lock();
        try {
            Call call = calls.get(lookup.question);
            if (call == null || !call.lookups.remove(lookup) || !call.lookups.isEmpty()) {
                return;
            }
            Thread running = call.thread;
            if (running == null) {
                queue.remove(call);
                calls.remove(call.question);
            } else {
                call.interrupted = true;
                running.interrupt();
                placesTaken--;
                dispatch();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Finds a thread for the first that waits, if there is a place. */
    private void dispatch() {
        if (queue.isEmpty() || placesTaken >= PLACES) {
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
                calls.remove(call.question);
                throw noThread;
            }
        }
    }

    // ---- on the threads --------------------------------------------------------------------------

    private void run() {
        Call call = next();
        while (call != null) {
            Answer answer = ask(call.question);
            List<ResolverQuery> lookups = ended(call, answer);
            if (lookups != null) {
                lookups.forEach(each -> each.answer(answer.addresses, answer.failure));
                call = next();
            }
        }
    }

    /** The next that has a place, or null when this thread has been idle for long. */
    private @Nullable Call next() {
        lock.lock();
        idle++;
        try {
            long left = IDLE_NANOS;
            while (queue.isEmpty() || placesTaken >= PLACES) {
                if (left <= 0) {
                    threads--;
                    return null;
                }
                left = work.awaitNanos(left);
            }
            Call call = queue.remove();
            call.thread = Thread.currentThread();
            placesTaken++;
            return call;
        } catch (InterruptedException stray) {
            // Only a thread that asks is interrupted here: a resolver passed its thread on.
            threads--;
            dispatch();
            return null;
        } finally {
            idle--;
            lock.unlock();
        }
    }

    private static Answer ask(Key question) {
        try {
            List<InetAddress> found = question.resolver.resolve(question.host);
            if (found == null || found.stream().anyMatch(Objects::isNull)) {
                throw new ResolveException("the resolver returned null: return addresses only");
            }
            return found.isEmpty()
                    ? new Answer(found, new ResolveException("the resolver found no address"))
                    : new Answer(List.copyOf(found), null);
        } catch (Exception | Error failure) {
            // It is for the dials that wait, whatever it is: the thread serves other look-ups.
            return new Answer(List.of(), failure);
        }
    }

    /** The look-ups to answer; null if the question must be asked again. */
    private @Nullable List<ResolverQuery> ended(Call call, Answer answer) {
        lock.lock();
        try {
            Thread.interrupted(); // meant for this call alone
            boolean broken = call.interrupted && answer.failure != null;
            if (broken && !call.lookups.isEmpty()) {
                call.interrupted = false;
                return null;
            }
            calls.remove(call.question);
            if (!call.lookups.isEmpty()) {
                placesTaken--;
            }
            return call.lookups;
        } finally {
            lock.unlock();
        }
    }
}
