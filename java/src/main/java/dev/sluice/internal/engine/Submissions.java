package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.PortSettings;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;

/** Takes submissions or refuses them, and brings each to the part that carries it out. */
final class Submissions {
    private final PortSettings settings;
    private final Requests requests;
    private final Deadlines deadlines;
    private final CloseSequence closing;

    Submissions(
            PortSettings settings,
            Requests requests,
            Deadlines deadlines,
            CloseSequence closing) {
        this.settings = settings;
        this.requests = requests;
        this.deadlines = deadlines;
        this.closing = closing;
    }

    /** Takes an IDLE request whose fields were checked. A refused request leaves no trace. */
    Submission submit(Request request) {
        Channel channel = request.channel;
        if (requests.isRefusing()) {
            return Submission.PORT_CLOSED;
        }
        if (channel != null && !channel.isOpen()) {
            return Submission.SOCKET_CLOSED;
        }
        if (request.kind == RequestKind.CONNECT && request.channel().connectFailed) {
            return Submission.SOCKET_SPENT;
        }
        boolean mayTakeReserve = request.kind == RequestKind.CLOSE;
        boolean full = !mayTakeReserve && requests.slots.count() >= settings.maxOperations();
        if (full || !requests.claim(request)) {
            return Submission.NO_SLOT;
        }
        if (request.deadlineNanos() != Request.NO_DEADLINE) {
            deadlines.add(request);
        }
        switch (request.kind) {
            case DELAY -> {
                // It waits in the heap of deadlines, nowhere else.
            }
            case CLOSE -> closing.begin(request.channel(), request);
            default -> requests.enqueue(request.channel(), request);
        }
        return Submission.ACCEPTED;
    }
}
