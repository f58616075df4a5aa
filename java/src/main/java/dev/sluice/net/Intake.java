package dev.sluice.net;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.DetachedSocket;
import dev.sluice.Socket;
import dev.sluice.SocketException;
import dev.sluice.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts on the listener's port, spreads the sockets over the group, and keeps them in order. */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

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

    /** Accepted sockets that another port has not yet taken over; guarded by the lock. */
    private int underWay;

    /** On the port's thread. */
    Intake(Poller poller, PortGroup group, Socket socket, Address local, int ahead) {
        this.poller = poller;
        this.group = group;
        this.socket = socket;
        this.local = local;
        this.ahead = ahead;
        this.accept = new Accept(socket).detached().onCompletion(this::arrived);
        goOn();
    }

    // ---- on the port's thread ------------------------------------------------------------------

    private void goOn() {
        if (socket.isOpen() && !accept.isPending() && hasRoom()) {
            poller.port().submit(accept);
        }
    }

    private boolean hasRoom() {
        lock.lock();
        try {
            return !closed && accepted.size() + underWay < ahead;
        } finally {
            lock.unlock();
        }
    }

    private void arrived(Accept done) {
        if (done.isOk()) {
            DetachedSocket detached = done.takeDetached();
            Poller home = group.next();
            count(1);
            if (home == poller) {
                settle(home, detached);
            } else if (!home.execute(() -> settle(home, detached))) {
                detached.close();
                count(-1);
            }
        } else if (done.status() == Status.CLOSED_LOCALLY) {
            // With the port, if the listener was not closed before.
            end();
            return;
        } else {
            LOG.warn("accept on {}: {}", local, Causes.text(done.status()));
            fail(NetException.of("accept " + local, done.status(), done.nativeCode()));
        }
        goOn();
    }

    /** On the thread of the port that the connection shall belong to. */
    private void settle(Poller home, DetachedSocket detached) {
        try (detached) {
            Socket taken = home.port().attach(detached);
            try {
                put(Connection.on(home, taken, local));
            } catch (SocketException gone) {
                // It was reset before it was accepted; there is nobody to tell.
                LOG.debug("a connection of {} was gone at once", local, gone);
                home.port().submit(Close.immediate(taken));
                count(-1);
            }
        } catch (SocketException | RuntimeException refused) {
            LOG.warn("a connection of {} was refused by its port", local, refused);
            count(-1);
        }
    }

    private void count(int change) {
        lock.lock();
        try {
            underWay += change;
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

    private void fail(NetException cause) {
        lock.lock();
        try {
            failure = cause;
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
                    if (accepted.size() + underWay == ahead - 1) {
                        poller.execute(this::goOn);
                    }
                    return first;
                }
                if (closed) {
                    throw NetException.of("accept " + local, Status.CLOSED_LOCALLY, 0);
                }
                NetException cause = failure;
                if (cause != null) {
                    failure = null;
                    throw cause;
                }
                if (left <= 0) {
                    return null;
                }
                left = changed.awaitNanos(left);
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

    private void end() {
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

    /** Ends every accept; connections that nobody took are reset, as those of the backlog are. */
    void close() {
        end();
        CompletableFuture<Boolean> given = new CompletableFuture<>();
        if (poller.execute(() -> giveBack(given))) {
            // The port of the address is free again when this returns; no peer is waited for.
            given.completeOnTimeout(false, 10, TimeUnit.SECONDS).join();
        }
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
