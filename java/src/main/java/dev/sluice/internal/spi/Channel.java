package dev.sluice.internal.spi;

import org.jspecify.annotations.Nullable;

/**
 * One socket as engine and backend see it. Backends extend it with what they keep for each socket.
 * Its identity is index and generation in the port's table, never the descriptor: a descriptor
 * number is used again by the kernel as soon as it is closed.
 */
public class Channel {
    /** Where a socket is in its life; the engine moves it forward, never back but by DISCONNECT. */
    public enum State {
        OPEN,
        LISTENING,
        CONNECTING,
        CONNECTED,
        CLOSING,
        CLOSED
    }

    /** How far the close of this socket has come; moved by the engine. */
    public enum ClosePhase {
        NONE,
        SWEEPING,
        FLUSHING,
        DRAINING,
        REAPING,
        DONE
    }

    /** The descriptor (Linux) or SOCKET (Windows), or -1 once it was given back. */
    public long handle = -1;

    /** {@link RawAddress#IPV4}, {@link RawAddress#IPV6} or {@link RawAddress#UNIX}. */
    public final int family;

    /** True for TCP and Unix streams, false for datagrams. */
    public final boolean stream;

    public int index = -1;
    public int generation;
    public State state = State.OPEN;

    /** Requests that the backend holds: STARTED and not yet completed. */
    public int started;

    /** The value of the LINGER_SECONDS option: a positive one makes the system's close wait. */
    public int lingerSeconds = -1;

    /** True once the sending side was shut down. */
    public boolean sendShut;

    /** Entered by threads that do not own the port; closed before the descriptor is given back. */
    public final Gate guests = new Gate();

    public final Lane receives = new Lane();
    public final Lane sends = new Lane();
    public final Lane polls = new Lane();

    /** The CLOSE that ends this socket, once it was submitted. */
    public @Nullable Request closer;

    /** True once the receiving side was shut down: receives end with EOF and ask no kernel. */
    public boolean receiveShut;

    /** True once a connect failed or was cancelled: only closing is left, as Windows has it. */
    public boolean connectFailed;

    /** How the connection was lost, once a request learned it; kernels tell only once. */
    public @Nullable Outcome lost;

    /** Remembers it if that is what an end means; only the first cause is the true one. */
    public void noteLoss(Outcome ended) {
        boolean loses =
                switch (ended) {
                    case RESET, TIMED_OUT, UNREACHABLE, ABORTED -> true;
                    default -> false;
                };
        if (lost == null && stream && loses) {
            lost = ended;
        }
    }

    public ClosePhase closePhase = ClosePhase.NONE;

    /** How the descriptor is given back in the end: {@link Request#ABORT} makes it a reset. */
    public int closeMode;

    /** True while an accept waits because the last one found no descriptor. */
    public boolean acceptStarved;

    /** The public socket, once somebody asked for it. */
    public @Nullable Object owner;

    public Channel(int family, boolean stream) {
        this.family = family;
        this.stream = stream;
    }

    public Lane lane(RequestKind.Queue queue) {
        return switch (queue) {
            case RECEIVE -> receives;
            case SEND -> sends;
            case NONE -> polls;
        };
    }

    public boolean isOpen() {
        return state != State.CLOSING && state != State.CLOSED;
    }

    /** Index and generation in one word, as the kernel hands it back with each event. */
    public long token() {
        return ((long) generation << 32) | (index & 0xFFFF_FFFFL);
    }

    @Override
    public String toString() {
        String transport = family == RawAddress.UNIX ? "unix" : stream ? "tcp" : "udp";
        return transport + " socket " + index + "." + generation;
    }
}
