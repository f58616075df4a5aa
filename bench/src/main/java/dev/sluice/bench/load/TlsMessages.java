package dev.sluice.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * Messages of one size through TLS on lasting connections, one in flight on each. Every byte that comes
 * back is compared. The unit is a message.
 */
public final class TlsMessages implements Exchange {
    private static final long STALL_MILLIS = 10_000;

    private final Selector selector = Selector.open();
    private final List<TlsClient> clients = new ArrayList<>();
    private final Consumer<SelectionKey> action = this::onReady;
    private final ByteBuffer plain;
    private long endNanos;
    private long lastNanos;
    private long messages;
    private int inFlight;

    /** Connects, and returns once all connections have shaken hands. */
    public TlsMessages(InetSocketAddress server, SSLContext context, int connections,
            int messageBytes) throws IOException {
        plain = ByteBuffer
                .allocate(context.createSSLEngine().getSession().getApplicationBufferSize());
        try {
            for (int i = 0; i < connections; i++) {
                ByteBuffer message = ByteBuffer.allocate(messageBytes);
                BytePattern.fill(message, i, 0);
                connect(server, context, message);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void connect(InetSocketAddress server, SSLContext context, ByteBuffer message)
            throws IOException {
        SelectionKey key = GeneratorSocket.connect(server, selector);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        TlsClient client = new TlsClient(key, engine, message);
        key.attach(client);
        clients.add(client);
        client.beginHandshake();
        while (!client.isReady()) {
            select("no answer to a handshake");
        }
    }

    /** Exchanges one message after the other until the time is over; at least one on each connection. */
    @Override
    public Outcome run(long durationNanos) throws IOException {
        long startNanos = System.nanoTime();
        endNanos = startNanos + durationNanos;
        lastNanos = startNanos;
        messages = 0;
        for (TlsClient client : clients) {
            client.send();
            inFlight++;
        }
        while (inFlight > 0) {
            select("no echo of " + inFlight + " messages");
        }
        return new Outcome(messages, lastNanos - startNanos, List.of());
    }

    private void select(String failure) throws IOException {
        try {
            if (selector.select(action, STALL_MILLIS) == 0) {
                throw new IOException(failure + " within 10 seconds");
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void onReady(SelectionKey key) {
        TlsClient client = (TlsClient) key.attachment();
        try {
            if (key.isWritable()) {
                client.flush();
            }
            if (key.isReadable() && client.receive(plain)) {
                onMessage(client);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void onMessage(TlsClient client) throws IOException {
        lastNanos = System.nanoTime();
        messages++;
        if (lastNanos - endNanos < 0) {
            client.send();
        } else {
            inFlight--;
        }
    }

    @Override
    public void close() throws IOException {
        for (TlsClient client : clients) {
            client.close();
        }
        selector.close();
    }
}
