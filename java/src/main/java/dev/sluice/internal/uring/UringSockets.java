package dev.sluice.internal.uring;

import dev.sluice.internal.linux.LinuxSockets;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import org.jspecify.annotations.Nullable;

/** The calls that end at once. */
final class UringSockets extends LinuxSockets {
    @Override
    protected UringChannel channelOf(int family, boolean stream, int fd) {
        return new UringChannel(family, stream, fd);
    }

    /** Accepts a connection, first one that the ring accepted while the port had no room. */
    @Override
    public @Nullable Channel tryAccept(Channel channel) throws NativeFailure {
        UringChannel listener = (UringChannel) channel;
        return listener.hasArrived()
                ? acceptedBy(listener, listener.removeArrived())
                : super.tryAccept(listener);
    }
}
