package dev.sluice.internal.spi;

import org.jspecify.annotations.Nullable;

/** The system calls that set and read options of a socket. */
public interface OptionCalls {
    /** Sets an option whose value is an int. */
    void setOption(Channel channel, OptionId option, int value) throws NativeFailure;

    /** Reads an option whose value is an int. */
    int getOption(Channel channel, OptionId option) throws NativeFailure;

    /** Sets an option whose value is a name. */
    void setOption(Channel channel, OptionId option, byte[] value) throws NativeFailure;

    /** Reads an option whose value is a name of at most {@code maxBytes}. */
    byte[] getOption(Channel channel, OptionId option, int maxBytes) throws NativeFailure;

    /** Sets any option of the operating system. */
    void setRawOption(Channel channel, RawOption option, byte[] value) throws NativeFailure;

    /** Reads any option of the operating system, at most {@code maxBytes} of it. */
    byte[] getRawOption(Channel channel, RawOption option, int maxBytes) throws NativeFailure;

    /** Joins or leaves a multicast group: the option is MULTICAST_JOIN or MULTICAST_LEAVE. */
    void changeMembership(Channel channel, OptionId option, GroupMembership membership)
            throws NativeFailure;

    /** Takes the oldest queued error of a datagram socket with RECVERR, or null if there is none. */
    @Nullable
    QueuedError takeQueuedError(Channel channel) throws NativeFailure;

    /** Returns the process at the other end of a Unix socket. */
    PeerIds peerIds(Channel channel) throws NativeFailure;
}
