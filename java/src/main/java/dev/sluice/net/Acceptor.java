package dev.sluice.net;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.DetachedSocket;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.time.Duration;
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
final class Acceptor {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    private static final long UNTIL_TRIED_AGAIN_NANOS = 1_000_000;
    private static final long UNTIL_SETTLED_NANOS = 10_000_000_000L;

    private final Poller poller;
    private final PortGroup group;
    private final NativeSocket socket;
    private final Address local;
    private final @Nullable UnixFile file;
    private final int ahead;
    private final Duration patience;
    private final Accept accept;
    /** Of accepts. */
    private final Backoff backoff;

    /** Of connections that were accepted and cannot be begun. */
    private final Backoff refusals;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Connection> accepted = new ArrayDeque<>();
    private @Nullable NetException failure;
    private boolean closed;

    /** Why it was closed, if that was for its failures. */
    private @Nullable NetException persistent;

    /** Accepted sockets that another port has not yet taken over; guarded by the lock. */
    private int underWay;

    /** Connections that were accepted, and closed before they were taken; guarded by the lock. */
    private long untaken;

    /** True while no accept is in flight, without room or after a failure; guarded by the lock. */
    private boolean resting;

    /** Not before this an accept is tried again; guarded by the lock. */
    private long retryNanos = System.nanoTime();

    /** On the port's thread. */
    Acceptor(Poller poller, PortGroup group, NativeSocket socket, Address local,
            ListenerOptions options) {
        this.poller = poller;
        this.group = group;
        this.socket = socket;
        this.local = local;
        this.file = options.unlinkOnClose() ? UnixFile.boundTo(local) : null;
        this.ahead = options.ahead();
        this.patience = options.patience();
        this.backoff = new Backoff(LOG, "the listener on " + local);
        this.refusals = new Backoff(LOG, "a connection of " + local + " cannot be begun");
        this.accept = new Accept(socket).detached().onCompletion(this::arrived);
        poller.endsWithPort(this);
        goOn();
    }

    Poller poller() {
        return poller;
    }

    // ---- on the port's thread ------------------------------------------------------------------

    private void goOn() {
        if (poller.isStopping()) {
            end();
        } else if (socket.isOpen() && !accept.isPending() && hasRoom()) {
            try {
                poller.port().submit(accept);
            } catch (LimitExceededException refused) {
                failed(NetException.of("accept " + local, refused));
            } catch (RuntimeException | Error refused) {
                failed(unexpected(refused));
            }
        }
    }

    private NetException unexpected(Throwable failure) {
        Status status =
                failure instanceof OutOfMemoryError ? Status.OUT_OF_MEMORY : Status.UNKNOWN;
        NetException told = new NetException("accept " + local + ": " + failure, status, 0);
        told.initCause(failure);
        return told;
    }

