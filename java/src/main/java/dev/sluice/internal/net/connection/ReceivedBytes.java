package dev.sluice.internal.net.connection;

import dev.sluice.Status;
import dev.sluice.internal.net.DirectTransport.Lender;
import dev.sluice.internal.net.ports.ReceiveBudget;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * What the port's thread has received for the reading one: it goes into the array of a waiting thread,
 * or is kept. This object's lock guards it between the two threads.
 */
final class ReceivedBytes {
    // Results of a wait beside a number of bytes.

    /** The wait is not over. */
    static final int NOTHING = -1;

    /** The stream has ended. */
    static final int ENDED = -2;

    /** The port receives no more; the bytes that come are in the socket. */
    static final int STOPPED = -3;

    /** There are unread bytes, which only the reading thread takes. */
    static final int UNREAD = -4;

    /** Created for the first bytes for which no thread waits. */
    private @Nullable UnreadBytes unread;

    /** True while no receive is pending, until the reading thread asks for one. */
    private boolean paused;

    /** True while the reading thread is to make its system calls itself. */
    private boolean stopped;

    /** How the stream ended; null before. */
    private @Nullable StreamEnd end;

    /** Where the waiting thread wants its bytes, an array or a lender; null while none waits. */
    private @Nullable Object target;

    private int targetOffset;
    private int targetLength;

    /** What the waiting thread gets; written under the lock, read without. */
    private volatile int result;

    // ---- on the port's thread ------------------------------------------------------------------

    /**
     * Gives bytes to the waiting thread and keeps the rest; returns true if one waited.
     *
     * @param budget always the same: a field would cost memory of each connection
     */
    synchronized boolean add(MemorySegment from, int bytes, ReceiveBudget budget) {
        if (end != null) {
            // Bytes before these are lost, or the connection is closed.
            return false;
        }
        Object waiting = target;
        int given = 0;
        if (waiting != null) {
            given = give(waiting, from, bytes);
            answer(given);
        }
        if (given < bytes) {
            keep(from, given, bytes - given, budget);
        }
        return waiting != null;
    }

    /** Copies to the array or to memory that is lent now; called with the lock. */
    private int give(Object waiting, MemorySegment from, int bytes) {
        if (waiting instanceof byte[] into) {
            int given = Math.min(bytes, targetLength);
            MemorySegment.copy(from, ValueLayout.JAVA_BYTE, 0, into, targetOffset, given);
            return given;
        }
        MemorySegment into = ((Lender) waiting).lend();
        int given = (int) Math.min(bytes, into.byteSize());
        MemorySegment.copy(from, 0, into, 0, given);
        return given;
    }

    /** Ends the wait of the thread; called with the lock. */
    private void answer(int answer) {
        if (target != null) {
            target = null;
            result = answer;
        }
    }

    /** Keeps bytes for which no thread waits; called with the lock. */
    private void keep(MemorySegment from, int offset, int count, ReceiveBudget budget) {
        UnreadBytes present = unread;
        if (present == null) {
            present = new UnreadBytes(budget);
            unread = present;
        }
        present.add(from, offset, count);
    }

    /** Returns the heap that unread bytes take. */
    synchronized int unreadHeapBytes() {
        return unread == null ? 0 : unread.heapBytes();
    }

    /** Returns true if a thread waits for bytes. */
    synchronized boolean isAwaited() {
        return target != null;
    }

    /** Pauses if more than so much is unread and no thread waits for bytes. */
    synchronized boolean pause(int maxUnread) {
        paused = target == null && unreadHeapBytes() > maxUnread;
        return paused;
    }

    /** From now on the reading thread makes its system calls itself, once it has read the rest. */
    synchronized void stop() {
        stopped = true;
        paused = false;
        answer(STOPPED);
    }

    /** Ends the stream; the first cause counts. */
    synchronized void end(Status status, int nativeCode) {
        if (end == null) {
            end = StreamEnd.of(status, nativeCode);
        }
        answer(ENDED);
    }

    synchronized boolean hasEnded() {
        return end != null;
    }

    /** Drops what is unread. */
    synchronized void clear() {
        if (unread != null) {
            unread.clear();
        }
    }

    // ---- on the thread that reads --------------------------------------------------------------

    /** Lets the port receive again. */
    synchronized void start() {
        stopped = false;
    }

    /**
     * Sets where the next bytes go, unless the {@link #result} is there at once.
     *
     * @param into an array, or a {@link Lender}
     * @return true if the port has paused and must be asked to receive
     */
    synchronized boolean await(Object into, int offset, int length) {
        int present = present();
        result = present;
        if (present != NOTHING) {
            return false;
        }
        target = into;
        targetOffset = offset;
        targetLength = length;
        boolean asks = paused;
        paused = false;
        return asks;
    }

    /** Returns the result without a wait; called with the lock. */
    private int present() {
        if (unread != null && !unread.isEmpty()) {
            return UNREAD;
        }
        if (end != null) {
            return ENDED;
        }
        return stopped ? STOPPED : NOTHING;
    }

    /**
     * Returns what a wait would find at once: {@link #NOTHING}, {@link #UNREAD}, {@link #ENDED} or {@link
     * #STOPPED}. While the port has paused it does not know, and bytes count as unread.
     */
    synchronized int known() {
        return paused ? UNREAD : present();
    }

    /** Returns how the wait ended, or {@link #NOTHING}. */
    int result() {
        return result;
    }

    /** Lets no more bytes go to the caller's array; false if they have gone there already. */
    synchronized boolean withdraw() {
        target = null;
        return result == NOTHING;
    }

    /** Moves as many unread bytes as fit to the segment; returns their number. */
    synchronized int take(MemorySegment into) {
        return unread == null ? 0 : unread.take(into);
    }

    /** Removes and returns the first chunk of unread bytes; null if there is none. */
    synchronized @Nullable Chunk takeFirst() {
        return unread == null ? null : unread.takeFirst();
    }

    /** Ends a pause if at most so much is unread; true if the port must be asked to receive. */
    synchronized boolean resume(int maxUnread) {
        boolean asks = paused && unreadHeapBytes() <= maxUnread;
        paused &= !asks;
        return asks;
    }

    /** Takes back a request to the port that failed: the next wait makes it again. */
    synchronized void pauseAgain() {
        target = null;
        paused = true;
    }

    /** Returns how the stream ended. */
    synchronized StreamEnd end() {
        StreamEnd how = end;
        assert how != null : "the stream has not ended";
        return how;
    }
}
