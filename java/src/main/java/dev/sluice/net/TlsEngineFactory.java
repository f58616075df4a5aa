package dev.sluice.net;

import javax.net.ssl.SSLEngine;

/**
 * Creates the engine of each connection, for a library that has engines but no {@link
 * javax.net.ssl.SSLContext}, such as OpenSSL by Netty's {@code io.netty.handler.ssl.SslContext}. Native
 * memory of an engine must be freed when the engine is no longer reachable: the connection only closes
 * it.
 */
@FunctionalInterface
public interface TlsEngineFactory {
    /**
     * Creates a new engine. Its mode, and the parameters that {@link Tls} has, are set afterwards
     * by {@link SSLEngine#setUseClientMode} and {@link SSLEngine#setSSLParameters}; an engine that
     * ignores one of them, such as ALPN, must have it from its own library.
     *
     * @param host the name or literal of the server for a client, "" on the accepting side
     * @param port the server's port for a client, -1 if there is none
     * @return an engine for one connection
     */
    SSLEngine create(String host, int port);
}
