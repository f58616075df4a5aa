package dev.sluice.internal.linux;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.OptionId;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import dev.sluice.internal.spi.TcpSnapshot;
import dev.sluice.internal.spi.TryCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What both backends of Linux do the same way: the calls that end at once, and giving back. */
public abstract class LinuxBackend implements Backend {
    protected final LinuxSockets sockets = new LinuxSockets();

    /** Where a CLOSE is reported. */
    protected abstract Completions completions();

    /** Gives back what the backend keeps for a channel beside its descriptor. */
    protected void beforeClose(Channel channel) {}

    @Override
    public MemorySegment allocatePages(long bytes, Arena arena) {
        return sockets.allocatePages(bytes, arena);
    }

    @Override
    public void close(Channel channel, Request close) {
        beforeClose(channel);
        if (channel.isAborted()) {
            sockets.makeAbortive(channel);
        } else if (channel.lingerSeconds > 0) {
            LingeringClose.start(channel, close, completions());
            return;
        }
        int errno = sockets.close(channel);
        completions().complete(close, LinuxErrors.outcomeOf(errno), 0, errno);
    }

    @Override
    public void discard(Channel channel) {
        beforeClose(channel);
        if (channel.isAborted()) {
            sockets.makeAbortive(channel);
            sockets.close(channel);
        } else if (channel.lingerSeconds > 0) {
            LingeringClose.startUnobserved(channel);
        } else {
            sockets.close(channel);
        }
    }

    @Override
    public void closeDetached(Channel channel) {
        if (channel.lingerSeconds > 0) {
            LingeringClose.startUnobserved(channel); // it may be called on a port's thread
        } else {
            LinuxSockets.closeAnywhere((int) channel.handle);
        }
    }

    @Override
    public void bind(Channel channel, RawAddress address) throws NativeFailure {
        sockets.bind(channel, address);
    }

    @Override
    public void listen(Channel channel, int backlog) throws NativeFailure {
        sockets.listen(channel, backlog);
    }

    @Override
    public void localAddress(Channel channel, RawAddress into) throws NativeFailure {
        sockets.localAddress(channel, into);
    }

    @Override
    public void peerAddress(Channel channel, RawAddress into) throws NativeFailure {
        sockets.peerAddress(channel, into);
    }

    @Override
    public void setOption(Channel channel, OptionId option, int value) throws NativeFailure {
        sockets.setOption(channel, option, value);
    }

    @Override
    public int getOption(Channel channel, OptionId option) throws NativeFailure {
        return sockets.getOption(channel, option);
    }

    @Override
    public TcpSnapshot tcpInfo(Channel channel) throws NativeFailure {
        return sockets.tcpInfo(channel);
    }

    @Override
    public long unacknowledged(Channel channel) {
        return sockets.unacknowledged(channel);
    }

    @Override
    public int shutdown(Channel channel, int direction) {
        return sockets.shutdown(channel, direction);
    }

    @Override
    public Outcome outcomeOf(RequestKind kind, int nativeCode) {
        return LinuxErrors.outcomeOf(kind, nativeCode);
    }

    @Override
    public long tryReceiveFrom(Channel channel, long address, long length, RawAddress source)
            throws NativeFailure {
        return sockets.tryReceiveFrom(channel, address, length, source);
    }

    @Override
    public long trySendTo(Channel channel, long address, long length, RawAddress to)
            throws NativeFailure {
        return sockets.trySendTo(channel, address, length, to);
    }

    @Override
    public TryCalls newTryCalls() {
        return new LinuxSockets();
    }

    @Override
    public String describe(int nativeCode) {
        return LinuxErrors.describe(nativeCode);
    }
}
