package dev.sluice.examples;

import dev.sluice.net.Listener;
import dev.sluice.net.Tls;
import java.time.Duration;
import java.util.Map;

/**
 * The {@link HttpServer} over TLS: with ALPN, TLS 1.2 or 1.3, a bound for the handshake, and a
 * certificate that can be renewed while it runs. The handler is the same as without TLS, because a
 * listener with TLS has the same connections.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-4.2.2">RFC 9110, section 4.2.2</a>
 */
public final class HttpsServer implements Example {
    private static final Duration TIME_FOR_A_HANDSHAKE = Duration.ofSeconds(10);

    private final HttpServer http;

    private HttpsServer(HttpServer http) {
        this.http = http;
    }

    /** Returns the TLS for its listener: each connection gets the certificate of its time. */
    public static Tls tls(PemCertificate certificate) {
        return Tls.server((host, port) -> certificate.context().createSSLEngine())
                .applicationProtocols("http/1.1")
                .handshakeTimeout(TIME_FOR_A_HANDSHAKE)
                .parameters(each -> each.setProtocols(new String[]{"TLSv1.3", "TLSv1.2"}));
    }

    /** Serves pages, path to text, at a listener with that TLS, which is closed when this is stopped. */
    public static HttpsServer start(Listener listener, Map<String, String> pages) {
        return new HttpsServer(HttpServer.start(listener, pages));
    }

    @Override
    public String stop() {
        return http.stop();
    }
}
