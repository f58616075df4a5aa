package dev.sluice.net;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The connections that are served now, each with its neighbours: nothing is made for an entry. */
final class Roster {
    /** One connection; in one roster at most once. */
    abstract static class Entry {
        final Connection connection;
        private @Nullable Entry previous;
        private @Nullable Entry next;

        Entry(Connection connection) {
            this.connection = connection;
        }
    }

    private @Nullable Entry first;
    private int size;

    synchronized void add(Entry entry) {
        Entry behind = first;
        entry.next = behind;
        if (behind != null) {
            behind.previous = entry;
        }
        first = entry;
        size++;
    }

    synchronized void remove(Entry entry) {
        Entry before = entry.previous;
        Entry behind = entry.next;
        if (before == null) {
            first = behind;
        } else {
            before.next = behind;
        }
        if (behind != null) {
            behind.previous = before;
        }
        entry.previous = null;
        entry.next = null;
        size--;
    }

    synchronized int size() {
        return size;
    }

    /** As they are now. */
    synchronized List<Connection> connections() {
        List<Connection> all = new ArrayList<>(size);
        for (Entry entry = first; entry != null; entry = entry.next) {
            all.add(entry.connection);
        }
        return all;
    }
}
