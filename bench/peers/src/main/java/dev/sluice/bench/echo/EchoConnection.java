package dev.sluice.bench.echo;

import dev.sluice.Close;
import dev.sluice.EventHandler;
import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import java.util.Objects;

/**
 * One connection: a multishot receive, and nothing else. While idle it holds no buffer and no send;
 * those belong to the server, which lends them for each send.
 */
final class EchoConnection implements EventHandler<Receive> {
    /**
     * Number of sends in flight at which receiving pauses, so that a peer that does not read is
     * bounded.
     */
    private static final int MOST_SENDS = 16;

    private final EchoServer server;
    private final Receive receive;
    private int sending;

    EchoConnection(EchoServer server, NativeSocket socket) {
        this.server = server;
        this.receive = new Receive(socket).waitForBuffer().multishot().onCompletion(this);
    }

    void start() {
        server.port().submit(receive);
    }

    NativeSocket socket() {
        return Objects.requireNonNull(receive.socket());
    }

    @Override
    public void handle(Receive event) {
        switch (event.status()) {
            case OK -> echo(event);
            case EOF -> closeGracefully();
            case CANCELLED -> resume(); // at once if the sends that paused it have ended since
            case CLOSED_LOCALLY -> {
                // The close that cancelled it reports.
            }
            default -> abort();
        }
        if (event.isOk() && !event.hasMore()) {
            resume();
        }
    }

    private void echo(Receive event) {
        server.countReceived(event.bytes());
        sending++;
        server.takeEcho(this).start(event.takeBuffer(), event.bytes());
        if (sending >= MOST_SENDS && event.hasMore()) {
            server.port().cancel(receive);
        }
    }

    /**
     * Called when one of its sends has ended; receiving continues only if {@link #resume} is
     * called.
     */
    void sent() {
        sending--;
    }

    /** Continues receiving, if it paused and may. */
    void resume() {
        if (!receive.isPending() && socket().isOpen() && sending < MOST_SENDS) {
            server.port().submit(receive);
        }
    }

    private void closeGracefully() {
        server.closeGracefully(socket());
    }

    void abort() {
        if (socket().isOpen()) {
            server.port().submit(Close.abort(socket()));
        }
    }
}
