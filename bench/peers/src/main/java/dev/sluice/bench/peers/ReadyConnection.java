package dev.sluice.bench.peers;

import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.lang.foreign.MemorySegment;

/**
 * A connection in the readiness style: it waits until it is readable and makes the calls itself.
 */
abstract class ReadyConnection {
    /**
     * After this many calls other connections have their turn, if there is still something to read.
     */
    private static final int TURNS = 16;

    final NativeSocket socket;
    final CompletionPort port;
    private final Readiness readable;

    ReadyConnection(NativeSocket socket) {
        this.socket = socket;
        this.port = socket.port();
        this.readable = Readiness.readable(socket).multishot().onCompletion(this::ready);
    }

    final void start() {
        port.submit(readable);
    }

    private void ready(Readiness poll) {
        // An event that was on its way when the close was submitted still comes.
        if (poll.isOk() && isOpen()) {
            serve();
        }
        if (!poll.hasMore() && isOpen()
                && (poll.isOk() || poll.status() == Status.CANCELLED)) {
            port.submit(poll);
        }
    }

    /** Handles what can be read; a failure ends this connection only. */
    final void serve() {
        try {
            if (!onReadable(TURNS)) {
                port.execute(this::serveIfOpen); // there is no further event for what is left
            }
        } catch (SystemCallException e) {
            end(Close.abort(socket));
        }
    }

    /** Serves in a turn of its own, unless the connection has ended by then. */
    final void serveIfOpen() {
        if (isOpen()) {
            serve();
        }
    }

    /**
     * Reads until nothing is left, or nothing more may be read now.
     *
     * @return false if it stopped after that many turns
     */
    abstract boolean onReadable(int turns) throws SystemCallException;

    boolean isOpen() {
        return socket.isOpen();
    }

    /** Ends the connection, unless it has ended. */
    void end(Close how) {
        if (isOpen()) {
            port.submit(how);
        }
    }

    /** Sends what the kernel takes now; returns the number of bytes. */
    final long sendSome(MemorySegment bytes) throws SystemCallException {
        return Math.max(0, socket.trySend(bytes));
    }
}
