package dev.sluice.conformance;

import dev.sluice.Address;
import dev.sluice.conformance.PlainPeer.Kind;
import dev.sluice.testing.OwnLoopback;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousServerSocketChannel;

/** A listener of the JDK's, on the loopback address of this process. */
final class PlainListener implements AutoCloseable {
    private static final int BACKLOG = 128;

    private final Kind kind;
    private final Closeable server;
    private final int port;

    private PlainListener(Kind kind, int receiveBufferBytes) throws IOException {
        this.kind = kind;
        if (RemoteSocket.isWanted()) {
            RemoteSocket made = RemoteSocket.listen(receiveBufferBytes);
            port = made.localPort();
            server = made;
        } else if (kind.isBlocking()) {
            ServerSocket made = new ServerSocket();
            if (receiveBufferBytes > 0) {
                made.setReceiveBufferSize(receiveBufferBytes);
            }
            made.bind(OwnLoopback.inet(0), BACKLOG);
            made.setSoTimeout(PlainPeer.PATIENCE_MILLIS);
            port = made.getLocalPort();
            server = made;
        } else {
            AsynchronousServerSocketChannel made = AsynchronousServerSocketChannel.open();
            if (receiveBufferBytes > 0) {
                made.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
            }
            made.bind(OwnLoopback.inet(0), BACKLOG);
            port = ((InetSocketAddress) made.getLocalAddress()).getPort();
            server = made;
        }
    }

    static PlainListener open() {
        return open(0);
    }

    /** With this receive buffer for its connections; 0 for the system's choice. */
    static PlainListener open(int receiveBufferBytes) {
        return open(receiveBufferBytes, Kind.WATCHES);
    }

    static PlainListener open(int receiveBufferBytes, Kind kind) {
        try {
            return new PlainListener(kind, receiveBufferBytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    Address address() {
        return OwnLoopback.at(port);
    }

    /** Waits for a connection, which must be on its way. */
    PlainPeer accept() {
        try {
            PlainWire wire = switch (server) {
                case RemoteSocket remote -> remote.accept();
                case ServerSocket blocking -> PlainWire.Blocking.of(blocking.accept());
                case AsynchronousServerSocketChannel channel -> new PlainWire.Asynchronous(
                        PlainWire.Asynchronous.await(channel.accept()));
                default -> throw new AssertionError(server);
            };
            return new PlainPeer(wire, kind);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
