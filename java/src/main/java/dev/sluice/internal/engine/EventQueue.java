package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Events that were not delivered yet, first in first out. Terminal events always fit, since each holds
 * a slot of the port; {@link #hasRoom} bounds the others.
 */
final class EventQueue {
    /** Undelivered multishot events from which on a backend produces no more. */
    static final int MORE_LIMIT = 4096;

    private static final int FIRST_LENGTH = 64;
    private static final int MORE = 1;
    private static final int TRUNCATED = 2;

    /** Here, since each part of the engine that counts something has the queue. */
    final PortCounters counters = new PortCounters();

    private @Nullable Request[] requests = new Request[FIRST_LENGTH];
    private Outcome[] outcomes = new Outcome[FIRST_LENGTH];
    private long[] results = new long[FIRST_LENGTH];
    private int[] codes = new int[FIRST_LENGTH];
    private byte[] flags = new byte[FIRST_LENGTH];
    private @Nullable Object[] payloads = new Object[FIRST_LENGTH];
    private int head;
    private int size;
    private int moreCount;

    EventQueue() {
        Arrays.fill(outcomes, Outcome.OK);
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    boolean hasRoom() {
        return moreCount < MORE_LIMIT;
    }

    /** Queues the end of a request that has no payload. */
    void pushTerminal(Request request, Outcome outcome, long result, int code) {
        push(request, outcome, result, code, 0, null);
    }

    /** Queues the end of a request. */
    void pushTerminal(
            Request request,
            Outcome outcome,
            long result,
            int code,
            @Nullable Object payload,
            boolean truncated) {
        push(request, outcome, result, code, truncated ? TRUNCATED : 0, payload);
    }

    /** Queues an event after which a multishot request continues. */
    void pushEvent(Request request, long result, @Nullable Object payload, boolean truncated) {
        push(request, Outcome.OK, result, 0, truncated ? MORE | TRUNCATED : MORE, payload);
        moreCount++;
    }

    /** Queues a failure after which a multishot request continues. */
    void pushFailureOfMultishot(Request request, Outcome outcome, int code) {
        push(request, outcome, 0, code, MORE, null);
        moreCount++;
    }

    private void push(
            Request request,
            Outcome outcome,
            long result,
            int code,
            int flag,
            @Nullable Object payload) {
        int at = claim();
        requests[at] = request;
        outcomes[at] = outcome;
        results[at] = result;
        codes[at] = code;
        flags[at] = (byte) flag;
        payloads[at] = payload;
    }

    /** Returns the request of the oldest event; the queue must not be empty. */
    Request first() {
        assert size > 0 : "no event is queued";
        Request request = requests[head];
        assert request != null : "an event lost its request";
        return request;
    }

    /** Moves the oldest event into its request; the queue must not be empty. */
    Request take() {
        counters.addEvent();
        int at = head;
        Request request = first();
        boolean more = (flags[at] & MORE) != 0;
        boolean truncated = (flags[at] & TRUNCATED) != 0;
        request.deliver(outcomes[at], results[at], codes[at], more, truncated, payloads[at]);
        requests[at] = null;
        payloads[at] = null;
        if (more) {
            moreCount--;
        }
        head = (at + 1) & (requests.length - 1);
        size--;
        return request;
    }

    private int claim() {
        if (size == requests.length) {
            grow();
        }
        return (head + size++) & (requests.length - 1);
    }

    private void grow() {
        int from = head;
        int length = requests.length;
        // All allocations first: without memory for one of them the queue stays as it is.
        @Nullable
        Request[] longerRequests = new Request[length * 2];
        Outcome[] longerOutcomes = new Outcome[length * 2];
        @Nullable
        Object[] longerPayloads = new Object[length * 2];
        long[] longerResults = new long[length * 2];
        int[] longerCodes = new int[length * 2];
        byte[] longerFlags = new byte[length * 2];
        for (int i = 0; i < length; i++) {
            int at = (from + i) & (length - 1);
            longerResults[i] = results[at];
            longerCodes[i] = codes[at];
            longerFlags[i] = flags[at];
        }
        requests = unrolled(requests, longerRequests, from);
        outcomes = unrolled(outcomes, longerOutcomes, from);
        payloads = unrolled(payloads, longerPayloads, from);
        results = longerResults;
        codes = longerCodes;
        flags = longerFlags;
        head = 0;
    }

    private static <T> T[] unrolled(T[] old, T[] longer, int from) {
        int tail = old.length - from;
        System.arraycopy(old, from, longer, 0, tail);
        System.arraycopy(old, 0, longer, tail, from);
        return longer;
    }
}
