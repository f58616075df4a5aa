package dev.sluice.net;

import javax.net.ssl.SSLSession;

/**
 * A connection over TLS, from {@link Tls}. It keeps what {@link Connection} promises, with these
 * additions.
 *
 * <p><b>Handshake.</b> A {@link Dialer} returns a connection whose handshake is done. On the accepting side
 * the first call that needs it does it, on its own thread, so that a slow peer stops no other one. It
 * has the time of {@link Tls#handshakeTimeout} and is bounded by both deadlines too.
 *
 * <p><b>End of stream.</b> A read returns -1 only after the peer's close_notify. A peer that ends the
 * connection without one may have been cut off: that fails with {@link ConnectionLostException}.
 *
 * <p><b>Close.</b> {@link #closeWrite} sends close_notify and ends the stream below; reads continue, with
 * TLS 1.3 until the peer ends its side too. A peer with TLS 1.2 ends its side at once (RFC 5246, section
 * 7.2.1). {@link #close} sends close_notify too, for which it waits at most a second if the peer
 * does not read; it resets the connection while another thread writes. {@link #abort} sends nothing.
 *
 * <p><b>Writes.</b> A write that fails may have sent a part of a record. Later writes then fail, and a
 * close resets the connection; this includes a write that a deadline or an interrupt ended.
 *
 * <p><b>Renegotiation</b> is refused (TLS 1.2); TLS 1.3 has none. Keys are updated without notice.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8446">RFC 8446</a>
 */
public interface TlsConnection extends Connection {
    /**
     * Does the handshake, unless it is done. Other threads that need it wait for it.
     *
     * @throws TlsException if it failed: the message has the engine's reason, such as an unknown
     *     certificate or the peer's alert
     * @throws DeadlineException if it took too long
     * @throws NetException the connection was lost or closed, or the thread was interrupted
     */
    void handshake() throws NetException;

    /**
     * Returns the session, with the peer's certificates, the protocol version and the cipher suite. It
     * does the handshake first.
     *
     * @return the session of the engine
     * @throws NetException as {@link #handshake}
     */
    SSLSession session() throws NetException;

    /**
     * Returns the protocol that both sides chose by ALPN (RFC 7301). It does the handshake first.
     *
     * @return a name such as {@code h2}, or "" if there is none
     * @throws NetException as {@link #handshake}
     */
    String applicationProtocol() throws NetException;
}
