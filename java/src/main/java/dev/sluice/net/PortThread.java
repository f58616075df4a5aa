package dev.sluice.net;

import dev.sluice.Status;
import dev.sluice.SystemCallException;
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
 * A thread of the system that runs the virtual threads of one port, its owner among them, and no
 * others. So whoever is woken by the owner needs no other thread, and the owner may keep this one
 * while it waits in the kernel.
 *
 * <p>Java has no way yet to choose who runs a virtual thread; the constructor for it is the JDK's own.
 */
final class PortThread implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(PortThread.class);

    private static final String BUILDER = "java.lang.ThreadBuilders$VirtualThreadBuilder";

    private final String name;
    private final MethodHandle newBuilder;

    /** Runs what is queued; followed by others only when the port is closed. */
    private volatile Thread thread;

    /** Whether that thread runs, or is about to. */
    private final AtomicBoolean manned = new AtomicBoolean();

    /** Whose turn is next; of {@link #thread}, and of the owner, which runs there. */
    private final ArrayDeque<Runnable> own = new ArrayDeque<>();

    /** Those who were woken by anybody else. */
    private final Queue<Runnable> others = new ConcurrentLinkedQueue<>();

    /** From before the last look at the queues until there was something again. */
    private volatile boolean asleep;

    /** The same for the owner, which waits in the kernel then, unless it is not running at all. */
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
     * A carrier without anything to run yet.
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
                    "virtual threads on a carrier of their own: " + refused.getMessage()
                            + "; start java with --add-opens java.base/java.lang="
                            + nameOf(PortThread.class.getModule())
                            + ", or open a group that does not carry its threads",
                    Status.UNSUPPORTED, 0);
        }
    }

    private static String nameOf(Module module) {
        return module.isNamed() ? module.getName() : "ALL-UNNAMED";
    }

    // ---- on any thread -------------------------------------------------------------------------

    /** Makes threads that run here. */
    Thread.Builder.OfVirtual threads() {
        try {
            return (Thread.Builder.OfVirtual) newBuilder.invokeExact((Executor) this);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable checked) {
            throw new AssertionError("a constructor without exceptions threw one", checked);
        }
    }

    /** Before anything runs here: who polls the port, and how to end its wait. */
    void serves(Thread portOwner, Runnable wake) {
        owner = portOwner;
        wakeOwner = wake;
    }

    /** The thread of the system. */
    Thread thread() {
        return thread;
    }

    /** Lets a virtual thread run, when its turn comes. */
    @Override
    @SuppressWarnings("ReferenceEquality") // A thread is itself and no other.
    public void execute(Runnable turn) {
        Thread current = Thread.currentThread();
        if (current == thread || current == owner) {
            own.addLast(turn);
            return;
        }
        others.add(turn);
        // After that, as whoever begins to wait looks at the queue after having said so.
        if (asleep) {
            LockSupport.unpark(thread);
        } else if (ownerWaits) {
            wakeOwner.run();
        } else if (!manned.get()) {
            man();
        }
    }

    /** Begins the thread, which nobody does twice. */
    private void man() {
        if (manned.compareAndSet(false, true)) {
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

    /** Whether nobody else is to run here: then whoever comes ends the owner's wait. */
    boolean beginWait() {
        ownerWaits = true;
        if (own.isEmpty() && others.isEmpty()) {
            return true;
        }
        ownerWaits = false;
        return false;
    }

    void endWait() {
        ownerWaits = false;
    }

    /** There will be no owner any more; virtual threads that are left go on. */
    void portIsClosed() {
        portClosed = true;
    }

    // ---- on the thread of the system -----------------------------------------------------------

    private void run() {
        do {
            while (takeOthers() || awaitOthers()) {
                // Those who are queued meanwhile have their turn in the next round.
                for (int left = own.size(); left > 0; left--) {
                    run(own.removeFirst());
                }
            }
            manned.set(false);
        } while (!others.isEmpty() && manned.compareAndSet(false, true));
    }

    /** Whether anybody is to run. */
    private boolean takeOthers() {
        Runnable turn = others.poll();
        while (turn != null) {
            own.addLast(turn);
            turn = others.poll();
        }
        return !own.isEmpty();
    }

    /** Sleeps until somebody is to run; false if that may be never, as the port is closed. */
    private boolean awaitOthers() {
        if (portClosed) {
            return false;
        }
        asleep = true;
        if (others.isEmpty()) {
            LockSupport.park(this);
        }
        asleep = false;
        return true;
    }

    private static void run(Runnable turn) {
        try {
            turn.run();
        } catch (RuntimeException | Error failure) {
            FailureLog.error(LOG, "a virtual thread could not go on", failure);
        }
    }
}
