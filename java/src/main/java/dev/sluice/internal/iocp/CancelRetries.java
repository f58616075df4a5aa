package dev.sluice.internal.iocp;

import java.util.ArrayList;

/**
 * Cancels that found no operation although its packet has not come. Usually the packet is on its
 * way. Under Wine the kernel also finds no operation while Wine tries it once more, as it does when
 * the socket became ready. If the operation then still cannot end, it stays and the cancel is lost.
 * So such a cancel is repeated until the packet comes.
 *
 * @see <a
 *     href="https://learn.microsoft.com/en-us/windows/win32/fileio/cancelioex-func">CancelIoEx</a>
 */
final class CancelRetries {
    /** How long a wait lasts between two attempts. */
    static final long PAUSE_NANOS = 10_000_000;

    /** One call of CancelIoEx. */
    interface Call {
        /** Returns false if the kernel found no such operation. */
        boolean cancel(OverlappedOperation operation);
    }

    /** One wait at the completion port. */
    interface Fetch {
        /** Waits for packets; a negative time has no end. Returns the number of packets. */
        int fetch(long timeoutNanos);
    }

    private final Call call;
    private final Fetch queue;

    /**
     * An operation that has ended in the meantime has no {@link OverlappedOperation#cancelHandle}.
     */
    private final ArrayList<OverlappedOperation> notFound = new ArrayList<>();

    CancelRetries(Call call, Fetch queue) {
        this.call = call;
        this.queue = queue;
    }

    /** Cancels an operation of the socket. */
    void cancel(long handle, OverlappedOperation operation) {
        boolean known = operation.cancelHandle != 0;
        operation.cancelHandle = handle;
        if (!call.cancel(operation) && !known) {
            notFound.add(operation);
        }
    }

    boolean isEmpty() {
        return notFound.isEmpty();
    }

    /** Waits for packets as the queue does, and repeats the cancels meanwhile. */
    int fetch(long timeoutNanos) {
        if (notFound.isEmpty()) {
            return queue.fetch(timeoutNanos);
        }
        long start = System.nanoTime();
        while (true) {
            repeat();
            long left = timeoutNanos < 0
                    ? Long.MAX_VALUE
                    : Math.max(0, timeoutNanos - (System.nanoTime() - start));
            boolean last = notFound.isEmpty() || left <= PAUSE_NANOS;
            long wait = notFound.isEmpty() && timeoutNanos < 0 ? -1 : left;
            int fetched = queue.fetch(last ? wait : PAUSE_NANOS);
            if (fetched > 0 || last) {
                return fetched;
            }
        }
    }

    private void repeat() {
        for (int i = notFound.size() - 1; i >= 0; i--) {
            OverlappedOperation operation = notFound.get(i);
            if (operation.cancelHandle == 0 || call.cancel(operation)) {
                notFound.set(i, notFound.getLast());
                notFound.removeLast();
            }
        }
    }
}
