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
        SWEEPING,
        FLUSHING,
        DRAINING,
        REAPING,
        DONE
    }

    /** The end of a socket; no open one needs room for it. */
    public static final class Closing {
        /** The CLOSE that ends it. */
        public final Request request;

        public ClosePhase phase = ClosePhase.SWEEPING;

        /** How the descriptor is given back in the end: {@link Request#ABORT} makes it a reset. */
        public int mode;

        public Closing(Request request) {
            this.request = request;
            this.mode = request.argument;
        }
    }

    /** The descriptor (Linux) or SOCKET (Windows), or -1 once it was given back. */
    public long handle = -1;

    /** {@link RawAddress#IPV4}, {@link RawAddress#IPV6} or {@link RawAddress#UNIX}. */
    public final byte family;

    /** True for TCP and Unix streams, false for datagrams. */
    public final boolean stream;

    public int index = -1;
    public int generation;
    public State state = State.OPEN;

    /** Requests that the backend holds: STARTED and not yet completed. */
    public int started;

    /** The value of the LINGER_SECONDS option: a positive one makes the system's close wait. */
    public int lingerSeconds = -1;

    /**
     * True from before the system is asked to shut the sending side down, unless it refuses. Threads
     * that look for the meaning of an end read it after they have asked the system, so volatile.
     */
    public volatile boolean sendShut;

    /** True once a receive reported the end of the stream, whatever sends meet later. */
    public volatile boolean endTold;

    /** The {@link UseCount} of threads that do not own the port; it counts those inside. */
    volatile int useCount;

    /** The heads of its {@linkplain OperationQueue queues}, which alone change them. */
    public @Nullable Request receives;

    public @Nullable Request sends;
    public @Nullable Request polls;

    /** The {@linkplain OperationQueue#isLocked held} ones of its queues, a bit each. */
    byte lockedQueues;

    /** What is known of its end, once a CLOSE was submitted. */
    public @Nullable Closing closing;

    /** True once the receiving side was shut down: receives end with EOF and ask no kernel. */
    public boolean receiveShut;

    /** True once the end of the port cut a send short: the peer must not take a part for the whole. */
    public boolean cutShort;

    /** True once a connect failed or was cancelled: only closing is left, as Windows has it. */
    public boolean connectFailed;

    /** How the connection was lost, once a call met it; kernels report it only once. */
    public volatile @Nullable Outcome lost;

    /** Remembers it if that is what an end means; only the first cause is the true one. */
    public void noteLoss(Outcome ended) {
        boolean loses = ended == Outcome.RESET || ended == Outcome.TIMED_OUT
                || ended == Outcome.UNREACHABLE || ended == Outcome.ABORTED;
        if (lost == null && stream && loses) {
            lost = ended;
        }
    }

    /** True while an accept waits because the last one found no descriptor. */
    public boolean acceptStarved;

    /** The public socket, once somebody asked for it. */
    public @Nullable Object owner;

    public Channel(int family, boolean stream) {
        this.family = (byte) family;
        this.stream = stream;
    }

    /** True when its end shall be a reset. */
    public boolean isAborted() {
        Closing present = closing;
        return cutShort || (present != null && present.mode == Request.ABORT);
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
