package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Capability;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.ChannelTable;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.OptionId;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PortSettings;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import dev.sluice.internal.spi.SlotTable;
import dev.sluice.internal.spi.TcpSnapshot;
import dev.sluice.internal.spi.TryCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The backend on I/O completion ports. A request becomes an overlapped call at once; a call that
 * succeeds at once posts no packet, where the provider allows that, and every other one ends with its
 * packet. A socket is bound to the port when a first request needs that, and stays bound for life.
 */
public final class IocpBackend implements Backend {
    public static final Set<Capability> CAPABILITIES = Set.of();

    private final WindowsSockets sockets;
    private final CompletionQueue queue;
    private final OverlappedTable operations;

    /** Memory that operations with the kernel may use. */
    private final Arena kernelArena;

    private final boolean maySkipPackets;
    private final int turnsPerFetch;
    private final ArrayDeque<IocpChannel> deferred = new ArrayDeque<>();
    private int deferredInTurn;
    private int fetches;

    /** What is with the kernel stays there: it cannot be asked. */
    private boolean forgotten;

    private @Nullable Attached attached;

    /** What the port gives a backend after both were made. */
    private record Attached(
            Completions completions,
            IocpTransfers transfers,
            IocpAccepts accepts,
            IocpConnects connects,
            IocpReceives receives,
            IocpSends sends,
            IocpPolls polls) {}

    /** Opens a completion port, and Winsock with the first one of the process. */
    public IocpBackend(PortSettings settings) throws NativeFailure {
        Winsock.start();
        sockets = new WindowsSockets();
        queue = new CompletionQueue(sockets.callState(), Arena.ofAuto());
        operations = new OverlappedTable();
        kernelArena = Arena.ofShared();
        maySkipPackets = Providers.maySkipPackets();
        turnsPerFetch = settings.maxTurnsPerSocket();
    }

    @Override
    public void attach(
            Completions completions, ChannelTable channels, SlotTable slots, BufferPool pool) {
        IocpTransfers transfers =
                new IocpTransfers(sockets, queue, operations, completions, maySkipPackets);
        attached =
                new Attached(
                        completions,
                        transfers,
                        new IocpAccepts(this, transfers),
                        new IocpConnects(transfers),
                        new IocpReceives(this, transfers, pool, kernelArena),
                        new IocpSends(transfers),
                        new IocpPolls(transfers));
    }

    private Attached attached() {
        Attached present = attached;
        assert present != null : "not attached to a port";
        return present;
    }

    @Override
    public MemorySegment allocatePages(long bytes, Arena arena) {
        return WindowsPages.allocate(sockets.callState(), bytes, arena);
    }

    // ---- requests ----------------------------------------------------------------------------

    @Override
    public void start(Request request) {
        IocpChannel channel = (IocpChannel) request.channel();
        Attached all = attached();
        switch (request.kind) {
            case ACCEPT -> all.accepts().resume(channel, request);
            case CONNECT -> all.connects().connect(channel, request);
            case DISCONNECT -> all.connects().disconnect(channel, request);
            case RECEIVE, RECEIVE_FROM -> all.receives().resume(channel, request);
            case SEND, SEND_VECTORED -> all.sends().start(channel, request);
            case SEND_TO -> all.sends().startTo(channel, request);
            case POLL -> all.polls().start(channel, request);
            default -> throw new AssertionError(request);
        }
    }

    @Override
    public void cancel(Request request) {
        Attached all = attached();
        if (request.kind == RequestKind.ACCEPT) {
            all.accepts().cancel((IocpChannel) request.channel(), request);
        } else if (!IocpTransfers.inFlight(request)) {
            // It waits here for its next turn, and the kernel has nothing of it.
            all.transfers().cancelled(request);
        } else if (request.kind == RequestKind.POLL) {
            all.polls().cancel(request);
        } else {
            all.transfers().cancelOperation(request);
        }
    }

    @Override
    public void close(Channel channel, Request close) {
        Attached all = attached();
        all.accepts().dropArrived((IocpChannel) channel, forgotten);
        if (channel.isAborted()) {
            sockets.makeAbortive(channel);
        } else if (channel.lingerSeconds > 0) {
            LingeringClose.start(channel, close, all.completions());
            return;
        }
        int error = sockets.close(channel);
        all.completions().complete(close, WindowsErrors.outcomeOf(error), 0, error);
    }

