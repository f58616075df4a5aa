package dev.sluice.bench.echo;

import dev.sluice.CompletionHandler;
import dev.sluice.PooledBuffer;
import dev.sluice.Send;
import dev.sluice.Socket;
import org.jspecify.annotations.Nullable;

/** One send with the buffer that it sends, of whichever connection needs it next. */
final class Echo implements CompletionHandler<Send> {
    private final EchoServer server;
    private final Send send;
    private EchoConnection connection;
    private @Nullable PooledBuffer buffer;

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
        Socket socket = connection.socket();
        if (socket.isOpen()) {
            server.port().submit(send.buffer(received, 0, length));
        } else {
            finish();
        }
    }

    @Override
    public void completed(Send event) {
        EchoConnection lentTo = connection;
        boolean sent = event.isOk();
        finish();
        if (sent) {
            lentTo.resume();
        } else {
            lentTo.abort();
        }
    }

    /** Gives itself back, and the buffer, which may let another connection borrow it at once. */
    private void finish() {
        PooledBuffer done = buffer;
        connection.sent();
        server.giveBack(this);
        if (done != null) {
            buffer = null;
            done.release();
            server.bufferReleased();
        }
    }
}
