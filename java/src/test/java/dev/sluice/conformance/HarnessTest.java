package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Close;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Status;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The suite's own tools work, and with them the simplest exchange. */
@Tag("aarch64")
class HarnessTest extends ConformanceTest {
    @Test
    void bytesGoBothWaysBetweenTwoSockets() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Event sent = loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 1000)));
        assertThat(sent.status()).isEqualTo(Status.OK);
        assertThat(sent.bytes()).isEqualTo(1000);
        Event received = loop.run(new Receive(pair.server()));
        assertThat(received.status()).isEqualTo(Status.OK);
        assertThat(received.bytes()).isEqualTo(1000);
        Pattern.check(received.data(), 0);
        loop.run(new Send(pair.server()).buffer(Pattern.allocate(port, 1)));
        assertThat(loop.run(new Receive(pair.client())).bytes()).isEqualTo(1);
    }

    @Test
    void bytesGoToAPlainPeerAndBack() throws Exception {
        Pairs.Mixed accepted = Pairs.accepted(loop);
        PlainPeer peer = closeLater(accepted.peer());
        peer.write("hello");
        assertThat(loop.run(new Receive(accepted.socket())).text()).isEqualTo("hello");
        loop.run(new Send(accepted.socket()).buffer(Pattern.allocate(port, 100_000)));
        loop.submit(Close.immediate(accepted.socket()));
        assertThat(loop.await(peer.readPattern()))
                .isEqualTo(new PlainPeer.Seen(100_000, PlainPeer.End.EOF, ""));
    }

    @Test
    void aPlainListenerIsReached() throws Exception {
        Pairs.Mixed connected = Pairs.connectedToPlain(loop);
        PlainPeer peer = closeLater(connected.peer());
        peer.write("hello");
        peer.shutdownSend();
        Receive receive = new Receive(connected.socket());
        assertThat(loop.run(receive).text()).isEqualTo("hello");
        assertThat(loop.run(receive).status()).isEqualTo(Status.EOF);
    }
}
