package dev.sluice.bench.echo;

import dev.sluice.EventHandler;
import dev.sluice.NativeSocket;
import dev.sluice.PooledBuffer;
import dev.sluice.Send;
import org.jspecify.annotations.Nullable;

/** One send with the buffer that it sends, of whichever connection needs it next. */
final class Echo implements EventHandler<Send> {
    /** What the system has not taken after that, the peer does not read. */
    private static final int MOST_SECONDS = 10;

    private final EchoServer server;
    private final Send send;
    private EchoConnection connection;
    private @Nullable PooledBuffer buffer;

    /** Since its buffer was taken, while the pool was empty. */
    private int seconds;

    /** The next one that is free; the server's. */
    @Nullable
    Echo next;

    Echo(EchoServer server, EchoConnection connection) {
        this.server = server;
        this.connection = connection;
        this.send = new Send(connection.socket()).onCompletion(this);
    }

    /** Lends it to a connection. */
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

    /** Gives itself back, and the buffer. */
    private void finish() {
        PooledBuffer done = buffer;
        connection.sent();
        server.release(this);
        if (done != null) {
            buffer = null;
            done.release();
        }
    }

    /** The pool is empty: gives the connection up if its peer has not read for long. */
    void aSecondIsOver() {
        if (buffer != null && ++seconds > MOST_SECONDS) {
            connection.abort();
        }
    }
}
