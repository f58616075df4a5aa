package dev.sluice.internal.engine;

import dev.sluice.internal.spi.BufferVector;
import dev.sluice.internal.spi.CallKind;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.GroupMembership;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.OptionId;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PeerIds;
import dev.sluice.internal.spi.QueuedError;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.RawOption;
import dev.sluice.internal.spi.ReceivedRights;
import dev.sluice.internal.spi.SocketCalls;
import dev.sluice.internal.spi.TcpSnapshot;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Fails the calls that the engine never makes by itself. */
abstract class UnusedSocketCalls implements SocketCalls {
    private static NativeFailure unused(String call) {
        return new NativeFailure(call, Outcome.UNSUPPORTED, 0, "the engine does not call it");
    }

    @Override
    public long count(CallKind kind) {
        return 0; // It makes no system call.
    }

    @Override
    public Channel openRecords() throws NativeFailure {
        throw unused("socket");
    }

    @Override
    public Channel adopt(long handle) throws NativeFailure {
        throw unused("adopt");
    }

    @Override
    public long trySendRights(Channel channel, MemorySegment bytes, long[] descriptors)
            throws NativeFailure {
        throw unused("sendmsg");
    }

    @Override
    public @Nullable ReceivedRights tryReceiveRights(
            Channel channel, MemorySegment into, int most) throws NativeFailure {
        throw unused("recvmsg");
    }

    @Override
    public void bind(Channel channel, RawAddress address) throws NativeFailure {
        throw unused("bind");
    }

    @Override
    public void listen(Channel channel, int backlog) throws NativeFailure {
        throw unused("listen");
    }

    @Override
    public void localAddress(Channel channel, RawAddress into) throws NativeFailure {
        throw unused("getsockname");
    }

    @Override
    public void peerAddress(Channel channel, RawAddress into) throws NativeFailure {
        throw unused("getpeername");
    }

    @Override
    public void setOption(Channel channel, OptionId option, int value) throws NativeFailure {
        throw unused("setsockopt");
    }

    @Override
    public int getOption(Channel channel, OptionId option) throws NativeFailure {
        throw unused("getsockopt");
    }

    @Override
    public void setOption(Channel channel, OptionId option, byte[] value) throws NativeFailure {
        throw unused("setsockopt");
    }

    @Override
    public byte[] getOption(Channel channel, OptionId option, int maxBytes) throws NativeFailure {
        throw unused("getsockopt");
    }

    @Override
    public void setRawOption(Channel channel, RawOption option, byte[] value)
            throws NativeFailure {
        throw unused("setsockopt");
    }

    @Override
    public byte[] getRawOption(Channel channel, RawOption option, int maxBytes)
            throws NativeFailure {
        throw unused("getsockopt");
    }

    @Override
    public void changeMembership(Channel channel, OptionId option, GroupMembership membership)
            throws NativeFailure {
        throw unused("setsockopt");
    }

    @Override
    public QueuedError takeQueuedError(Channel channel) throws NativeFailure {
        throw unused("recvmsg");
    }

    @Override
    public PeerIds peerIds(Channel channel) throws NativeFailure {
        throw unused("getsockopt");
    }

    @Override
    public TcpSnapshot tcpInfo(Channel channel) throws NativeFailure {
        throw unused("TCP_INFO");
    }

    @Override
    public long unacknowledged(Channel channel) {
        return -1;
    }

    @Override
    public @Nullable Channel tryAccept(Channel channel) throws NativeFailure {
        throw unused("accept");
    }

    @Override
    public long tryReceive(Channel channel, long address, long length) throws NativeFailure {
        throw unused("recv");
    }

    @Override
    public long trySend(Channel channel, long address, long length) throws NativeFailure {
        throw unused("send");
    }

    @Override
    public long trySend(Channel channel, BufferVector pieces) throws NativeFailure {
        throw unused("sendmsg");
    }

    @Override
    public long tryReceiveFrom(Channel channel, long address, long length, RawAddress source)
            throws NativeFailure {
        throw unused("recvfrom");
    }

    @Override
    public long trySendTo(Channel channel, long address, long length, RawAddress to)
            throws NativeFailure {
        throw unused("sendto");
    }

    @Override
    public long trySendSegments(
            Channel channel, long address, long length, int segmentBytes, RawAddress to)
            throws NativeFailure {
        throw unused("sendmsg");
    }

    @Override
    public String describe(int nativeCode) {
        return "code " + nativeCode;
    }
}
