package dev.sluice.internal.net.tls;

import dev.sluice.net.Connection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The deadlines of the user and that of the handshake, on one connection below. While the handshake
 * lasts the earlier of both applies to each direction.
 */
final class TlsDeadlines {
    /** Far enough for any program, and its sums do not overflow. */
    private static final long ENDLESS_NANOS = Long.MAX_VALUE / 4;

    private final Connection transport;

    // All below guarded by this.

    private long readNanos;
    private boolean hasRead;
    private long writeNanos;
    private boolean hasWrite;
    private long handshakeNanos;
    private boolean handshaking;

    TlsDeadlines(Connection transport) {
        this.transport = transport;
    }

    synchronized void read(Duration fromNow) {
        readNanos = at(fromNow);
        hasRead = true;
        transport.readDeadline(bounded(fromNow));
    }

    synchronized void write(Duration fromNow) {
        writeNanos = at(fromNow);
        hasWrite = true;
        transport.writeDeadline(bounded(fromNow));
    }

    synchronized void clear() {
        hasRead = false;
        hasWrite = false;
        apply();
    }

    synchronized void beginHandshake(Duration timeout) {
        handshaking = true;
        handshakeNanos = at(timeout);
        apply();
    }

    synchronized void endHandshake() {
        handshaking = false;
        apply();
    }

    /** Bounds a message of TLS itself, which the user's deadline of writes must not meet. */
    synchronized void beginOwnMessage(Duration bound) {
        transport.writeDeadline(bound);
    }

    synchronized void endOwnMessage() {
        apply();
    }

    /** Returns true if the deadline of reads has passed. */
    synchronized boolean readIsOver() {
        return hasRead && readNanos - System.nanoTime() <= 0;
    }

    private void apply() {
        transport.clearDeadlines();
        if (hasRead || handshaking) {
            transport.readDeadline(bounded(hasRead ? fromNow(readNanos) : fromNow(handshakeNanos)));
        }
        if (hasWrite || handshaking) {
            transport.writeDeadline(
                    bounded(hasWrite ? fromNow(writeNanos) : fromNow(handshakeNanos)));
        }
    }

    private Duration bounded(Duration fromNow) {
        if (!handshaking) {
            return fromNow;
        }
        Duration bound = fromNow(handshakeNanos);
        return fromNow.compareTo(bound) < 0 ? fromNow : bound;
    }

    private static Duration fromNow(long atNanos) {
        return Duration.ofNanos(atNanos - System.nanoTime());
    }

    private static long at(Duration fromNow) {
        long nanos = TimeUnit.NANOSECONDS.convert(fromNow);
        return System.nanoTime() + Math.clamp(nanos, -ENDLESS_NANOS, ENDLESS_NANOS);
    }

    /** Returns the time at which a bound is over. */
    static long after(Duration bound) {
        return System.nanoTime()
                + Math.min(TimeUnit.NANOSECONDS.convert(bound), Long.MAX_VALUE / 4);
    }

    /** Returns what is left until a time, more than zero. */
    static Duration left(long endNanos) {
        return Duration.ofNanos(Math.max(1, endNanos - System.nanoTime()));
    }
}
