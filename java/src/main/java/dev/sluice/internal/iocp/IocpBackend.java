package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.BackendFactory;
import dev.sluice.internal.spi.Capability;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.FileCalls;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PortContext;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import dev.sluice.internal.spi.SocketCalls;
import dev.sluice.internal.spi.TryCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * The backend on I/O completion ports. A request becomes an overlapped call at once. A call that
 * succeeds at once posts no packet, if the provider allows that; every other call ends with its
 * packet. A socket is bound to the port when a first request needs that, and stays bound for life.
 */
public final class IocpBackend implements Backend {
    public static final Set<Capability> CAPABILITIES = Set.of();

    public static final BackendFactory FACTORY = new Factory();

    private static final class Factory implements BackendFactory {
        @Override
        public MemorySegment allocatePages(long bytes, Arena arena) {
            return WindowsPages.allocate(bytes, arena);
        }

        @Override
        public FileCalls files() {
            return new WindowsFiles();
        }

        @Override
        public Backend open(PortContext port) throws NativeFailure {
            Winsock.start();
            return new IocpBackend(port);
        }
    }

    private final IocpDriver driver;
    private final CompletionQueue queue;
    private final IocpAccepts accepts;
    private final IocpConnects connects;
    private final IocpReceives receives;
    private final IocpSends sends;
    private final IocpFiles files;
    private final IocpDatagrams datagrams;
    private final IocpPolls polls;

    /** True once the kernel failed: operations may stay with it for ever. */
    private boolean forgotten;

