package dev.sluice.bench.echo;

import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.PooledBuffer;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Socket;
import org.jspecify.annotations.Nullable;

/**
 * One connection: a receive that goes on, and sends that are made once and used again. While idle it
 * holds no buffer.
 */
final class EchoConnection {
    /** Sends in flight at which receiving pauses, so that a peer that does not read is bounded. */
    private static final int MOST_SENDS = 16;

    private final EchoServer server;
    private final CompletionPort port;
    private final Socket socket;
    private final Receive receive;
    private @Nullable Echo free;
    private int sending;

    EchoConnection(EchoServer server, Socket socket) {
        this.server = server;
        this.port = socket.port();
        this.socket = socket;
        this.receive = new Receive(socket).multishot().onCompletion(this::received);
    }

    void start() {
        port.submit(receive);
    }

    private void received(Receive event) {
        switch (event.status()) {
            case OK -> echo(event);
            case EOF -> closeGracefully();
            case NO_BUFFERS -> server.waitForBuffer(this);
            case CANCELLED -> resume(); // at once where the sends that paused it have ended since
            case CLOSED_LOCALLY -> {
                // The close that did it reports.
            }
            default -> abort();
        }
        if (event.isOk() && !event.hasMore()) {
            resume();
        }
    }

    private void echo(Receive event) {
        server.countReceived(event.bytes());
        Echo echo = free;
        if (echo == null) {
            echo = new Echo();
        } else {
            free = echo.next;
        }
        sending++;
        echo.start(event.takeBuffer(), event.bytes());
        if (sending >= MOST_SENDS && event.hasMore()) {
            port.cancel(receive);
        }
    }

    /** Goes on receiving, if it paused and may. */
    void resume() {
        if (!receive.isPending() && socket.isOpen() && sending < MOST_SENDS) {
            port.submit(receive);
        }
    }

    void closeGracefully() {
        if (socket.isOpen()) {
            port.submit(Close.graceful(socket, server.grace()).onCompletion(c -> ended()));
        }
    }

    private void abort() {
        if (socket.isOpen()) {
            port.submit(Close.abort(socket).onCompletion(c -> ended()));
        }
    }

    private void ended() {
        server.ended(this);
    }

    /** One send with the buffer that it sends. */
    private final class Echo {
        private final Send send = new Send(socket).onCompletion(this::sent);
        private @Nullable PooledBuffer buffer;
        private @Nullable Echo next;

        void start(PooledBuffer received, int length) {
            buffer = received;
            if (socket.isOpen()) {
                port.submit(send.buffer(received, 0, length));
            } else {
                finish();
            }
        }

        private void sent(Send event) {
            finish();
            if (event.isOk()) {
                resume();
            } else {
                abort();
            }
        }

        private void finish() {
            PooledBuffer done = buffer;
            if (done != null) {
                buffer = null;
                done.release();
                server.bufferReleased();
            }
            sending--;
            next = free;
            free = this;
        }
    }
}
