package dev.sluice.net;

import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.Poll;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks a port once whether a direction is ready, where it is not told of by itself. */
final class ReadinessRequest implements Runnable {
    private final Poller poller;
    private final NativeSocket socket;
    private final ReadyWaiter side;
    private final Supplier<Poll> made;
    private volatile @Nullable LimitExceededException refused;

    private ReadinessRequest(Poller poller, NativeSocket socket, ReadyWaiter side,
            Supplier<Poll> made) {
        this.poller = poller;
        this.socket = socket;
        this.side = side;
        this.made = made;
    }

    /** Null if the port is closed; the poll is asked for on the port's thread. */
    static @Nullable ReadinessRequest ask(
            Poller poller, NativeSocket socket, ReadyWaiter side, Supplier<Poll> made) {
        ReadinessRequest question = new ReadinessRequest(poller, socket, side, made);
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

    /** Why there will be no answer: the port has no slot for the question. Null if there will be. */
    static @Nullable LimitExceededException refusalOf(@Nullable ReadinessRequest question) {
        return question == null ? null : question.refused;
    }

    /** Whether there are bytes: the poll that was made before, or a new one. */
    static Poll readable(@Nullable Poll asked, NativeSocket socket, ReadyWaiter side) {
        return asked != null ? asked : signalling(Poll.readable(socket), side);
    }

    /** The same for room to write. */
    static Poll writable(@Nullable Poll asked, NativeSocket socket, ReadyWaiter side) {
        return asked != null ? asked : signalling(Poll.writable(socket), side);
    }

    private static Poll signalling(Poll poll, ReadyWaiter side) {
        return poll.onCompletion(answer -> side.signal());
    }
}
