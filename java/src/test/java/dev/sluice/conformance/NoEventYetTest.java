package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.Delay;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.ReceiveFrom;
import dev.sluice.Send;
import dev.sluice.SendFile;
import dev.sluice.SendTo;
import dev.sluice.SendVectored;
import dev.sluice.Shutdown;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an operation says of itself before its first event: not that it succeeded. */
class NoEventYetTest extends ConformanceTest {
    private static void assertNoStatus(Operation<?> operation) {
        assertThat(operation.isOk()).as("%s", operation).isFalse();
        assertThat(operation.hasMore()).isFalse();
        assertThat(operation.nativeCode()).isZero();
        assertThatThrownBy(operation::status).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has had no event");
        assertThatThrownBy(operation::failure).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has had no event");
    }

    @Test
    void anOperationThatWasNeverSubmittedHasNoStatus() throws Exception {
        NativeSocket stream = port.socket(SocketType.TCP4);
        NativeSocket datagrams = port.datagrams(OwnLoopback.at(0));
        Delay timer = new Delay(Duration.ofSeconds(1));
        List<Operation<?>> all = List.of(
                new Accept(stream), Close.immediate(stream),
                Close.graceful(stream, Duration.ofSeconds(1)), Close.abort(stream),
                new Connect(stream, Address.loopback(1)), Readiness.readable(stream),
                new Receive(stream), new ReceiveFrom(datagrams), new Send(stream),
                new SendTo(datagrams), new SendFile(stream), new SendVectored(stream, 2),
                Shutdown.send(stream), timer);
        for (Operation<?> operation : all) {
            assertNoStatus(operation);
            assertThat(operation.toString()).endsWith("(not submitted)");
        }
        Send send = new Send(stream).buffer(port.allocate(8).segment());
        assertThat(send.isComplete()).isFalse();
        assertThat(send.bytes()).isZero();
    }

    @Test
    void norHasOneThatIsPendingForTheFirstTime() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = new Receive(pair.server());
        port.submit(receive);
        assertNoStatus(receive);
        assertThat(receive.toString()).endsWith("(pending)");
        Close close = Close.graceful(pair.client(), Duration.ofSeconds(60));
        port.submit(close);
        assertNoStatus(close);
        loop.until("the end of the peer", () -> !receive.isPending());
        assertThat(receive.status()).isEqualTo(Status.EOF);
        port.submit(receive);
        assertThat(receive.status()).as("of the event before").isEqualTo(Status.EOF);
        loop.run(Close.immediate(pair.server()));
        loop.until("both ends", () -> !close.isPending() && !receive.isPending());
        assertThat(close.status()).isEqualTo(Status.OK);
    }
}