    @Override
    public void discard(Channel channel) {
        attached().accepts().dropArrived((IocpChannel) channel, forgotten);
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
            WindowsSockets.closeAnywhere(channel.handle);
        }
    }

    // ---- waiting -----------------------------------------------------------------------------

    @Override
    public int fetch(long timeoutNanos) {
        fetches++;
        deferredInTurn = deferred.size();
        return queue.fetch(deferredInTurn > 0 ? 0 : timeoutNanos) + deferredInTurn;
    }

    @Override
    public boolean step() {
        if (queue.next()) {
            long overlapped = queue.overlapped();
            if (overlapped != 0) {
                completed(overlapped);
            }
            return true;
        }
        if (deferredInTurn == 0) {
            return false;
        }
        deferredInTurn--;
        IocpChannel channel = deferred.remove();
        channel.deferred = false;
        resume(channel);
        return true;
    }

    private void completed(long overlapped) {
        OverlappedOperation operation = operations.find(overlapped);
        if (operation == null) {
            return; // nothing of ours that is with the kernel
        }
        int error = WindowsErrors.codeOf(queue.status());
        long bytes = queue.bytes();
        Request request = operation.request();
        IocpChannel channel = (IocpChannel) request.channel();
        Attached all = attached();
        switch (request.kind) {
            case ACCEPT -> all.accepts().completed(channel, request, operation, error);
            case CONNECT, DISCONNECT ->
                all.connects().completed(channel, request, operation, error);
            case RECEIVE, RECEIVE_FROM ->
                all.receives().completed(channel, request, operation, error, bytes);
            case SEND, SEND_VECTORED, SEND_TO ->
                all.sends().completed(channel, request, operation, error, bytes);
            case POLL -> all.polls().completed(channel, request, operation, error);
            default -> throw new AssertionError(request);
        }
    }

    /** Goes on with what had no turn left, if it still waits. */
    private void resume(IocpChannel channel) {
        Request head = channel.receives;
        if (head == null || head.state != Request.State.STARTED) {
            return;
        }
        if (head.kind == RequestKind.ACCEPT) {
            attached().accepts().resume(channel, head);
        } else if (!IocpTransfers.inFlight(head)) {
            attached().receives().resume(channel, head);
        }
    }

    @Override
    public boolean hasReadyWork() {
        return !deferred.isEmpty() || queue.hasFetched();
    }

    /** A wait ends on a tick of the system's clock, by default every 15.6 ms. */
    @Override
    public boolean waitsBriefly() {
        return false;
    }

    @Override
    public void wakeup() {
        queue.wakeup();
    }

    /** Takes one of a channel's turns; false when they are used up until the next fetch. */
    boolean takeTurn(IocpChannel channel) {
        if (channel.turnsOf != fetches) {
            channel.turnsOf = fetches;
            channel.turnsLeft = turnsPerFetch;
        }
        if (channel.turnsLeft == 0) {
            defer(channel);
            return false;
        }
        channel.turnsLeft--;
        return true;
    }

    /** Lets a channel go on after the next fetch, without a packet. */
    void defer(IocpChannel channel) {
        if (!channel.deferred) {
            channel.deferred = true;
            deferred.add(channel);
        }
    }

    // ---- calls that end at once ----------------------------------------------------------------

    @Override
    public Channel open(int family, boolean stream) throws NativeFailure {
        return sockets.open(family, stream);
    }

    @Override
    public Channel openDetached(long handle, int family, boolean stream) {
        return new IocpChannel(family, stream, handle);
    }

    @Override
    public void bind(Channel channel, RawAddress address) throws NativeFailure {
        sockets.bind((IocpChannel) channel, address);
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
        try {
            return sockets.tcpInfo(channel).bytesUnacknowledged();
        } catch (NativeFailure unsupported) {
            return -1;
        }
    }

    @Override
    public int shutdown(Channel channel, int direction) {
        return sockets.shutdown(channel, direction);
    }

    @Override
    public Outcome outcomeOf(RequestKind kind, int nativeCode) {
        return WindowsErrors.outcomeOf(kind, nativeCode, true);
    }

    @Override
    public @Nullable Channel tryAccept(Channel channel) throws NativeFailure {
        IocpChannel listener = (IocpChannel) channel;
        IocpChannel.Listening listening = listener.listening;
        if (listening != null && !listening.arrived.isEmpty()) {
            return listening.arrived.remove();
        }
        long handle = sockets.tryAccept(listener);
        return handle == WinsockConstants.INVALID_SOCKET ? null : accepted(listener, handle);
    }

    /** A channel for an accepted socket, which has the linger setting of its listener. */
    IocpChannel accepted(IocpChannel listener, long handle) {
        IocpChannel channel = new IocpChannel(listener.family, true, handle);
        channel.bound = true;
        sockets.inherit(channel, listener);
        return channel;
    }

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

    @Override
    public TryCalls newTryCalls() {
        return new WindowsTryCalls();
    }

    @Override
    public String describe(int nativeCode) {
        return WindowsErrors.describe(nativeCode);
    }

    @Override
    public String name() {
        return "iocp";
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public void close() {
        // A port that got no memory for its pool closes its backend before it was attached.
        Attached present = attached;
        if (present != null) {
            present.polls().close();
        }
        queue.close();
        operations.close();
        kernelArena.close();
    }

    @Override
    public void forgetKernel() {
        forgotten = true;
    }

    /** The memory of what is with the kernel stays for ever, as it may still be written. */
    @Override
    public boolean closeFailed() {
        attached().polls().close();
        queue.close();
        return false;
    }
}