    private IocpBackend(PortContext port) throws NativeFailure {
        driver = new IocpDriver(port);
        queue = driver.queue;
        accepts = new IocpAccepts(driver);
        connects = new IocpConnects(driver);
        receives = new IocpReceives(driver);
        sends = new IocpSends(driver);
        files = new IocpFiles(driver);
        datagrams = new IocpDatagrams(driver);
        polls = new IocpPolls(driver);
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
    public SocketCalls sockets() {
        return driver.sockets;
    }

    @Override
    public TryCalls newTryCalls() {
        return new WindowsTryCalls();
    }

    // ---- requests ----------------------------------------------------------------------------

    @Override
    public void start(Request request) {
        IocpChannel channel = (IocpChannel) request.channel();
        switch (request.kind) {
            case ACCEPT -> accepts.start(channel, request);
            case CONNECT -> connects.start(channel, request);
            case DISCONNECT -> connects.disconnect(channel, request);
            case RECEIVE -> receives.start(channel, request);
            case SEND, SEND_VECTORED -> sends.start(channel, request);
            case SEND_FILE -> files.start(channel, request);
            case RECEIVE_FROM -> {
                if (request.pooled) {
                    receives.start(channel, request);
                } else {
                    datagrams.startReceive(channel, request);
                }
            }
            case SEND_TO -> datagrams.startSend(channel, request);
            case POLL -> polls.start(channel, request);
            default -> throw new AssertionError(request);
        }
    }

    @Override
    public void cancel(Request request) {
        OverlappedOperation operation = driver.operations.of(request);
        if (request.kind == RequestKind.ACCEPT) {
            accepts.cancel((IocpChannel) request.channel(), request);
        } else if (operation == null) {
            // It waits for its next turn; the kernel does not have it.
            driver.completions.cancelled(request);
        } else if (request.kind == RequestKind.POLL) {
            polls.cancel(operation);
        } else {
            driver.cancel(request.channel().handle, operation);
        }
    }

    /** Binds it to the port at once: only that shows whether it is bound to another one. */
    @Override
    public Channel adopt(long handle) throws NativeFailure {
        IocpChannel channel = driver.sockets.adopt(handle);
        int error = driver.attach(channel);
        if (error != 0) {
            throw new NativeFailure("CreateIoCompletionPort",
                    error == WinError.ERROR_INVALID_PARAMETER
                            ? Outcome.UNSUPPORTED
                            : WindowsErrors.outcomeOf(error),
                    error,
                    WindowsErrors.describe(error)
                            + "; Windows binds a socket to one completion port for its life, and"
                            + " only if it was opened with WSA_FLAG_OVERLAPPED");
        }
        driver.sockets.forbidInheritance(handle);
        if (!channel.stream) {
            boolean connected = channel.state == Channel.State.CONNECTED;
            driver.sockets.reportUnreachablePeers(channel, connected ? 1 : 0);
        }
        return channel;
    }

    @Override
    public void beforeDetach(Channel channel) throws NativeFailure {
        if (((IocpChannel) channel).attached) {
            throw new NativeFailure("detach", Outcome.UNSUPPORTED, 0,
                    "an operation bound the socket to the completion port, for its life; detach it"
                            + " before its first operation, or accept it with Accept.detached()");
        }
    }

    @Override
    public void beforeClose(Channel channel) {
        accepts.dropArrived((IocpChannel) channel, forgotten);
    }

    // ---- the loop ----------------------------------------------------------------------------

    @Override
    public int fetch(long timeoutNanos) {
        driver.turns.beginFetch();
        int due = driver.turns.endFetch();
        long waitNanos = due > 0 ? 0 : timeoutNanos;
        // Asked here: with more frames around the call the JDK's compiler may inline less, and then
        // each call allocates.
        boolean direct = driver.cancels.isEmpty();
        return (direct ? queue.fetch(waitNanos) : driver.cancels.fetch(waitNanos)) + due;
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
        IocpChannel deferred = driver.turns.next();
        if (deferred == null) {
            return false;
        }
        resume(deferred);
        return true;
    }

    private void completed(long overlapped) {
        OverlappedOperation operation = driver.operations.find(overlapped);
        if (operation == null) {
            return; // an operation that is not in flight
        }
        int error = WindowsErrors.codeOf(queue.status());
        long bytes = queue.bytes();
        Request request = operation.request();
        IocpChannel channel = (IocpChannel) request.channel();
        switch (request.kind) {
            case ACCEPT -> accepts.completed(channel, request, operation, error);
            case CONNECT, DISCONNECT -> connects.completed(channel, request, operation, error);
            case RECEIVE -> receives.completed(channel, request, operation, error, bytes);
            case SEND, SEND_VECTORED ->
                sends.completed(channel, request, operation, error, bytes);
            case SEND_FILE -> files.completed(channel, request, operation, error, bytes);
            case RECEIVE_FROM -> {
                if (request.pooled) {
                    receives.completed(channel, request, operation, error, bytes);
                } else {
                    datagrams.received(channel, request, operation, error, bytes);
                }
            }
            case SEND_TO -> datagrams.sent(channel, request, operation, error, bytes);
            case POLL -> polls.completed(channel, request, operation, error);
            default -> throw new AssertionError(request);
        }
    }

    /** Resumes the accept or receive that had no turn left, if it still waits. */
    private void resume(IocpChannel channel) {
        Request head = channel.receives;
        if (head == null || head.state != Request.State.STARTED) {
            return;
        }
        if (head.kind == RequestKind.ACCEPT || driver.operations.of(head) == null) {
            start(head);
        }
    }

    @Override
    public boolean hasReadyWork() {
        return !driver.turns.isEmpty() || queue.hasFetched();
    }

    /** Returns false: a wait ends on a tick of the clock of Windows, by default every 15.6 ms. */
    @Override
    public boolean waitsBriefly() {
        return false;
    }

    @Override
    public void wakeup() {
        queue.wakeup();
    }

    // ---- the end -----------------------------------------------------------------------------

    @Override
    public void close() {
        polls.close();
        driver.close();
    }

    @Override
    public void forgetKernel() {
        forgotten = true;
    }

    /** Closes the port. The memory of operations in flight stays, since it may still be written. */
    @Override
    public boolean closeFailed() {
        polls.close();
        queue.close();
        return false;
    }
}
