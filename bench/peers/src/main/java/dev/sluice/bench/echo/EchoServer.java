package dev.sluice.bench.echo;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.Delay;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.SockOpt;
import dev.sluice.SystemCallException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends back what it receives, on one port and one thread. */
public final class EchoServer implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final CompletionPort port;
    private final NativeSocket listener;
    private final Address address;

    /** The first of the sends that no connection needs now. */
    private @Nullable Echo freeEchoes;

    /** All sends that were created: never more than the pool has buffers. */
    private final List<Echo> echoes = new ArrayList<>();

    private final Delay second = new Delay(Duration.ofSeconds(1)).onCompletion(this::aSecondIsOver);
    private boolean stopping;
    private long connections;
    private long receives;
    private long bytes;

    /**
     * Listens; {@link #run} serves.
     *
     * @param options of the port; the calling thread owns it
     * @param address where to listen; for port 0 the kernel chooses one
     */
    public EchoServer(PortOptions options, Address address) throws SystemCallException {
        port = CompletionPort.open(options);
        try {
            listener = port.listen(address);
            this.address = listener.localAddress();
        } catch (SystemCallException failure) {
            port.close();
            throw failure;
        }
        port.submit(new Accept(listener).multishot().onCompletion(this::accepted));
        port.submit(second);
    }

    /** Returns the address on which it listens, with the port that the kernel chose. */
    public Address address() {
        return address;
    }

    /** Returns the port that it runs on. */
    public CompletionPort port() {
        return port;
    }

    /** Serves until {@link #stop}, then lets the connections end gracefully. */
    public void run() {
        while (!stopping || port.pendingOperations() > 0) {
            port.poll(CompletionPort.FOREVER);
        }
    }

    /**
     * Ends {@link #run}: it accepts no further connection, and closes those that are open
     * gracefully.
     */
    public void stop() {
        port.execute(
                () -> {
                    if (stopping) {
                        return;
                    }
                    stopping = true;
                    port.cancel(second);
                    port.submit(Close.immediate(listener));
                    port.sockets().forEach(this::closeGracefully);
                });
    }

    private void accepted(Accept accept) {
        if (accept.isOk()) {
            NativeSocket socket = accept.accepted();
            try {
                if (!address.isUnix()) {
                    socket.set(SockOpt.NODELAY, true);
                }
            } catch (SystemCallException failure) {
                port.submit(Close.abort(socket));
                return;
            }
            connections++;
            new EchoConnection(this, socket).start();
        }
    }

    /** Peers that do not read must not keep the buffers for which other connections wait. */
    private void aSecondIsOver(Delay timer) {
        if (timer.isOk() && !stopping) {
            if (port.availableBuffers() == 0) {
                echoes.forEach(Echo::aSecondIsOver);
            }
            port.submit(timer);
        }
    }

    // ---- for the connections -------------------------------------------------------------------

    void countReceived(int received) {
        receives++;
        bytes += received;
    }

    /** Returns a send for a connection; {@link #release} makes it available to any other. */
    Echo takeEcho(EchoConnection connection) {
        Echo echo = freeEchoes;
        if (echo == null) {
            Echo made = new Echo(this, connection);
            echoes.add(made);
            return made;
        }
        freeEchoes = echo.next;
        echo.next = null;
        echo.lendTo(connection);
        return echo;
    }

    void release(Echo echo) {
        echo.next = freeEchoes;
        freeEchoes = echo;
    }

    void closeGracefully(NativeSocket socket) {
        if (socket.isOpen()) {
            port.submit(Close.graceful(socket, GRACE));
        }
    }

    // ---- counts --------------------------------------------------------------------------------

    /** The number of connections accepted so far. */
    public long connections() {
        return connections;
    }

    /** The number of receives with bytes. */
    public long receives() {
        return receives;
    }

    /** The number of bytes received, and sent back. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        port.close();
    }
}
