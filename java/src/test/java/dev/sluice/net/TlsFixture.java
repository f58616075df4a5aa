package dev.sluice.net;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;

/** Pairs of connections over TLS. */
abstract class TlsFixture extends NetTest {
    static final Duration LONG = Duration.ofMinutes(1);
    static final Duration SHORT = Duration.ofMillis(50);

    final SSLContext serverContext = TlsContexts.server();
    final SSLContext clientContext = TlsContexts.client();

    final Tls serving = Tls.server(serverContext);
    final Tls dialling = Tls.client(clientContext).serverName("localhost");

    /** A connection and its TLS from both ends; the handshake is done by the first calls. */
    record TlsPair(Pair below, TlsConnection client, TlsConnection server)
            implements AutoCloseable {
        @Override
        public void close() {
            client.close();
            server.close();
            below.close();
        }
    }

    final TlsPair pairOf(Tls client, Tls server) throws IOException {
        Pair pair = pair();
        return new TlsPair(pair, client.over(pair.client()), server.over(pair.server()));
    }

    final TlsPair tlsPair() throws IOException {
        return pairOf(dialling, serving);
    }

    /** Does the handshake from both ends. */
    final TlsPair shaken(Tls client, Tls server) throws Exception {
        TlsPair pair = pairOf(client, server);
        CompletableFuture<Void> there = shakes(pair.server());
        pair.client().handshake();
        result(there);
        return pair;
    }

    final CompletableFuture<Void> shakes(TlsConnection connection) {
        return background(() -> {
            connection.handshake();
            return null;
        });
    }

    static Tls version(Tls tls, String version) {
        return tls.parameters(
                parameters -> parameters.setProtocols(new String[]{version}));
    }
}
