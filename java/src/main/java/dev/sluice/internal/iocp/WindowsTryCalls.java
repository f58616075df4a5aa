package dev.sluice.internal.iocp;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.TryCalls;

/** The calls on Windows sockets for threads other than the port's. */
final class WindowsTryCalls implements TryCalls {
    private final WindowsSockets sockets = new WindowsSockets();

    @Override
    public long tryReceive(Channel channel, long address, long length) throws NativeFailure {
        return sockets.tryReceive((IocpChannel) channel, address, length);
    }

    @Override
    public long trySend(Channel channel, long address, long length) throws NativeFailure {
        return sockets.trySend((IocpChannel) channel, address, length);
    }

    @Override
    public long tryReceiveFrom(Channel channel, long address, long length, RawAddress source)
            throws NativeFailure {
        return sockets.tryReceiveFrom((IocpChannel) channel, address, length, source);
    }

    @Override
    public long trySendTo(Channel channel, long address, long length, RawAddress to)
            throws NativeFailure {
        return sockets.trySendTo((IocpChannel) channel, address, length, to);
    }
}
