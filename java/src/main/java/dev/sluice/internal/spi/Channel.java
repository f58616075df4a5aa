package dev.sluice.internal.spi;

import org.jspecify.annotations.Nullable;

/**
 * One socket as the engine and the backends see it. Each backend extends it with what it keeps for a
 * socket. Its identity is index and generation in the port's table, never the descriptor: the kernel
 * uses the number of a closed descriptor again at once.
 *
 * <p>The fields are open because each message reads several of them; a test checks that only the
 * owner named here writes each.
 */
public class Channel {
    /** The states of a socket. The engine moves it forward; only DISCONNECT moves it back. */
    public enum State {
        OPEN,
        LISTENING,
        CONNECTING,
        CONNECTED,
        CLOSING,
        CLOSED
    }

    /** The steps of a close, in their order. */
    public enum ClosePhase {
        SWEEPING,
        FLUSHING,
        DRAINING,
        REAPING,
        DONE
    }

    /** The close of a socket, which an open socket needs no room for. Written by the engine. */
    public static final class Closing {
        /** The CLOSE that ends the socket. */
        public final Request request;

        public ClosePhase phase = ClosePhase.SWEEPING;

        /** How the descriptor is closed in the end: {@link Request#ABORT} makes it a reset. */
        public int mode;

        /** What the CLOSE reports, unless closing the descriptor fails. */
        public Outcome outcome = Outcome.OK;

        /** The receive that discards bytes until the end of the stream, from its first use on. */
        public @Nullable Request drain;

        public long drainedBytes;

        public Closing(Request request) {
            this.request = request;
            this.mode = request.argument;
        }
    }

    /** {@link RawAddress#IPV4}, {@link RawAddress#IPV6} or {@link RawAddress#UNIX}. */
    public final byte family;

    /** True for what has a connection, and so an end: TCP, Unix streams, and Unix records. */
    public final boolean stream;

    // ---- identity --------------------------------------------------------------------------------

    /**
     * The descriptor (Linux) or SOCKET (Windows), -1 once it is closed. Written by the thread that
     * closes it.
     */
    public long handle = -1;

    /** Written by {@link ChannelTable}, as is {@link #generation}. */
    public int index = -1;

    public int generation;

    /** The public socket, from its first use on. Written by the public socket. */
    public @Nullable Object owner;

    // ---- life: written by the engine -------------------------------------------------------------

    public State state = State.OPEN;

    /** Requests that the backend has: STARTED and not yet completed. */
    public int started;

    /** The close, once one was submitted. */
    public @Nullable Closing closing;

    /** True once the receiving side was shut down: receives then end with EOF without the kernel. */
    public boolean receiveShut;

    /** True once the end of the port truncated a send, so that the close must be a reset. */
    public boolean sendTruncated;

    /** True once a connect failed or was cancelled: the socket can only be closed, as on Windows. */
    public boolean connectFailed;

    /** True while an accept waits because the last one found no descriptor. */
    public boolean acceptStarved;

    /**
     * True from before the kernel is asked to shut the sending side down, unless it refuses. Volatile:
     * other threads read it after they met the end of the stream.
     */
    public volatile boolean sendShut;

    // ---- queues: written by OperationQueue -------------------------------------------------------

    /** The heads of its {@linkplain OperationQueue queues}. */
    public @Nullable Request receives;

    public @Nullable Request sends;
    public @Nullable Request polls;

    /** The {@linkplain OperationQueue#isLocked locked} queues, a bit each. */
    byte lockedQueues;

    // ---- written where a call learns it: by the engine, or by a try call of any thread -----------

    /** The value of LINGER_SECONDS: a positive one makes the kernel's close block. */
    public int lingerSeconds = -1;

    /** True while the socket receives several datagrams at once, whose size a receive must ask for. */
    public boolean coalesces;

    /** What receives report of each datagram: bits of {@link DatagramDetails}. */
    private byte details;

    /**
     * True if other descriptors, perhaps of other processes, may refer to the same socket. close(2)
     * then does not remove it from the epoll set.
     */
    private volatile boolean shared; // written by any thread that passes the descriptor on

