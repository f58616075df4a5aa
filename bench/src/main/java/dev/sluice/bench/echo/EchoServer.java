package dev.sluice.bench.echo;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.PortOptions;
import dev.sluice.Socket;
import dev.sluice.SocketException;
import dev.sluice.SocketOption;
import dev.sluice.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Sends back what it receives, on one port and one thread. */
public final class EchoServer implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final CompletionPort port;
    private final Socket listener;
    private final Address address;

    /** The first of those sends that no connection needs now. */
    private @Nullable Echo freeEchoes;

    /** Connections whose receive found the pool empty; they go on when a buffer comes back. */
    private final ArrayDeque<EchoConnection> hungry = new ArrayDeque<>();

    private boolean stopping;
    private long connections;
    private long receives;
    private long bytes;

    /**
     * Listens; {@link #run} serves.
     *
     * @param options of the port; the calling thread owns it
     * @param address where to listen; port 0 lets the system choose one
     */
    public EchoServer(PortOptions options, Address address) throws SocketException {
        port = CompletionPort.open(options);
        try {
            listener = port.listen(address);
            this.address = listener.localAddress();
        } catch (SocketException failure) {
            port.close();
            throw failure;
        }
        port.submit(new Accept(listener).multishot().onCompletion(this::accepted));
    }

    /** Where it listens, with the port that the system chose. */
    public Address address() {
        return address;
    }

    /** The port that it runs on. */
    public CompletionPort port() {
        return port;
    }

    /** Serves until {@link #stop}, then lets the connections end gracefully. */
    public void run() {
        while (!stopping || port.pendingOperations() > 0) {
            port.poll(CompletionPort.FOREVER);
        }
    }

    /** Ends {@link #run}: no further connection, and those that are open are closed gracefully. */
    public void stop() {
        port.execute(
                () -> {
                    if (stopping) {
                        return;
                    }
                    stopping = true;
                    port.submit(Close.immediate(listener));
                    port.sockets().forEach(this::closeGracefully);
                });
    }

    private void accepted(Accept accept) {
        if (accept.isOk()) {
            Socket socket = accept.accepted();
            try {
                if (!address.isUnix()) {
                    socket.set(SocketOption.NODELAY, true);
                }
            } catch (SocketException failure) {
                port.submit(Close.abort(socket));
                return;
            }
            connections++;
            new EchoConnection(this, socket).start();
        }
        boolean goOn = !accept.hasMore() && accept.status() != Status.CLOSED_LOCALLY;
        if (goOn && !stopping) {
            port.submit(accept);
        }
    }

    // ---- for the connections -------------------------------------------------------------------

    void countReceived(int received) {
        receives++;
        bytes += received;
    }

    /** A send for a connection, from {@link #giveBack} on for any other. */
    Echo takeEcho(EchoConnection connection) {
        Echo echo = freeEchoes;
        if (echo == null) {
            return new Echo(this, connection);
        }
        freeEchoes = echo.next;
        echo.next = null;
        echo.lendTo(connection);
        return echo;
    }

    void giveBack(Echo echo) {
        echo.next = freeEchoes;
        freeEchoes = echo;
    }

    void closeGracefully(Socket socket) {
        if (socket.isOpen()) {
            port.submit(Close.graceful(socket, GRACE));
        }
    }

    void waitForBuffer(EchoConnection connection) {
        hungry.add(connection);
    }

    void bufferReleased() {
        while (!hungry.isEmpty() && port.availableBuffers() > 0) {
            hungry.remove().resume();
        }
    }

    // ---- counts --------------------------------------------------------------------------------

    /** Connections accepted so far. */
    public long connections() {
        return connections;
    }

    /** Receives that brought bytes. */
    public long receives() {
        return receives;
    }

    /** Bytes received, and sent back. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        port.close();
    }
}
