package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Backend;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers on different backends: each sees of the other what the contract says. */
class MixedBackendsTest extends ConformanceTest {
    private static final int MIB = 1 << 20;

    private Loop other;
    private NativeSocket ours;
    private NativeSocket theirs;

    private void connectTo(Backend peer) throws Exception {
        other = openLoop(peer, options());
        loop.alongside(other);
        other.alongside(loop);
        NativeSocket listener = other.port().listen(OwnLoopback.at(0));
        Accept accept = other.submit(new Accept(listener));
        ours = port.socket(SocketType.TCP4);
        assertThat(loop.run(new Connect(ours, listener.localAddress())).status())
                .isEqualTo(Status.OK);
        theirs = other.await(accept).accepted();
        other.run(Close.immediate(listener));
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.conformance.BackendsUnderTest#all")
    void gracefulDeliversAllAndTheAnswerOfTheOther(Backend peer) throws Exception {
        connectTo(peer);
        loop.submit(new Send(ours).buffer(Pattern.allocate(port, MIB)));
        Close close = loop.submit(Close.graceful(ours, Duration.ofSeconds(30)));
        Receive receive = new Receive(theirs);
        long received = 0;
        Event event = other.run(receive);
        while (event.status() == Status.OK) {
            Pattern.check(event.data(), received);
            received += event.bytes();
            event = other.run(receive);
        }
        assertThat(event.status()).isEqualTo(Status.EOF);
        assertThat(received).isEqualTo(MIB);
        assertThat(other.run(Close.graceful(theirs, Duration.ofSeconds(30))).status())
                .isEqualTo(Status.OK);
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.conformance.BackendsUnderTest#all")
    void abortIsAResetThere(Backend peer) throws Exception {
        connectTo(peer);
        Receive receive = other.submit(new Receive(theirs));
        other.pollFor(Duration.ofMillis(20));
        assertThat(loop.run(Close.abort(ours)).status()).isEqualTo(Status.OK);
        assertThat(other.await(receive).status()).isEqualTo(Status.RESET);
        assertThat(other.run(receive).status()).isEqualTo(Status.RESET);
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.conformance.BackendsUnderTest#all")
    void bytesGoBothWaysAtOnce(Backend peer) throws Exception {
        connectTo(peer);
        Send there = loop.submit(new Send(ours).buffer(Pattern.allocate(port, 4L * MIB)));
        Send here = other.submit(new Send(theirs).buffer(Pattern.allocate(other.port(), 4L * MIB)));
        PatternReceiver atThem = PatternReceiver.pooled(theirs).start();
        PatternReceiver atUs = PatternReceiver.pooled(ours).start();
        loop.until("both streams",
                () -> atThem.received() == 4L * MIB && atUs.received() == 4L * MIB);
        assertThat(loop.await(there).status()).isEqualTo(Status.OK);
        assertThat(other.await(here).status()).isEqualTo(Status.OK);
    }
}
