package dev.sluice.net;

import dev.sluice.internal.net.names.HostPort;
import dev.sluice.internal.net.tls.TlsSettings;
import dev.sluice.internal.net.tls.TlsSettings.ClientCertificate;
import dev.sluice.internal.net.tls.TlsStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * How one side speaks TLS. Immutable: each option returns a changed copy, and any number of connections may
 * use one. The context creates the engines, the JDK's or another provider's; or a {@link
 * TlsEngineFactory} does.
 *
 * <pre>{@code
 * Dialer dialer = Dialer.DEFAULT.tls(Tls.client(SSLContext.getDefault()));
 * try (Connection connection = dialer.dial("example.org:443")) {
 *     connection.write("GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
 *     ...
 * }
 *
 * ListenerOptions options = ListenerOptions.DEFAULT.tls(Tls.server(context));
 * Listener.open(":443", options).serve(connection -> ...);
 * }</pre>
 *
 * <p>A client checks that the certificate names the host that was dialled (RFC 9525) and sends that name
 * (SNI, RFC 6066). Sessions are resumed as the context allows it.
 */
public final class Tls {
    private final TlsSettings settings;

    private Tls(TlsSettings settings) {
        this.settings = settings;
    }

    /**
     * Returns the TLS client settings.
     *
     * @param context has the certificates to trust, and a certificate of this side if servers ask for one
     * @return with a handshake timeout of 10 seconds
     */
    public static Tls client(SSLContext context) {
        Objects.requireNonNull(context, "context");
        return client(context::createSSLEngine);
    }

    /**
     * Returns the TLS client settings, with the engines of a library that has no SSLContext.
     *
     * @param engines creates an engine for each connection, on the thread that makes the connection
     * @return with a handshake timeout of 10 seconds
     */
    public static Tls client(TlsEngineFactory engines) {
        return of(engines, true);
    }

    /**
     * Returns the TLS server settings.
     *
     * @param context has the certificate and key of this side
     * @return with a handshake timeout of 10 seconds
     */
    public static Tls server(SSLContext context) {
        Objects.requireNonNull(context, "context");
        return server((host, port) -> context.createSSLEngine());
    }

    /**
     * Returns the TLS server settings, with the engines of a library that has no SSLContext.
     *
     * @param engines creates an engine for each connection, on the thread that accepts it
     * @return with a handshake timeout of 10 seconds
     */
    public static Tls server(TlsEngineFactory engines) {
        return of(engines, false);
    }

    private static Tls of(TlsEngineFactory engines, boolean client) {
        Objects.requireNonNull(engines, "engines");
        return new Tls(new TlsSettings(engines, client, List.of(), ClientCertificate.NONE, null,
                Duration.ofSeconds(10), parameters -> {}));
    }

    /** The values of changed options; of one thread. */
    private static final class Draft {
        List<String> applicationProtocols;
        ClientCertificate clientCertificate;

        @Nullable
        String serverName;

        Duration handshakeTimeout;
        Consumer<SSLParameters> parameters;

        Draft(TlsSettings settings) {
            applicationProtocols = settings.applicationProtocols();
            clientCertificate = settings.clientCertificate();
            serverName = settings.serverName();
            handshakeTimeout = settings.handshakeTimeout();
            parameters = settings.parameters();
        }
    }

    private Tls with(Consumer<Draft> change) {
        Draft draft = new Draft(settings);
        change.accept(draft);
        return new Tls(new TlsSettings(settings.engines(), settings.client(),
                draft.applicationProtocols, draft.clientCertificate, draft.serverName,
                draft.handshakeTimeout, draft.parameters));
    }

    // ---- options -------------------------------------------------------------------------------

    /**
     * Sets the protocols for ALPN (RFC 7301).
     *
     * @param names such as {@code h2} and {@code http/1.1}, in the order of preference
     * @return a changed copy
     */
    public Tls applicationProtocols(String... names) {
        List<String> copied = List.of(names);
        return with(draft -> draft.applicationProtocols = copied);
    }

    /**
     * Sets the name that the server's certificate must have, and that is sent as SNI, in place of the
     * one that is dialled.
     *
     * @param name a host name, or the literal of an address
     * @return a changed copy
     * @throws IllegalStateException if this is a server
     */
    public Tls serverName(String name) {
        require(settings.client(), "serverName is an option of a client");
        Objects.requireNonNull(name, "name");
        return with(draft -> draft.serverName = name);
    }

    /**
     * Asks clients for a certificate, and accepts those without one.
     *
     * @return a changed copy
     * @throws IllegalStateException if this is a client
     */
    public Tls wantClientCertificate() {
        return asking(ClientCertificate.WANTED);
    }

    /**
     * Asks clients for a certificate, and refuses those without one.
     *
     * @return a changed copy
     * @throws IllegalStateException if this is a client
     */
    public Tls needClientCertificate() {
        return asking(ClientCertificate.NEEDED);
    }

    private Tls asking(ClientCertificate certificate) {
        require(!settings.client(), "a client certificate is asked for by a server");
        return with(draft -> draft.clientCertificate = certificate);
    }

    /**
     * Bounds each handshake.
     *
     * @param timeout more than zero; the default is 10 seconds
     * @return a changed copy
     * @throws IllegalArgumentException if the timeout is zero or less
     */
    public Tls handshakeTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(
                    "TLS handshake within " + timeout + ": use more than zero");
        }
        return with(draft -> draft.handshakeTimeout = timeout);
    }

    /**
     * Changes the parameters of each engine after all other options: versions, cipher suites, algorithm
     * constraints, or no check of the server's name.
     *
     * @param change called for each connection, on the thread that makes it
     * @return a changed copy
     */
    public Tls parameters(Consumer<SSLParameters> change) {
        Objects.requireNonNull(change, "change");
        return with(draft -> draft.parameters = change);
    }

    private static void require(boolean fits, String what) {
        if (!fits) {
            throw new IllegalStateException(what);
        }
    }

    // ---- connections ---------------------------------------------------------------------------

    /**
     * Speaks TLS on a connection, for example after STARTTLS. The handshake is done by the first call that
     * needs it, or by {@link TlsConnection#handshake}, which removes deadlines that were set before. Use
     * only the returned connection from then on; its close closes the other one.
     *
     * @param connection on which no byte of TLS has moved
     * @return a connection over it
     * @throws IllegalStateException for a client without {@link #serverName}
     */
    public TlsConnection over(Connection connection) {
        String name = settings.serverName();
        require(!settings.client() || name != null,
                "no name to check the server's certificate against: set Tls.serverName, or use"
                        + " over(connection, name)");
        return over(connection, name == null ? "" : name);
    }

    /**
     * Speaks TLS as a client on a connection, as {@link #over(Connection)}.
     *
     * @param connection on which no byte of TLS has moved
     * @param name which the server's certificate must have, unless {@link #serverName} is set
     * @return a connection over it
     */
    public TlsConnection over(Connection connection, String name) {
        return stream(connection, name);
    }

    TlsStream stream(Connection connection, String name) {
        String given = Objects.requireNonNullElse(settings.serverName(), name);
        // The final dot of a whole name is not part of it in a certificate (RFC 6066, section 3).
        String chosen = given.endsWith(".") ? given.substring(0, given.length() - 1) : given;
        boolean literal = !settings.client() || HostPort.isLiteral(chosen);
        return new TlsStream(connection, settings, chosen, literal);
    }

    boolean isClient() {
        return settings.client();
    }

    @Nullable
    String serverName() {
        return settings.serverName();
    }

    /** Serves TLS: close_notify is sent after the handler has returned, and a reset if it throws. */
    ConnectionHandler serving(ConnectionHandler handler) {
        return connection -> {
            TlsStream stream = stream(connection, "");
            try {
                handler.serve(stream);
            } catch (Throwable thrown) {
                stream.abort(); // Releases its buffers, too.
                throw thrown;
            }
            stream.endServed();
        };
    }
}
