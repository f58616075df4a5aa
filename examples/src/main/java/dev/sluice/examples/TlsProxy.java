package dev.sluice.examples;

import dev.sluice.net.Connection;
import dev.sluice.net.Dialer;
import dev.sluice.net.Listener;
import dev.sluice.net.NetException;
import dev.sluice.net.Server;
import dev.sluice.net.Tls;
import dev.sluice.net.TlsConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.LongAdder;

/**
 * Terminates TLS: passes the bytes of clients on to a server over plain TCP, and its answers back.
 *
 * <p>Each direction ends alone. The close_notify of a client becomes an end of stream for the server,
 * whose end of stream becomes a close_notify for the client. A direction that breaks resets both
 * connections, so that neither side takes a part for the whole.
 */
public final class TlsProxy implements Example {
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final Server server;
    private final Dialer dialer;
    private final String target;
    private final LongAdder bytesToServer = new LongAdder();
    private final LongAdder bytesToClients = new LongAdder();

    private TlsProxy(Listener listener, Dialer dialer, String target) {
        this.server = Server.on(listener, this::serve);
        this.dialer = dialer;
        this.target = target;
    }

    /** Returns the TLS for its listener. */
    public static Tls tls(PemCertificate certificate) {
        return Tls.server((host, port) -> certificate.context().createSSLEngine());
    }

    /**
     * Passes the connections of a listener with TLS on.
     *
     * @param listener closed when this is stopped
     * @param dialer of the same ports, so that both connections of a client are on one of them
     * @param target host:port of the server
     */
    public static TlsProxy start(Listener listener, Dialer dialer, String target) {
        TlsProxy proxy = new TlsProxy(listener, dialer, target);
        proxy.server.start();
        return proxy;
    }

    private void serve(Connection client) throws IOException {
        client.idleTimeout(IDLE);
        // Dial the server only after the handshake succeeded.
        ((TlsConnection) client).handshake();
        try (Connection behind = dialer.dial(target)) {
            behind.idleTimeout(IDLE);
            FutureTask<Long> answers = new FutureTask<>(() -> pass(behind, client));
            Thread.ofVirtual().name("proxy-answers").start(answers);
            bytesToServer.add(pass(client, behind));
            bytesToClients.add(answers.get());
        } catch (ExecutionException broken) {
            throw new IOException("the answers of " + target + " broke", broken.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while " + target + " answered", interrupted);
        }
    }

    /** Passes one direction on to its end; returns the number of bytes. */
    private static long pass(Connection from, Connection to) throws NetException {
        boolean whole = false;
        try {
            long bytes = from.transferTo(to);
            to.closeWrite();
            whole = true;
            return bytes;
        } finally {
            if (!whole) {
                from.abort();
                to.abort();
            }
        }
    }

    @Override
    public String stop() {
        return Example.ended(server.stop(GRACE)) + String.format(
                "; %,d bytes to the server, %,d to clients",
                bytesToServer.sum(), bytesToClients.sum());
    }
}
