package dev.sluice.internal.net.serving;

import dev.sluice.internal.net.connection.SocketConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Connections in order of arrival, as a linked list whose nodes are the entries themselves. */
final class ActiveConnections {
    /** A connection; in one list at a time. */
    abstract static class Entry {
        final SocketConnection connection;
        private @Nullable ActiveConnections list;
        private @Nullable Entry older;
        private @Nullable Entry newer;
        private long addedNanos;

        /** Not null once the server resets it for another one; written with the lock of the list. */
        private volatile @Nullable IdleReset reset;

        Entry(SocketConnection connection) {
            this.connection = connection;
        }

        boolean isReset() {
            return reset != null;
        }

        @Nullable
        IdleReset reset() {
            return reset;
        }
    }

    /** A connection of which no byte moved for a while before a look at it. */
    static final class Idle {
        final Entry entry;
        private final long lastNanos;
        private final long idleNanos;

        private Idle(Entry entry, long now) {
            this.entry = entry;
            this.lastNanos = entry.connection.lastMovedNanos();
            this.idleNanos = now - lastNanos;
        }

        /** Returns true if nothing has happened to it since. */
        boolean isStillIdle() {
            return !entry.isReset() && entry.connection.isOpen()
                    && entry.connection.lastMovedNanos() == lastNanos;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition emptied = lock.newCondition();
    private @Nullable Entry oldest;
    private @Nullable Entry newest;
    private int size;

    void add(Entry entry) {
        lock.lock();
        try {
            entry.list = this;
            entry.addedNanos = System.nanoTime();
            Entry before = newest;
            entry.older = before;
            if (before == null) {
                oldest = entry;
            } else {
                before.newer = entry;
            }
            newest = entry;
            size++;
        } finally {
            lock.unlock();
        }
    }

    /** Removes an entry; false if it is not here. */
    boolean remove(Entry entry) {
        lock.lock();
        try {
            return unlink(entry);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Removes an entry and counts it, both before a thread in {@link #awaitEmpty} continues; does
     * nothing if it is not here.
     */
    void remove(Entry entry, AtomicLong count) {
        lock.lock();
        try {
            if (unlink(entry)) {
                count.incrementAndGet();
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("ReferenceEquality") // Lists compare by identity.
    private boolean unlink(Entry entry) {
        if (entry.list != this) {
            return false;
        }
        Entry before = entry.older;
        Entry after = entry.newer;
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
        entry.list = null;
        entry.older = null;
        entry.newer = null;
        size--;
        if (size == 0) {
            emptied.signalAll();
        }
        return true;
    }

    /**
     * Resets the connection of an entry, whose handler then fails.
     *
     * @return null, and nothing is done, if the entry is not here or was reset before
     */
    @SuppressWarnings("ReferenceEquality") // Lists compare by identity.
    @Nullable
    IdleReset reset(Entry entry) {
        IdleReset begun = new IdleReset();
        lock.lock();
        try {
            if (entry.list != this || entry.isReset()) {
                return null;
            }
            entry.reset = begun;
        } finally {
            lock.unlock();
        }
        entry.connection.abort();
        return begun;
    }

    /** Removes and returns the oldest entry if it is at least so old; else null. */
    @Nullable
    Entry removeOldest(long ageNanos) {
        lock.lock();
        try {
            Entry first = oldest;
            if (first == null || System.nanoTime() - first.addedNanos < ageNanos) {
                return null;
            }
            boolean wasHere = unlink(first);
            assert wasHere : "the oldest entry is not here";
            return first;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns open connections that have been idle for a time, those that are idle for longest first.
     *
     * @param most the greatest number to return
     * @param keeping true for those alone that keep bytes
     */
    List<Idle> longestIdle(long minIdleNanos, int most, boolean keeping) {
        PriorityQueue<Idle> found =
                new PriorityQueue<>(Comparator.comparingLong((Idle each) -> each.idleNanos));
        long now = System.nanoTime();
        lock.lock();
        try {
            for (Entry entry = oldest; entry != null; entry = entry.newer) {
                Idle idle = new Idle(entry, now);
                if (idle.idleNanos >= minIdleNanos && idle.isStillIdle()
                        && (!keeping || entry.connection.keptBytes() > 0)) {
                    found.add(idle);
                    if (found.size() > most) {
                        found.remove();
                    }
                }
            }
        } finally {
            lock.unlock();
        }
        List<Idle> ordered = new ArrayList<>(found.size());
        while (!found.isEmpty()) {
            ordered.add(found.remove());
        }
        return ordered.reversed();
    }

    int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    /** Returns a copy of the list. */
    List<Entry> entries() {
        lock.lock();
        try {
            List<Entry> all = new ArrayList<>(size);
            for (Entry entry = oldest; entry != null; entry = entry.newer) {
                all.add(entry);
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the list is empty; false after the timeout. */
    boolean awaitEmpty(Duration timeout) throws InterruptedException {
        long left = TimeUnit.NANOSECONDS.convert(timeout);
        lock.lock();
        try {
            while (size > 0 && left > 0) {
                left = emptied.awaitNanos(left);
            }
            return size == 0;
        } finally {
            lock.unlock();
        }
    }
}
