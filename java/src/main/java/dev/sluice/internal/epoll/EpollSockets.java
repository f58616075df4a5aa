package dev.sluice.internal.epoll;

import dev.sluice.internal.linux.LinuxSockets;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.RawAddress;
import org.jspecify.annotations.Nullable;

/** The calls that end at once. Those that would block mark the channel: it needs an edge. */
final class EpollSockets extends LinuxSockets {
    @Override
    protected EpollChannel channelOf(int family, boolean stream, int fd) {
        return new EpollChannel(family, stream, fd);
    }

    @Override
    public @Nullable Channel tryAccept(Channel listener) throws NativeFailure {
        Channel accepted = super.tryAccept(listener);
        if (accepted == null) {
            ((EpollChannel) listener).mayReceive = false;
        }
        return accepted;
    }

    @Override
    public long tryReceive(Channel channel, long buffer, long length) throws NativeFailure {
        EpollChannel here = (EpollChannel) channel;
        long received = super.tryReceive(channel, buffer, length);
        boolean emptied = received > 0 && here.isEmptiedBy(received, length);
        if (received == WOULD_BLOCK || emptied) {
            here.mayReceive = false;
        }
        return received;
    }

    @Override
    public long trySend(Channel channel, long buffer, long length) throws NativeFailure {
        long sent = super.trySend(channel, buffer, length);
        if (sent < length) {
            ((EpollChannel) channel).maySend = false;
        }
        return sent;
    }

    @Override
    public long tryReceiveFrom(Channel channel, long buffer, long length, RawAddress source)
            throws NativeFailure {
        long received = super.tryReceiveFrom(channel, buffer, length, source);
        if (received == WOULD_BLOCK) {
            ((EpollChannel) channel).mayReceive = false;
        }
        return received;
    }

    @Override
    public long trySendTo(Channel channel, long buffer, long length, RawAddress to)
            throws NativeFailure {
        long sent = super.trySendTo(channel, buffer, length, to);
        // No edge reports room at the receiver of a Unix socket that is not connected.
        if (sent == WOULD_BLOCK && channel.family != RawAddress.UNIX) {
            ((EpollChannel) channel).maySend = false;
        }
        return sent;
    }

    @Override
    public long trySendSegments(
            Channel channel, long buffer, long length, int segmentBytes, RawAddress to)
            throws NativeFailure {
        long sent = super.trySendSegments(channel, buffer, length, segmentBytes, to);
        if (sent == WOULD_BLOCK) {
            ((EpollChannel) channel).maySend = false;
        }
        return sent;
    }
}