    /** True for SOCK_SEQPACKET, a connection that carries records. Written before the first use. */
    private boolean records;

    /** True once a receive reported the end of the stream, whatever later sends report. */
    public volatile boolean endReported;

    /** How the connection was lost, once a call reported it; kernels report it only once. */
    private volatile @Nullable Outcome lost;

    /** The {@link UseCount} of threads that do not own the port. */
    volatile int useCount;

    public Channel(int family, boolean stream) {
        this.family = (byte) family;
        this.stream = stream;
    }

    /** Notes the value of an option, if later calls depend on it. */
    public void noteOption(OptionId option, int value) {
        switch (option) {
            case LINGER_SECONDS -> lingerSeconds = value;
            case UDP_GRO -> coalesces = value != 0;
            case PKTINFO -> noteDetail(DatagramDetails.PKTINFO, value != 0);
            case RECVTTL -> noteDetail(DatagramDetails.RECVTTL, value != 0);
            case RECVTOS -> noteDetail(DatagramDetails.RECVTOS, value != 0);
            default -> {
                // Of the others the kernel alone must know.
            }
        }
    }

    private void noteDetail(int bit, boolean on) {
        details = (byte) (on ? details | bit : details & ~bit);
    }

    /** Returns true if receives of datagrams report more than the sender: {@link DatagramDetails}. */
    public boolean reportsDetails() {
        return details != 0;
    }

    /** Returns how the connection was lost, or null. */
    public @Nullable Outcome lost() {
        return lost;
    }

    /** Remembers the first cause of a loss, if the outcome is one: later ones follow from it. */
    public void noteLoss(Outcome ended) {
        boolean loses = ended == Outcome.RESET || ended == Outcome.TIMED_OUT
                || ended == Outcome.UNREACHABLE || ended == Outcome.ABORTED;
        if (loses && stream && lost == null) {
            lost = ended;
        }
    }

    /** Forgets the connection that a DISCONNECT ended, so that the socket can connect again. */
    public void forgetConnection() {
        state = State.OPEN;
        sendShut = false;
        receiveShut = false;
        endReported = false;
        lost = null;
    }

    /** Takes over what is known of a socket that belonged to another channel, or to no port. */
    public void continueFrom(Channel other) {
        state = other.state;
        lingerSeconds = other.lingerSeconds;
        coalesces = other.coalesces;
        details = other.details;
        shared = other.shared;
        records = other.records;
        sendShut = other.sendShut;
        receiveShut = other.receiveShut;
        sendTruncated = other.sendTruncated;
        connectFailed = other.connectFailed;
        endReported = other.endReported;
        lost = other.lost;
    }

    /**
     * Notes the state of a socket that something else than this library opened.
     *
     * @param sendEnded true if its sending side was shut down before
     */
    public void noteAdopted(State found, boolean sendEnded) {
        state = found;
        sendShut = sendEnded;
        shared = true;
    }

    /** Makes it a connection that carries records. */
    public void carryRecords() {
        records = true;
    }

    /** Returns true for a connection that carries records. */
    public boolean carriesRecords() {
        return records;
    }

    /** Returns true if each send arrives by itself: datagrams and records. */
    public boolean keepsBorders() {
        return records || !stream;
    }

    /** Notes that another process gets a descriptor of the socket. Any thread may call. */
    public void noteShared() {
        shared = true;
    }

    /** Returns true if other descriptors may be of the same socket. */
    public boolean isShared() {
        return shared;
    }

    /** Returns true if the peer must see a reset. */
    public boolean isAborted() {
        Closing present = closing;
        return sendTruncated || (present != null && present.mode == Request.ABORT);
    }

    public boolean isOpen() {
        return state != State.CLOSING && state != State.CLOSED;
    }

    /** Returns index and generation in one word, which each event of the kernel carries. */
    public long token() {
        return ((long) generation << 32) | (index & 0xFFFF_FFFFL);
    }

    @Override
    public String toString() {
        String transport = family == RawAddress.UNIX ? "unix" : stream ? "tcp" : "udp";
        return transport + " socket " + index + "." + generation;
    }
}
