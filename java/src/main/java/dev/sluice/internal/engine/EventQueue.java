package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Events that happened and were not yet delivered, first in first out. Terminal events always fit,
 * since each holds a slot of the port; multishot events that go on are bounded by {@link #hasRoom}.
 */
final class EventQueue {
    /** Undelivered multishot events at which a backend stops producing. */
    static final int MORE_LIMIT = 4096;

    private static final int FIRST_LENGTH = 64;
    private static final int MORE = 1;
    private static final int CUT = 2;

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

    /** Queues the end of a request with the payload that the backend left in it. */
    void pushTerminal(Request request, Outcome outcome, long result, int code) {
        // What an earlier event of a multishot request brought stays for whom it was brought.
        push(request, outcome, result, code, 0, request.multishot ? null : request.takePayload());
    }

    void pushEvent(Request request, long result, @Nullable Object payload) {
        push(request, Outcome.OK, result, 0, MORE, payload);
        moreCount++;
    }

    /** Queues a failure after which a multishot request continues. */
    void pushFailureOfMore(Request request, Outcome outcome, int code) {
        push(request, outcome, 0, code, MORE, null);
        moreCount++;
    }

    private void push(
            Request request,
            Outcome outcome,
            long result,
            int code,
            int more,
            @Nullable Object payload) {
        int at = claim();
        requests[at] = request;
        outcomes[at] = outcome;
        results[at] = result;
        codes[at] = code;
        flags[at] = (byte) (request.cut ? more | CUT : more);
        payloads[at] = payload;
        request.cut = false;
    }

    /** The request of the oldest event; the queue must not be empty. */
    Request first() {
        assert size > 0 : "no event is queued";
        Request request = requests[head];
        assert request != null : "an event lost its request";
        return request;
    }

    /** Moves the oldest event into its request; the queue must not be empty. */
    Request take() {
        int at = head;
        Request request = first();
        Object payload = payloads[at];
        request.outcome = outcomes[at];
        request.result = results[at];
        request.nativeCode = codes[at];
        request.more = (flags[at] & MORE) != 0;
        request.truncated = (flags[at] & CUT) != 0;
        request.payload(payload);
        requests[at] = null;
        payloads[at] = null;
        if (request.more) {
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
        // All of them first: if there is no memory for one, the queue is as it was.
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
