/** TLS over a connection: records, the handshake, and the connection that a user sees. */
@NullMarked
package dev.sluice.internal.net.tls;

import org.jspecify.annotations.NullMarked;
