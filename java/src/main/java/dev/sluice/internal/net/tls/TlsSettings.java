package dev.sluice.internal.net.tls;

import dev.sluice.net.TlsEngineFactory;
import java.net.IDN;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The options of one side of TLS.
 *
 * @param engines makes an engine for each connection
 * @param client true for the side that begins
 * @param applicationProtocols for ALPN, in the order of preference
 * @param clientCertificate what a server wants from its clients
 * @param serverName the name to check and to send, or null for the one that was dialled
 * @param handshakeTimeout the longest handshake
 * @param parameters changes the engine's parameters last
 */
public record TlsSettings(
        TlsEngineFactory engines,
        boolean client,
        List<String> applicationProtocols,
        ClientCertificate clientCertificate,
        @Nullable String serverName,
        Duration handshakeTimeout,
        Consumer<SSLParameters> parameters) {

    /** Returns the name to send, or null for one that SNI cannot have, such as one with an underscore. */
    private static @Nullable SNIHostName sent(String host) {
        try {
            return new SNIHostName(IDN.toASCII(host));
        } catch (IllegalArgumentException unfit) {
            return null; // The certificate is checked against it all the same.
        }
    }

    /** What a server wants. */
    public enum ClientCertificate {
        NONE,
        WANTED,
        NEEDED
    }

    /**
     * Creates the engine of one connection.
     *
     * @param host name or literal of the server, "" on the accepting side
     * @param literal true if the host is an address, which no server name may be (RFC 6066, section 3)
     */
    SSLEngine engine(String host, int port, boolean literal) {
        SSLEngine engine = engines.create(host, port);
        engine.setUseClientMode(client);
        SSLParameters changed = engine.getSSLParameters();
        if (client) {
            changed.setEndpointIdentificationAlgorithm("HTTPS");
            SNIHostName name = literal ? null : sent(host);
            if (name != null) {
                changed.setServerNames(List.of(name));
            }
        }
        changed.setNeedClientAuth(clientCertificate == ClientCertificate.NEEDED);
        if (clientCertificate == ClientCertificate.WANTED) {
            changed.setWantClientAuth(true);
        }
        if (!applicationProtocols.isEmpty()) {
            changed.setApplicationProtocols(applicationProtocols.toArray(String[]::new));
        }
        parameters.accept(changed);
        engine.setSSLParameters(changed);
        return engine;
    }
}
