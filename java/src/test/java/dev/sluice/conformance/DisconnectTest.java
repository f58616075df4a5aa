package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Address;
import dev.sluice.Capabilities;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.Disconnect;
import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SendTo;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** DISCONNECT gives a socket back for another connection where the system has that. */
@Tag("aarch64")
class DisconnectTest extends ConformanceTest {
    @Test
    void aTcpSocketIsReusedWhereTheSystemHasItAndElsewhereItIsUnsupported() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Event ended = loop.run(new Disconnect(pair.client()));
        if (reusesTcp()) {
            assertThat(ended.status()).isEqualTo(Status.OK);
            assertThat(loop.run(new Receive(pair.server())).status()).isEqualTo(Status.EOF);
            NativeSocket listener = port.listen(OwnLoopback.at(0));
            Connect again = new Connect(pair.client(), listener.localAddress());
            assertThat(loop.run(again).status()).isEqualTo(Status.OK);
            return;
        }
        assertThat(ended.status()).isEqualTo(Status.UNSUPPORTED);
        // Nothing happened to the connection.
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 10)));
        assertThat(loop.run(new Receive(pair.server())).bytes()).isEqualTo(10);
    }

    private boolean reusesTcp() {
        return Capabilities.report().stream()
                .filter(support -> support.backend() == backend)
                .flatMap(support -> support.features().stream())
                .anyMatch(f -> f.name().contains("DISCONNECT") && f.available());
    }

    @Test
    void aDatagramSocketTakesFromEverybodyAgain() throws Exception {
        Needs.linux("Windows has no disconnect of datagram sockets by an operation");
        NativeSocket one = port.datagrams(OwnLoopback.at(0));
        NativeSocket other = port.datagrams(OwnLoopback.at(0));
        NativeSocket socket = port.socket(SocketType.UDP4).bind(OwnLoopback.at(0));
        assertThat(loop.run(new Connect(socket, one.localAddress())).status()).isEqualTo(Status.OK);
        loop.run(new Send(socket).buffer(Pattern.allocate(port, 1)));
        assertThat(loop.run(new Receive(one)).bytes()).isEqualTo(1);
        Address local = socket.localAddress();

        assertThat(loop.run(new Disconnect(socket)).status()).isEqualTo(Status.OK);
        assertThat(socket.state()).isEqualTo(NativeSocket.State.OPEN);
        if (socket.localAddress().port() == 0) {
            socket.bind(local);
        }
        SendTo stranger = new SendTo(other).buffer(Pattern.allocate(port, 2));
        assertThat(loop.run(stranger.to(local)).status()).isEqualTo(Status.OK);
        assertThat(loop.run(new Receive(socket)).bytes()).isEqualTo(2);

        assertThat(loop.run(new Connect(socket, other.localAddress())).status())
                .isEqualTo(Status.OK);
        loop.run(new Send(socket).buffer(Pattern.allocate(port, 3)));
        assertThat(loop.run(new Receive(other)).bytes()).isEqualTo(3);
    }

    @Test
    void aLocalPortThatWasBoundByNumberStays() throws Exception {
        Needs.linux("Windows has no disconnect of datagram sockets by an operation");
        NativeSocket chosen = port.datagrams(OwnLoopback.at(0));
        Address local = chosen.localAddress();
        loop.run(Close.immediate(chosen));
        NativeSocket socket = port.datagrams(local);
        NativeSocket other = port.datagrams(OwnLoopback.at(0));
        loop.run(new Connect(socket, other.localAddress()));
        assertThat(loop.run(new Disconnect(socket)).status()).isEqualTo(Status.OK);
        assertThat(socket.localAddress()).isEqualTo(local);
    }

    @Test
    void anUnconnectedSocketFailsToDisconnectAndStaysUsable() throws Exception {
        NativeSocket socket = port.datagrams(OwnLoopback.at(0));
        assertThat(loop.run(new Disconnect(socket)).status()).isEqualTo(Status.NOT_CONNECTED);
        SendTo toItself = new SendTo(socket).buffer(Pattern.allocate(port, 4));
        loop.run(toItself.to(socket.localAddress()));
        assertThat(loop.run(new Receive(socket)).bytes()).isEqualTo(4);
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        assertThat(loop.run(new Disconnect(listener)).status()).isEqualTo(Status.NOT_CONNECTED);
        assertThat(Pairs.connect(loop, listener).server().isOpen()).isTrue();
    }
}
