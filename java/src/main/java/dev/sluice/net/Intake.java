package dev.sluice.net;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.DetachedSocket;
import dev.sluice.LimitExceededException;
import dev.sluice.Socket;
import dev.sluice.SocketException;
import dev.sluice.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts on the listener's port, spreads the sockets over the group, and keeps them in order. */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    private static final long UNTIL_TRIED_AGAIN_NANOS = 1_000_000;

    private final Poller poller;
    private final PortGroup group;
    private final Socket socket;
    private final Address local;
    private final int ahead;
    private final Accept accept;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Connection> accepted = new ArrayDeque<>();
    private @Nullable NetException failure;
    private boolean closed;

    /** Whether {@link #close} was called. */
    private final AtomicBoolean givenUp = new AtomicBoolean();

    /** Accepted sockets that another port has not yet taken over; guarded by the lock. */
    private int underWay;

    /** True while no accept goes on, for want of room here or in the port; guarded by the lock. */
    private boolean resting;

    /** On the port's thread. */
    Intake(Poller poller, PortGroup group, Socket socket, Address local, int ahead) {
        this.poller = poller;
        this.group = group;
        this.socket = socket;
        this.local = local;
        this.ahead = ahead;
        this.accept = new Accept(socket).detached().onCompletion(this::arrived);
        poller.endsWithPort(this);
        goOn();
    }

    Thread.Builder.OfVirtual threads() {
        return poller.threads();
    }

    // ---- on the port's thread ------------------------------------------------------------------

    private void goOn() {
        if (poller.isStopping()) {
            end();
        } else if (socket.isOpen() && !accept.isPending() && hasRoom()) {
            try {
                poller.port().submit(accept);
            } catch (LimitExceededException refused) {
                // Whoever asks for the next connection is told, and lets it be tried again.
                fail(NetException.of("accept " + local, refused), true);
            }
        }
    }

    private boolean hasRoom() {
        lock.lock();
        try {
            resting = accepted.size() + underWay >= ahead;
            return !closed && !resting;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets accepting go on if it rests and there is room. The caller has the lock, which the port's
     * thread takes too: so where that is behind this does not wait, and is tried again.
     */
    private void wake() {
        if (resting && accepted.size() + underWay < ahead && poller.offer(this::goOn)) {
            resting = false;
        }
    }

    private void arrived(Accept done) {
        if (done.isOk()) {
            DetachedSocket detached = done.takeDetached();
            Poller home = group.next();
            begun();
            if (home == poller) {
                settle(home, detached);
            } else {
                home.execute(() -> settle(home, detached), () -> lost(detached));
            }
        } else if (done.status() == Status.CLOSED_LOCALLY) {
            // With the port, if the listener was not closed before.
            end();
            return;
        } else {
            LOG.warn("accept on {}: {}", local, Causes.text(done.status()));
            fail(NetException.of("accept " + local, done.status(), done.nativeCode()), false);
        }
        goOn();
    }

    /** The port that the connection should belong to is closed. */
    private void lost(DetachedSocket detached) {
        detached.close();
        gone();
    }

    /** On the thread of the port that the connection shall belong to. */
    private void settle(Poller home, DetachedSocket detached) {
        if (home.isStopping()) {
            lost(detached);
            return;
        }
        try (detached) {
            settle(home, home.port().attach(detached));
        } catch (SocketException | RuntimeException refused) {
            LOG.warn("a connection of {} was refused by its port", local, refused);
            gone();
        }
    }

    private void settle(Poller home, Socket taken) {
        Connection made;
        try {
            made = Connection.on(home, taken, local);
        } catch (SocketException | RuntimeException failure) {
            if (failure instanceof SocketException) {
                // It was reset before it was accepted; there is nobody to tell.
                LOG.debug("a connection of {} was gone at once", local, failure);
            } else {
                LOG.warn("a connection of {} cannot be watched by its port", local, failure);
            }
            home.port().submit(Close.immediate(taken));
            gone();
            return;
        }
        put(made);
    }

    private void begun() {
        lock.lock();
        try {
            underWay++;
        } finally {
            lock.unlock();
        }
    }

    /** An accepted connection came to nothing; its place is free. */
    private void gone() {
        lock.lock();
        try {
            underWay--;
            wake();
        } finally {
            lock.unlock();
        }
    }

    private void put(Connection connection) {
        boolean late;
        lock.lock();
        try {
            underWay--;
            late = closed;
            if (!late) {
                accepted.add(connection);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            connection.abort();
        } else {
            Recording.accepted(
                    new Route(connection.localAddress(), connection.remoteAddress()));
        }
    }

    private void fail(NetException cause, boolean stopped) {
        lock.lock();
        try {
            failure = cause;
            resting |= stopped;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    // ---- on any thread -------------------------------------------------------------------------

    /** The next connection; null when the time is over. */
    @Nullable
    Connection take(long timeoutNanos) throws NetException {
        long left = timeoutNanos;
        lock.lock();
        try {
            while (true) {
                Connection first = accepted.poll();
                if (first != null) {
                    wake();
                    return first;
                }
                if (closed) {
                    throw poller.closed("accept " + local);
                }
                NetException cause = failure;
                if (cause != null) {
                    failure = null;
                    throw cause;
                }
                wake();
                if (left <= 0) {
                    return null;
                }
                long now = resting ? Math.min(left, UNTIL_TRIED_AGAIN_NANOS) : left;
                left -= now - changed.awaitNanos(now);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw NetException.of("accept " + local, Status.CANCELLED, 0);
        } finally {
            lock.unlock();
        }
    }

    boolean isOpen() {
        lock.lock();
        try {
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more; whoever waits is told. May be called twice. */
    void end() {
        poller.hasEnded(this);
        List<Connection> untaken;
        lock.lock();
        try {
            closed = true;
            untaken = new ArrayList<>(accepted);
            accepted.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        untaken.forEach(Connection::abort);
    }

    /**
     * Ends every accept; connections that nobody took are reset, as those of the backlog are.
     *
     * @return whether no other close came before
     */
    boolean close() {
        boolean first = givenUp.compareAndSet(false, true);
        end();
        CompletableFuture<Boolean> given = new CompletableFuture<>();
        if (poller.execute(() -> giveBack(given))) {
            // The port of the address is free again when this returns; no peer is waited for.
            given.completeOnTimeout(false, 10, TimeUnit.SECONDS).join();
        }
        return first;
    }

    private void giveBack(CompletableFuture<Boolean> given) {
        CompletionPort port = poller.port();
        if (socket.isOpen()) {
            port.submit(Close.immediate(socket).onCompletion(done -> given.complete(true)));
        } else {
            given.complete(true);
        }
    }
}
