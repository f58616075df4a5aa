package dev.sluice.net;

import dev.sluice.LimitExceededException;
import dev.sluice.Poll;
import dev.sluice.Socket;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks a port once whether a direction is ready, where it is not told of by itself. */
final class ReadinessQuestion implements Runnable {
    private final Poller poller;
    private final Socket socket;
    private final Direction side;
    private final Supplier<Poll> made;
    private volatile @Nullable LimitExceededException refused;

    private ReadinessQuestion(Poller poller, Socket socket, Direction side, Supplier<Poll> made) {
        this.poller = poller;
        this.socket = socket;
        this.side = side;
        this.made = made;
    }

    /** Null if the port is closed; the poll is asked for on the port's thread. */
    static @Nullable ReadinessQuestion ask(
            Poller poller, Socket socket, Direction side, Supplier<Poll> made) {
        ReadinessQuestion question = new ReadinessQuestion(poller, socket, side, made);
        return poller.execute(question) ? question : null;
    }

    /** On the port's thread. */
    @Override
    public void run() {
        Poll poll = made.get();
        if (!socket.isOpen() || poll.isPending()) {
            return;
        }
        try {
            poller.port().submit(poll);
        } catch (LimitExceededException full) {
            refused = full;
            side.wake();
        }
    }

    /** Throws if there will be no answer, since the port has no slot for the question. */
    void requireTaken(String what) throws NetException {
        LimitExceededException full = refused;
        if (full != null) {
            throw NetException.of(what, full);
        }
    }
}
