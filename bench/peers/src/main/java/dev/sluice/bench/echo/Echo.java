package dev.sluice.bench.echo;

import dev.sluice.EventHandler;
import dev.sluice.NativeSocket;
import dev.sluice.PooledBuffer;
import dev.sluice.Send;
import org.jspecify.annotations.Nullable;

/** One send with its buffer, of the connection that needs it at the moment. */
final class Echo implements EventHandler<Send> {
    /** If the kernel has not taken the bytes after that time, the peer does not read. */
    private static final int MOST_SECONDS = 10;

    private final EchoServer server;
    private final Send send;
    private EchoConnection connection;
    private @Nullable PooledBuffer buffer;

    /** Seconds since its buffer was taken, counted while the pool is empty. */
    private int seconds;

    /** The next free one; the server uses the field. */
    @Nullable
    Echo next;

    Echo(EchoServer server, EchoConnection connection) {
        this.server = server;
        this.connection = connection;
        this.send = new Send(connection.socket()).onCompletion(this);
    }

    /** Lends the send to a connection. */
    void lendTo(EchoConnection borrower) {
        connection = borrower;
        send.socket(borrower.socket());
    }

    void start(PooledBuffer received, int length) {
        buffer = received;
        seconds = 0;
        NativeSocket socket = connection.socket();
        if (socket.isOpen()) {
            server.port().submit(send.buffer(received, 0, length));
        } else {
            finish();
        }
    }

    @Override
    public void handle(Send event) {
        EchoConnection lentTo = connection;
        boolean sent = event.isOk();
        finish();
        if (sent) {
            lentTo.resume();
        } else {
            lentTo.abort();
        }
    }

    /** Returns the send and the buffer. */
    private void finish() {
        PooledBuffer done = buffer;
        connection.sent();
        server.release(this);
        if (done != null) {
            buffer = null;
            done.release();
        }
    }

    /**
     * Called each second while the pool is empty: aborts the connection if its peer has not read
     * for long.
     */
    void aSecondIsOver() {
        if (buffer != null && ++seconds > MOST_SECONDS) {
            connection.abort();
        }
    }
}
