package dev.sluice.net;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Connections in the order in which they came, each with its neighbours: nothing is made for one. */
final class ActiveConnections {
    /** One connection; in one roster at a time. */
    abstract static class Entry {
        final Connection connection;
        private @Nullable ActiveConnections roster;
        private @Nullable Entry older;
        private @Nullable Entry newer;
        private long addedNanos;

        Entry(Connection connection) {
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
            entry.roster = this;
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

    /** Takes an entry out; false if it was taken out before. */
    boolean remove(Entry entry) {
        lock.lock();
        try {
            return unlink(entry);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes an entry out and counts it, both before a thread that waits for the last one sees it;
     * does nothing if it was taken out, and thus counted, before.
     */
    void remove(Entry entry, AtomicLong countedAs) {
        lock.lock();
        try {
            if (unlink(entry)) {
                countedAs.incrementAndGet();
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("ReferenceEquality") // This very roster.
    private boolean unlink(Entry entry) {
        if (entry.roster != this) {
            return false;
        }
        Entry before = entry.older;
        Entry behind = entry.newer;
        if (before == null) {
            oldest = behind;
        } else {
            before.newer = behind;
        }
        if (behind == null) {
            newest = before;
        } else {
            behind.older = before;
        }
        entry.roster = null;
        entry.older = null;
        entry.newer = null;
        size--;
        if (size == 0) {
            emptied.signalAll();
        }
        return true;
    }

    /** Takes out the entry that has been here longest, if that is as long as this; else null. */
    @Nullable
    Entry removeOldest(long agedNanos) {
        lock.lock();
        try {
            Entry first = oldest;
            if (first == null || System.nanoTime() - first.addedNanos < agedNanos) {
                return null;
            }
            boolean wasHere = unlink(first);
            assert wasHere : "the oldest one is not here";
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

    /** As they are now. */
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

    /** Waits until there is none; false if some are left when the time is over. */
    boolean awaitEmpty(Duration time) throws InterruptedException {
        long left = TimeUnit.NANOSECONDS.convert(time);
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
