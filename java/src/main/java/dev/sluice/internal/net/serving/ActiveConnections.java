package dev.sluice.internal.net.serving;

import dev.sluice.internal.net.connection.SocketConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

        Entry(SocketConnection connection) {
            this.connection = connection;
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
