package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.conformance.PlainPeer.Kind;
import dev.sluice.testing.OwnLoopback;

/** Makes connections. */
final class Pairs {
    private Pairs() {}

    /** A connection whose ends are both Sluice's, its listener closed again. */
    record Pair(NativeSocket client, NativeSocket server) {}

    /** A connection whose one end is Sluice's and whose other end is a plain java.net.Socket. */
    record Mixed(NativeSocket socket, PlainPeer peer) {}

    /** Which end of a connection is Sluice's when the other is a plain peer. */
    enum Side {
        /** Sluice listens and accepts. */
        ACCEPTED,
        /** Sluice connects. */
        CONNECTED
    }

    /** A connection to a plain peer, which the caller closes. */
    static Mixed mixed(Loop loop, Side side) throws SystemCallException {
        return side == Side.ACCEPTED ? accepted(loop) : connectedToPlain(loop);
    }

    /**
     * As {@link #mixed}, with a local port that nobody else has: bound by itself and without
     * REUSEADDR, so that no TIME_WAIT of other connections lies on it.
     */
    static Mixed onPortOfItsOwn(Loop loop, Side side) throws SystemCallException {
        NativeSocket bound = loop.port().socket(SocketType.TCP4).bind(OwnLoopback.at(0));
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
    static Pair connected(Loop loop) throws SystemCallException {
        return connected(loop, OwnLoopback.at(0));
    }

    /** A stream connection to a listener at the address: IPv4, IPv6 or Unix. */
    static Pair connected(Loop loop, Address at) throws SystemCallException {
        NativeSocket listener = loop.port().listen(at);
        Pair pair = connect(loop, listener);
        loop.run(Close.immediate(listener));
        return pair;
    }

    /** A connection to a listener, which stays open. */
    static Pair connect(Loop loop, NativeSocket listener) throws SystemCallException {
        Address address = listener.localAddress();
        Accept accept = loop.submit(new Accept(listener));
        NativeSocket client = loop.port().socket(SocketType.streamFor(address));
        assertThat(loop.run(new Connect(client, address)).status()).isEqualTo(Status.OK);
        Event accepted = loop.await(accept);
        assertThat(accepted.status()).isEqualTo(Status.OK);
        return new Pair(client, accepted.accepted());
    }

    /**
     * A connection that can hold few bytes in flight, so that sends of some 100 KB wait for the
     * reader. The sizes are set before the connection is made, which is when they count.
     *
     * <p>Where pages of files or memory that is sent without a copy fill a buffer of 4 KiB, Linux
     * shrinks the receive window to less than one segment; the sender then moves 1,792 bytes each
     * 200 ms. Tests of such sends take 16 KiB or more.
     */
    static Pair narrow(Loop loop, int bufferBytes) throws SystemCallException {
        NativeSocket listener = loop.port().listen(OwnLoopback.at(0));
        listener.set(SockOpt.RCVBUF, bufferBytes).set(SockOpt.SNDBUF, bufferBytes);
        Accept accept = loop.submit(new Accept(listener));
        NativeSocket client = loop.port().socket(SocketType.TCP4);
        client.set(SockOpt.RCVBUF, bufferBytes).set(SockOpt.SNDBUF, bufferBytes);
        Connect connect = new Connect(client, listener.localAddress());
        assertThat(loop.run(connect).status()).isEqualTo(Status.OK);
        Event accepted = loop.await(accept);
        assertThat(accepted.status()).isEqualTo(Status.OK);
        loop.run(Close.immediate(listener));
        return new Pair(client, accepted.accepted());
    }

    /** Sluice accepts, the plain peer connects. The caller closes the peer. */
    static Mixed accepted(Loop loop) throws SystemCallException {
        return accepted(loop, Kind.WATCHES);
    }

    /** As {@link #accepted(Loop)}, with a peer that can reset. */
    static Mixed acceptedResetting(Loop loop) throws SystemCallException {
        return accepted(loop, Kind.RESETS);
    }

    private static Mixed accepted(Loop loop, Kind kind) throws SystemCallException {
        NativeSocket listener = loop.port().listen(OwnLoopback.at(0));
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
    static Mixed narrowMixed(Loop loop, int bufferBytes) throws SystemCallException {
        return narrowMixed(loop, bufferBytes, Kind.WATCHES);
    }

    /** As {@link #narrowMixed(Loop, int)}, with a peer that can reset. */
    static Mixed narrowResetting(Loop loop, int bufferBytes) throws SystemCallException {
        return narrowMixed(loop, bufferBytes, Kind.RESETS);
    }

    private static Mixed narrowMixed(Loop loop, int bufferBytes, Kind kind)
            throws SystemCallException {
        try (PlainListener listener = PlainListener.open(bufferBytes, kind)) {
            NativeSocket client = loop.port().socket(SocketType.TCP4);
            client.set(SockOpt.SNDBUF, bufferBytes).bind(OwnLoopback.at(0));
            Connect connect = new Connect(client, listener.address());
            assertThat(loop.run(connect).status()).isEqualTo(Status.OK);
            return new Mixed(client, listener.accept());
        }
    }

    /** Sluice connects, the plain peer accepts. The caller closes the peer. */
    static Mixed connectedToPlain(Loop loop) throws SystemCallException {
        try (PlainListener listener = PlainListener.open()) {
            NativeSocket client = loop.port().socket(SocketType.TCP4);
            Connect connect = new Connect(client, listener.address());
            assertThat(loop.run(connect).status()).isEqualTo(Status.OK);
            return new Mixed(client, listener.accept());
        }
    }
}
