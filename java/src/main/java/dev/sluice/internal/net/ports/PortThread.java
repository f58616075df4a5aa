package dev.sluice.internal.net.ports;

import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.net.FailureLog;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A platform thread that runs the virtual threads of one port and no others: the owner of the port and
 * the threads of its connections. So a thread that the owner wakes needs no other platform thread, and
 * the owner may block this one in the kernel.
 *
 * <p>Java has no public way yet to choose the scheduler of a virtual thread; this uses the JDK's own
 * constructor.
 */
final class PortThread implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(PortThread.class);

    private static final String BUILDER = "java.lang.ThreadBuilders$VirtualThreadBuilder";

    private final String name;
    private final MethodHandle newBuilder;

    /** Runs the queue; replaced only after the port is closed. */
    private volatile Thread thread;

    /** True while that thread runs, or is being started. */
    private final AtomicBoolean running = new AtomicBoolean();

    /** The run queue; of {@link #thread}, and of the owner, which runs there. */
    private final ArrayDeque<Runnable> local = new ArrayDeque<>();

    /** Virtual threads that other threads made runnable. */
    private final Queue<Runnable> remote = new ConcurrentLinkedQueue<>();

    /** True from before the last look at the queues until this thread wakes. */
    private volatile boolean asleep;

    /** The same for the owner, which then waits in the kernel, or is not mounted. */
    private volatile boolean ownerWaits;

    private volatile boolean portClosed;
    private volatile Thread owner;
    private volatile Runnable wakeOwner = () -> {};

    private PortThread(String name, MethodHandle newBuilder) {
        this.name = name;
        this.newBuilder = newBuilder;
        this.thread = newThread();
        this.owner = thread;
    }

    /**
     * Creates a thread with an empty queue.
     *
     * @throws SystemCallException UNSUPPORTED, with the cause and the remedy
     */
    static PortThread open(String name) throws SystemCallException {
        return new PortThread(name, newBuilder());
    }

    private static MethodHandle newBuilder() throws SystemCallException {
        try {
            Constructor<?> constructor =
                    Class.forName(BUILDER).getDeclaredConstructor(Executor.class);
            constructor.setAccessible(true);
            return MethodHandles.lookup().unreflectConstructor(constructor)
                    .asType(MethodType.methodType(Thread.Builder.OfVirtual.class, Executor.class));
        } catch (ReflectiveOperationException | RuntimeException refused) {
            throw new SystemCallException(
                    "thread per port: " + refused.getMessage()
                            + "; start java with --add-opens java.base/java.lang="
                            + nameOf(PortThread.class.getModule())
                            + ", or open the group with PortGroup.open",
                    Status.UNSUPPORTED, 0);
        }
    }

    private static String nameOf(Module module) {
        return module.isNamed() ? module.getName() : "ALL-UNNAMED";
    }

    // ---- on any thread -------------------------------------------------------------------------

    /** Returns a builder of virtual threads that run here. */
    Thread.Builder.OfVirtual threads() {
        try {
            return (Thread.Builder.OfVirtual) newBuilder.invokeExact((Executor) this);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable checked) {
            throw new AssertionError("a constructor without exceptions threw one", checked);
        }
    }

    /** Sets the thread that polls the port and how to end its wait; before anything runs here. */
    void setOwner(Thread portOwner, Runnable wake) {
        owner = portOwner;
        wakeOwner = wake;
    }

    /** Returns the platform thread. */
    Thread platformThread() {
        return thread;
    }

    /** Puts a virtual thread in the run queue. */
    @Override
    @SuppressWarnings("ReferenceEquality") // Threads compare by identity.
    public void execute(Runnable continuation) {
        Thread current = Thread.currentThread();
        if (current == thread || current == owner) {
            local.addLast(continuation);
            return;
        }
        // Enqueue before reading the flags: a sleeper sets its flag before its last look at the queue.
        remote.add(continuation);
        if (asleep) {
            LockSupport.unpark(thread);
        } else if (ownerWaits) {
            wakeOwner.run();
        } else if (!running.get()) {
            start();
        }
    }

    /** Starts the thread, once. */
    private void start() {
        if (running.compareAndSet(false, true)) {
            if (thread.getState() != Thread.State.NEW) {
                thread = newThread();
            }
            thread.start();
        }
    }

    private Thread newThread() {
        return Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    // ---- on the owner of the port --------------------------------------------------------------

    /** Returns true if no other thread is to run; from then on a new one ends the owner's wait. */
    boolean beginWait() {
        ownerWaits = true;
        if (local.isEmpty() && remote.isEmpty()) {
            return true;
        }
        ownerWaits = false;
        return false;
    }

    void endWait() {
        ownerWaits = false;
    }

    /** Records that there is no owner any more; the remaining virtual threads run to their end. */
    void portClosed() {
        portClosed = true;
    }

    // ---- on the platform thread ----------------------------------------------------------------

    private void run() {
        do {
            while (takeRemote() || awaitRemote()) {
                // A thread that is queued during this round runs in the next one.
                for (int left = local.size(); left > 0; left--) {
                    run(local.removeFirst());
                }
            }
            running.set(false);
        } while (!remote.isEmpty() && running.compareAndSet(false, true));
    }

    /** Returns true if a thread is to run. */
    private boolean takeRemote() {
        Runnable continuation = remote.poll();
        while (continuation != null) {
            local.addLast(continuation);
            continuation = remote.poll();
        }
        return !local.isEmpty();
    }

    /** Sleeps until a thread is to run; false once the port is closed, when none may ever come. */
    private boolean awaitRemote() {
        if (portClosed) {
            return false;
        }
        asleep = true;
        if (remote.isEmpty()) {
            LockSupport.park(this);
        }
        asleep = false;
        return true;
    }

    private static void run(Runnable continuation) {
        try {
            continuation.run();
        } catch (RuntimeException | Error failure) {
            FailureLog.error(LOG, "a virtual thread could not continue", failure);
        }
    }
}