    /** Accepting rests for a while; the next caller of accept gets the failure and retries. */
    private void failed(NetException cause) {
        String reason = cause.getMessage()
                + (cause.nativeCode() == 0 ? "" : " (" + cause.nativeCode() + ")");
        long pauseNanos = backoff.failed(reason, cause.isTemporary());
        boolean persists = backoff.persists(patience);
        lock.lock();
        try {
            failure = cause;
            resting = true;
            retryNanos = System.nanoTime() + pauseNanos;
            if (persists) {
                persistent = cause;
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (persists) {
            LOG.error("the listener on {} is closed after {}: {}", local, backoff.giveUp(), reason);
            end();
            deleteFile();
            giveBack(new CompletableFuture<>());
        }
    }

    private boolean hasRoom() {
        lock.lock();
        try {
            boolean full = accepted.size() + underWay >= ahead;
            resting |= full;
            return !closed && !full;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets accepting go on if it rests and there is room. The caller has the lock, which the port's
     * thread takes too: so where that is behind this does not wait, and is tried again.
     */
    private void wake() {
        if (resting && accepted.size() + underWay < ahead
                && System.nanoTime() - retryNanos >= 0 && poller.offer(this::goOn)) {
            resting = false;
        }
    }

    private void arrived(Accept done) {
        try {
            if (done.isOk()) {
                spread(done.takeDetached());
                backoff.succeeded();
                goOn();
            } else if (done.status() == Status.CLOSED_LOCALLY) {
                // With the port, if the listener was not closed before.
                end();
            } else {
                failed(NetException.of("accept " + local, done.status(), done.nativeCode()));
            }
        } catch (RuntimeException | Error failure) {
            failed(unexpected(failure));
        }
    }

    /** Gives the socket to the port whose turn it is. */
    private void spread(DetachedSocket detached) {
        boolean given = false;
        begun();
        try {
            Poller home = group.next();
            if (home == poller) {
                settle(home, detached);
            } else {
                home.execute(() -> settle(home, detached), () -> lost(detached));
            }
            given = true;
        } finally {
            if (!given) {
                lost(detached);
            }
        }
    }

    /** The port that the connection should belong to is closed, or cannot be asked. */
    private void lost(DetachedSocket detached) {
        try {
            detached.close();
        } finally {
            gone(true);
        }
    }

    /** On the thread of the port that the connection shall belong to. */
    private void settle(Poller home, DetachedSocket detached) {
        Connection made = null;
        boolean wasThere = true;
        try (detached) {
            if (!home.isStopping()) {
                made = connect(home, home.port().attach(detached));
                wasThere = made != null;
                refusals.succeeded();
            }
        } catch (SystemCallException | RuntimeException | Error refused) {
            refusals.failed(refused.toString(), true);
        } finally {
            if (made == null) {
                gone(wasThere);
            }
        }
        if (made != null) {
            put(made);
        }
    }

    /** Null if it was reset before it was accepted: then there is nothing to report. */
    private @Nullable Connection connect(Poller home, NativeSocket taken) {
        boolean made = false;
        try {
            Connection connection = Connection.on(home, taken, local);
            made = true;
            return connection;
        } catch (SystemCallException gone) {
            LOG.debug("a connection of {} was gone at once", local, gone);
            return null;
        } finally {
            if (!made) {
                home.port().submit(Close.immediate(taken));
            }
        }
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
    private void gone(boolean counts) {
        lock.lock();
        try {
            underWay--;
            untaken += counts ? 1 : 0;
            wake();
            tellIfClosed();
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
            if (late) {
                untaken++;
            } else {
                accepted.add(connection);
                changed.signal();
            }
            tellIfClosed();
        } finally {
            lock.unlock();
        }
        if (late) {
            connection.abort();
        } else {
            Recording.accepted(
                    new Endpoints(connection.localAddress(), connection.remoteAddress()));
        }
    }

    /** A thread that closes the listener waits for the sockets that are under way. */
    private void tellIfClosed() {
        if (closed && underWay == 0) {
            changed.signalAll();
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
                    throw closedFailure();
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
                long now = resting ? Math.min(left, untilTriedAgain()) : left;
                left -= now - changed.awaitNanos(now);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw NetException.of("accept " + local, Status.CANCELLED, 0);
        } finally {
            lock.unlock();
        }
    }

    private long untilTriedAgain() {
        return Math.max(retryNanos - System.nanoTime(), UNTIL_TRIED_AGAIN_NANOS);
    }

    private NetException closedFailure() {
        NetException cause = persistent;
        if (cause == null) {
            return poller.closed("accept " + local);
        }
        ClosedException told = new ClosedException(
                "accept " + local + ": closed, since accepts went on to fail: "
                        + Causes.text(cause.status()));
        told.initCause(cause);
        return told;
    }

    boolean isOpen() {
        lock.lock();
        try {
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    Duration patience() {
        return patience;
    }

    /** Connections that were accepted and closed before they were taken. */
    long untaken() {
        lock.lock();
        try {
            return untaken;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more, and wakes the threads that wait. May be called twice. */
    void end() {
        poller.hasEnded(this);
        List<Connection> rest;
        lock.lock();
        try {
            closed = true;
            rest = new ArrayList<>(accepted);
            untaken += rest.size();
            accepted.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        rest.forEach(Connection::abort);
        backoff.ended();
        refusals.ended();
    }

    /**
     * Ends every accept; connections that were not taken are reset, as those of the backlog are.
     * When it returns the address is free again, and what was accepted before is counted.
     */
    void close() {
        end();
        deleteFile();
        CompletableFuture<Boolean> given = new CompletableFuture<>();
        if (poller.execute(() -> giveBack(given))) {
            // The port of the address is free again when this returns; no peer is waited for.
            given.completeOnTimeout(false, UNTIL_SETTLED_NANOS, TimeUnit.NANOSECONDS).join();
        }
        awaitSettled();
    }

    /** What other ports are about to take over, they close; they are not waited for without end. */
    private void awaitSettled() {
        boolean interrupted = false;
        long endNanos = System.nanoTime() + UNTIL_SETTLED_NANOS;
        lock.lock();
        try {
            long left = UNTIL_SETTLED_NANOS;
            while (underWay > 0 && left > 0) {
                try {
                    left = changed.awaitNanos(left);
                } catch (InterruptedException early) {
                    interrupted = true;
                    left = endNanos - System.nanoTime();
                }
            }
        } finally {
            lock.unlock();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Before the socket is closed: so long no other file can have the inode of its own. */
    private void deleteFile() {
        if (file != null) {
            file.delete();
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
