package dev.sluice.net;

import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/** An accepted connection whose peer is a socket of the JDK that buffers few bytes. */
record PlainPeer(Listener listener, Socket peer, Connection connection) implements AutoCloseable {
    /**
     * Connects a socket to a listener of its own, and accepts it.
     *
     * @param receiveBuffer of the socket, in bytes
     * @param limit how long the accept may take
     */
    static PlainPeer accepted(ListenerOptions options, int receiveBuffer, Duration limit)
            throws IOException {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, options);
        Socket peer = new Socket();
        peer.setReceiveBufferSize(receiveBuffer);
        peer.connect(OwnLoopback.inet(listener.address().port()));
        return new PlainPeer(listener, peer, listener.accept(limit));
    }

    @Override
    public void close() throws IOException {
        connection.abort();
        peer.close();
        listener.close();
    }
}
