package dev.sluice.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.Status;
import dev.sluice.net.Datagrams.Datagram;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Datagrams between two sockets. */
class DatagramsTest extends NetTest {
    private Datagrams bound() throws NetException {
        return Datagrams.bind(Address.loopback(0), group);
    }

    @Test
    void datagramsKeepTheirBoundariesAndTellTheirSource() throws Exception {
        try (Datagrams one = bound(); Datagrams other = bound()) {
            byte[] text = "first second".getBytes(US_ASCII);
            one.send(text, 0, 5, other.localAddress());
            one.send(text, 0, 0, other.localAddress());
            one.send(text, 6, 6, other.localAddress());
            byte[] into = new byte[64];
            Datagram first = other.receive(into);
            assertThat(first).isEqualTo(new Datagram(5, one.localAddress(), false));
            assertThat(new String(into, 0, 5, US_ASCII)).isEqualTo("first");
            assertThat(other.receive(into).length()).isZero();
            assertThat(other.receive(into).length()).isEqualTo(6);
            assertThat(new String(into, 0, 6, US_ASCII)).isEqualTo("second");
        }
    }

    @Test
    void aDatagramThatIsTooLongIsCutAndSaysSo() throws Exception {
        try (Datagrams one = bound(); Datagrams other = bound()) {
            one.send(new byte[100], 0, 100, other.localAddress());
            assertThat(other.receive(new byte[10]))
                    .isEqualTo(new Datagram(10, one.localAddress(), true));
            assertThatThrownBy(() -> one.send(new byte[70_000], 0, 70_000, other.localAddress()))
                    .isInstanceOfSatisfying(NetException.class,
                            failure -> assertThat(failure.status())
                                    .isEqualTo(Status.MESSAGE_TOO_BIG));
        }
    }

    @Test
    void aConnectedSocketHearsItsPeerAlone() throws Exception {
        try (Datagrams one = bound(); Datagrams other = bound(); Datagrams third = bound()) {
            one.connect(other.localAddress());
            third.send(new byte[]{3}, 0, 1, one.localAddress());
            other.send(new byte[]{2}, 0, 1, one.localAddress());
            byte[] into = new byte[1];
            assertThat(one.receive(into).source()).isEqualTo(other.localAddress());
            assertThat(into[0]).isEqualTo((byte) 2);
            one.send(new byte[]{1}, 0, 1);
            assertThat(other.receive(into).source()).isEqualTo(one.localAddress());
        }
    }

    @Test
    void deadlinesHoldAndMove() throws Exception {
        try (Datagrams one = bound(); Datagrams other = bound()) {
            one.receiveDeadline(Duration.ofMillis(20));
            assertThatThrownBy(() -> one.receive(new byte[1]))
                    .isInstanceOf(DeadlineException.class)
                    .hasMessage("receive udp " + one.localAddress() + ": deadline exceeded");
            one.receiveDeadline(Duration.ofSeconds(60));
            CompletableFuture<Datagram> waiting = background(() -> one.receive(new byte[1]));
            one.receiveDeadline(Duration.ZERO);
            assertThat(failureOf(waiting)).isInstanceOf(DeadlineException.class);
            one.clearDeadline();
            other.send(new byte[1], 0, 1, one.localAddress());
            assertThat(one.receive(new byte[1]).length()).isEqualTo(1);
        }
    }

    @Test
    void closeAndInterruptEndAReceive() throws Exception {
        Datagrams one = bound();
        CompletableFuture<Thread> started = new CompletableFuture<>();
        CompletableFuture<Datagram> interrupted = background(() -> {
            started.complete(Thread.currentThread());
            return one.receive(new byte[1]);
        });
        result(started).interrupt();
        assertThat(failureOf(interrupted)).isInstanceOf(CancelledException.class);
        CompletableFuture<Datagram> waiting = background(() -> one.receive(new byte[1]));
        one.close();
        one.close();
        assertThat(failureOf(waiting)).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> one.send(new byte[1], 0, 1, Address.loopback(9)))
                .isInstanceOf(ClosedException.class);
    }
}
