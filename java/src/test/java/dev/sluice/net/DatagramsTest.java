package dev.sluice.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.Status;
import dev.sluice.conformance.Needs;
import dev.sluice.testing.OwnLoopback;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datagrams between two sockets. */
class DatagramsTest extends NetTest {
    private static final int RACES = 300;

    /** Under Wine each datagram takes many calls of Wine's server, each of which may be delayed. */
    private static final int ROUNDS = Needs.isWine() ? 40 : 200;

    private Datagrams bound() throws NetException {
        return Datagrams.bind(OwnLoopback.at(0), group);
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
    void aDatagramThatIsTooLongIsCutAndMarked() throws Exception {
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
    void whatStrangersSentBeforeTheConnectIsNotHeard() throws Exception {
        try (Datagrams one = bound(); Datagrams other = bound(); Datagrams third = bound()) {
            for (int i = 0; i < 20; i++) {
                third.send(new byte[]{3}, 0, 1, one.localAddress());
            }
            other.send(new byte[]{2}, 0, 1, one.localAddress());
            third.send(new byte[]{3}, 0, 1, one.localAddress());
            one.connect(other.localAddress());
            other.send(new byte[]{4}, 0, 1, one.localAddress());
            byte[] into = new byte[1];
            for (byte expected : new byte[]{2, 4}) {
                assertThat(one.receive(into).source()).isEqualTo(other.localAddress());
                assertThat(into[0]).isEqualTo(expected);
            }
            one.receiveDeadline(Duration.ofMillis(20));
            assertThatThrownBy(() -> one.receive(into)).isInstanceOf(DeadlineException.class);
        }
    }

    @Test
    void whatStrangersSentToAUnixSocketBeforeItsConnectIsNotHeard(@TempDir Path folder)
            throws Exception {
        Needs.linux("Unix sockets");
        try (Datagrams one = Datagrams.bind(Address.unix(folder.resolve("one")), group);
                Datagrams other = Datagrams.bind(Address.unix(folder.resolve("other")), group);
                Datagrams third = Datagrams.bind(Address.unix(folder.resolve("third")), group)) {
            third.send(new byte[]{3}, 0, 1, one.localAddress());
            other.send(new byte[]{2}, 0, 1, one.localAddress());
            one.connect(other.localAddress());
            byte[] into = new byte[1];
            assertThat(one.receive(into).source()).isEqualTo(other.localAddress());
            assertThat(into[0]).isEqualTo((byte) 2);
        }
    }

    @Test
    void everyAddressIsThoseOfIpv4Too() throws Exception {
        try (Datagrams all = Datagrams.bind(":0", group, Resolver.SYSTEM);
                Datagrams four = bound()) {
            Address there = Address.loopback(all.localAddress().port());
            four.send(new byte[1], 0, 1, there);
            Address source = all.receive(new byte[1]).source();
            assertThat(source).isEqualTo(four.localAddress());
            all.send(new byte[1], 0, 1, source);
            assertThat(four.receive(new byte[1]).source()).isEqualTo(there);
            all.connect(four.localAddress());
            all.send(new byte[1], 0, 1);
            assertThat(four.receive(new byte[1]).source()).isEqualTo(there);
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

    @Test
    void aDatagramThatMeetsADeadlineOrAnInterruptIsNotLost() throws Exception {
        try (Datagrams one = bound(); Datagrams other = bound()) {
            Address to = other.localAddress();
            byte[] into = new byte[2];
            for (int round = 0; round < RACES; round++) {
                byte[] number = {(byte) round, (byte) (round >> 8)};
                Thread receiver = Thread.currentThread();
                CompletableFuture<Void> sent = background(() -> {
                    one.send(number, 0, 2, to);
                    receiver.interrupt();
                    return null;
                });
                Datagram received = null;
                while (received == null) {
                    other.receiveDeadline(Duration.ofNanos((round % 50 + 1) * 10_000L));
                    try {
                        received = other.receive(into);
                    } catch (DeadlineException | CancelledException metIt) {
                        // The next receive finds it; an interrupt would end that one too.
                        Thread.interrupted();
                    }
                }
                assertThat(received).isEqualTo(new Datagram(2, one.localAddress(), false));
                assertThat(into).isEqualTo(number);
                while (!sent.isDone()) {
                    Thread.onSpinWait();
                }
                sent.join();
                // It may have come after the datagram.
                Thread.interrupted();
            }
        }
    }

    @Test
    void closesThatMeetReceivesEndThem() throws Exception {
        for (int round = 0; round < RACES; round++) {
            Datagrams one = bound();
            CompletableFuture<Datagram> waiting = background(() -> one.receive(new byte[1]));
            LockSupport.parkNanos(round * 100L);
            one.close();
            assertThat(failureOf(waiting)).isInstanceOf(ClosedException.class);
        }
        TestPorts.awaitIdle(group);
    }

    @Test
    void theEndOfTheGroupEndsAReceive() throws Exception {
        Datagrams one = bound();
        CompletableFuture<Thread> started = new CompletableFuture<>();
        CompletableFuture<Datagram> waiting = background(() -> {
            started.complete(Thread.currentThread());
            return one.receive(new byte[1]);
        });
        result(started);
        group.close();
        assertThat(failureOf(waiting)).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> one.send(new byte[1], 0, 1, Address.loopback(9)))
                .isInstanceOf(ClosedException.class);
        one.close();
    }

    @Test
    void manyAnswersGoToThoseWhoAsked() throws Exception {
        CompletableFuture<Void> serving;
        try (Datagrams server = bound()) {
            serving = background(() -> {
                byte[] buffer = new byte[64];
                while (true) {
                    Datagram asked = server.receive(buffer);
                    server.send(buffer, 0, asked.length(), asked.source());
                }
            });
            List<CompletableFuture<Void>> clients = new ArrayList<>();
            for (int i = 1; i <= 16; i++) {
                int length = i;
                clients.add(background(() -> {
                    try (Datagrams client = bound()) {
                        for (int round = 0; round < ROUNDS; round++) {
                            client.send(new byte[length], 0, length, server.localAddress());
                            assertThat(client.receive(new byte[64])).isEqualTo(
                                    new Datagram(length, server.localAddress(), false));
                        }
                        return null;
                    }
                }));
            }
            for (CompletableFuture<Void> client : clients) {
                result(client);
            }
        }
        assertThat(failureOf(serving)).isInstanceOf(ClosedException.class);
    }

    @Test
    void aSendWithoutAPeerFailsAndNamesTheRemedy() throws Exception {
        try (Datagrams one = bound()) {
            assertThatThrownBy(() -> one.send(new byte[1], 0, 1))
                    .isInstanceOfSatisfying(NetException.class,
                            failure -> assertThat(failure.status())
                                    .isEqualTo(Status.NOT_CONNECTED))
                    .hasMessage("send udp " + one.localAddress() + ": not connected");
            assertThatThrownBy(() -> one.send(new byte[1], 0, 2, Address.loopback(9)))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aPeerThatDoesNotListenRefuses() throws Exception {
        Needs.linux("a datagram to a closed port is refused there");
        try (Datagrams one = bound()) {
            Address closed;
            try (Datagrams other = bound()) {
                closed = other.localAddress();
            }
            one.connect(closed);
            one.send(new byte[1], 0, 1);
            assertThatThrownBy(() -> one.receive(new byte[1]))
                    .isInstanceOfSatisfying(NetException.class,
                            failure -> assertThat(failure.status()).isEqualTo(Status.REFUSED));
        }
    }

    @Test
    void aUnixSenderWaitsForAFullReceiver(@TempDir Path folder) throws Exception {
        Needs.linux("Unix sockets");
        int count = 2000;
        try (Datagrams receiver = Datagrams.bind(Address.unix(folder.resolve("r")), group);
                Datagrams sender = Datagrams.bind(Address.unix(folder.resolve("s")), group)) {
            CompletableFuture<Void> sending = background(() -> {
                for (int i = 0; i < count; i++) {
                    sender.send(new byte[1000], 0, i % 1000, receiver.localAddress());
                }
                return null;
            });
            byte[] into = new byte[1000];
            for (int i = 0; i < count; i++) {
                assertThat(receiver.receive(into).length()).isEqualTo(i % 1000);
            }
            result(sending);
        }
    }
}
