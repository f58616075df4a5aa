package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.Socket;
import dev.sluice.SocketException;
import dev.sluice.SocketOption;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.conformance.PlainPeer.Kind;
import dev.sluice.testing.OwnLoopback;

/** Makes connections. */
final class Pairs {
    private Pairs() {}

    /** A connection whose ends are both Sluice's, its listener closed again. */
    record Pair(Socket client, Socket server) {}

    /** A connection whose one end is Sluice's and whose other end is a plain java.net.Socket. */
    record Mixed(Socket socket, PlainPeer peer) {}

    /** Which end of a connection is Sluice's when the other is a plain peer. */
    enum Side {
        /** Sluice listens and accepts. */
        ACCEPTED,
        /** Sluice connects. */
        CONNECTED
    }

    /** A connection to a plain peer, which is closed by whoever called. */
    static Mixed mixed(Loop loop, Side side) throws SocketException {
        return side == Side.ACCEPTED ? accepted(loop) : connectedToPlain(loop);
    }

    /**
     * As {@link #mixed}, with a local port that nobody else has: bound by itself and without
     * REUSEADDR, so that no TIME_WAIT of other connections lies on it.
     */
    static Mixed onPortOfItsOwn(Loop loop, Side side) throws SocketException {
        Socket bound = loop.port().socket(SocketType.TCP4).bind(OwnLoopback.at(0));
        if (side == Side.CONNECTED) {
            try (PlainListener listener = PlainListener.open()) {
                Connect connect = new Connect(bound, listener.address());
                assertThat(loop.run(connect).status()).isEqualTo(Status.OK);
                return new Mixed(bound, listener.accept());
            }
        }
        Accept accept = loop.submit(new Accept(bound.listen(16)));
        PlainPeer peer = PlainPeer.connect(bound.localAddress());
        Event accepted = loop.await(accept);
        loop.run(Close.immediate(bound));
        return new Mixed(accepted.accepted(), peer);
    }

    /** A TCP connection over IPv4 loopback. */
    static Pair connected(Loop loop) throws SocketException {
        return connected(loop, OwnLoopback.at(0));
    }

    /** A stream connection to a listener at the address: IPv4, IPv6 or Unix. */
    static Pair connected(Loop loop, Address at) throws SocketException {
        Socket listener = loop.port().listen(at);
        Pair pair = connect(loop, listener);
        loop.run(Close.immediate(listener));
        return pair;
    }

    /** A connection to a listener, which stays open. */
    static Pair connect(Loop loop, Socket listener) throws SocketException {
        Address address = listener.localAddress();
        Accept accept = loop.submit(new Accept(listener));
        Socket client = loop.port().socket(SocketType.streamFor(address));
        assertThat(loop.run(new Connect(client, address)).status()).isEqualTo(Status.OK);
        Event accepted = loop.await(accept);
        assertThat(accepted.status()).isEqualTo(Status.OK);
        return new Pair(client, accepted.accepted());
    }

    /**
     * A connection that can hold few bytes in flight, so that sends of some 100 KB wait for the
     * reader. The sizes are set before the connection is made, which is when they count.
     */
    static Pair narrow(Loop loop, int bufferBytes) throws SocketException {
        Socket listener = loop.port().listen(OwnLoopback.at(0));
        listener.set(SocketOption.RCVBUF, bufferBytes).set(SocketOption.SNDBUF, bufferBytes);
        Accept accept = loop.submit(new Accept(listener));
        Socket client = loop.port().socket(SocketType.TCP4);
        client.set(SocketOption.RCVBUF, bufferBytes).set(SocketOption.SNDBUF, bufferBytes);
        Connect connect = new Connect(client, listener.localAddress());
        assertThat(loop.run(connect).status()).isEqualTo(Status.OK);
        Event accepted = loop.await(accept);
        assertThat(accepted.status()).isEqualTo(Status.OK);
        loop.run(Close.immediate(listener));
        return new Pair(client, accepted.accepted());
    }

    /** Sluice accepts, the plain peer connects. The peer is closed by whoever called. */
    static Mixed accepted(Loop loop) throws SocketException {
        return accepted(loop, Kind.WATCHES);
    }

    /** As {@link #accepted(Loop)}, with a peer that can reset. */
    static Mixed acceptedResetting(Loop loop) throws SocketException {
        return accepted(loop, Kind.RESETS);
    }

    private static Mixed accepted(Loop loop, Kind kind) throws SocketException {
        Socket listener = loop.port().listen(OwnLoopback.at(0));
        Accept accept = loop.submit(new Accept(listener));
        PlainPeer peer = PlainPeer.connect(listener.localAddress(), 0, kind);
        Event accepted = loop.await(accept);
        assertThat(accepted.status()).isEqualTo(Status.OK);
        loop.run(Close.immediate(listener));
        return new Mixed(accepted.accepted(), peer);
    }

    /**
     * A connection to a plain peer that can hold few bytes in flight, so that a send of some 100 KB
     * waits for the peer to read.
     */
    static Mixed narrowMixed(Loop loop, int bufferBytes) throws SocketException {
        return narrowMixed(loop, bufferBytes, Kind.WATCHES);
    }

    /** As {@link #narrowMixed(Loop, int)}, with a peer that can reset. */
    static Mixed narrowResetting(Loop loop, int bufferBytes) throws SocketException {
        return narrowMixed(loop, bufferBytes, Kind.RESETS);
    }

    private static Mixed narrowMixed(Loop loop, int bufferBytes, Kind kind)
            throws SocketException {
        try (PlainListener listener = PlainListener.open(bufferBytes, kind)) {
            Socket client = loop.port().socket(SocketType.TCP4);
            client.set(SocketOption.SNDBUF, bufferBytes).bind(OwnLoopback.at(0));
            Connect connect = new Connect(client, listener.address());
            assertThat(loop.run(connect).status()).isEqualTo(Status.OK);
            return new Mixed(client, listener.accept());
        }
    }

    /** Sluice connects, the plain peer accepts. The peer is closed by whoever called. */
    static Mixed connectedToPlain(Loop loop) throws SocketException {
        try (PlainListener listener = PlainListener.open()) {
            Socket client = loop.port().socket(SocketType.TCP4);
            Connect connect = new Connect(client, listener.address());
            assertThat(loop.run(connect).status()).isEqualTo(Status.OK);
            return new Mixed(client, listener.accept());
        }
    }
}
