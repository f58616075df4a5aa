package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Connect;
import dev.sluice.Linger;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.Socket;
import dev.sluice.SocketException;
import dev.sluice.SocketOption;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.TcpInfo;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings of sockets, as the system keeps them, and what it says of a connection. */
class OptionsTest extends ConformanceTest {
    private static void setAndGet(Socket socket, SocketOption<Boolean> option)
            throws SocketException {
        for (boolean value : new boolean[]{true, false, true}) {
            assertThat(socket.set(option, value).get(option)).as("%s", option).isEqualTo(value);
        }
    }

    private static <T> void isUnsupported(Socket socket, SocketOption<T> option, T value) {
        assertThatThrownBy(() -> socket.set(option, value))
                .isInstanceOfSatisfying(SocketException.class, failure -> {
                    assertThat(failure.status()).as("%s", option).isEqualTo(Status.UNSUPPORTED);
                    assertThat(failure).hasMessageContaining(option.toString());
                });
    }

    @Test
    void flagsAreSetAndRead() throws Exception {
        Needs.linux("the options of its TCP");
        Socket tcp = port.socket(SocketType.TCP4);
        for (SocketOption<Boolean> option : List.of(SocketOption.REUSEADDR, SocketOption.REUSEPORT,
                SocketOption.NODELAY, SocketOption.KEEPALIVE, SocketOption.BROADCAST)) {
            setAndGet(tcp, option);
        }
        setAndGet(port.socket(SocketType.UDP4), SocketOption.BROADCAST);
        setAndGet(port.socket(SocketType.TCP6), SocketOption.V6ONLY);
        setAndGet(port.socket(SocketType.UDP6), SocketOption.V6ONLY);
        Pairs.Pair pair = Pairs.connected(loop);
        assertThat(pair.client().set(SocketOption.QUICKACK, false).get(SocketOption.QUICKACK))
                .isFalse();
    }

    @Test
    void numbersAreSetAndRead() throws Exception {
        Needs.linux("the options of its TCP");
        Socket tcp = port.socket(SocketType.TCP4);
        assertThat(tcp.set(SocketOption.KEEPALIVE_IDLE, 77).get(SocketOption.KEEPALIVE_IDLE))
                .isEqualTo(77);
        assertThat(tcp.set(SocketOption.KEEPALIVE_INTERVAL, 7)
                .get(SocketOption.KEEPALIVE_INTERVAL)).isEqualTo(7);
        assertThat(tcp.set(SocketOption.KEEPALIVE_COUNT, 3).get(SocketOption.KEEPALIVE_COUNT))
                .isEqualTo(3);
        assertThat(tcp.set(SocketOption.USER_TIMEOUT, 1234).get(SocketOption.USER_TIMEOUT))
                .isEqualTo(1234);
        assertThat(tcp.set(SocketOption.USER_TIMEOUT, 0).get(SocketOption.USER_TIMEOUT)).isZero();
        assertThat(tcp.set(SocketOption.NOTSENT_LOWAT, 8192).get(SocketOption.NOTSENT_LOWAT))
                .isEqualTo(8192);
        assertThat(tcp.set(SocketOption.FASTOPEN, 16).get(SocketOption.FASTOPEN)).isEqualTo(16);
        // Linux keeps twice what was asked for.
        assertThat(tcp.set(SocketOption.SNDBUF, 20_000).get(SocketOption.SNDBUF))
                .isGreaterThanOrEqualTo(20_000);
        assertThat(tcp.set(SocketOption.RCVBUF, 20_000).get(SocketOption.RCVBUF))
                .isGreaterThanOrEqualTo(20_000);
    }

    @Test
    void lingerIsSetAndReadInAllItsForms() throws Exception {
        Socket tcp = port.socket(SocketType.TCP4);
        assertThat(tcp.get(SocketOption.LINGER)).isEqualTo(Linger.OFF);
        for (Linger linger : List.of(Linger.seconds(0), Linger.seconds(5), Linger.OFF)) {
            assertThat(tcp.set(SocketOption.LINGER, linger).get(SocketOption.LINGER))
                    .isEqualTo(linger);
        }
    }

    @ParameterizedTest
    @CsvSource({"KEEPALIVE_IDLE, 0", "KEEPALIVE_COUNT, 0", "SNDBUF, 0", "RCVBUF, -1",
        "USER_TIMEOUT, -1", "NOTSENT_LOWAT, -1", "FASTOPEN, -1"})
    void aNumberOutOfBoundsIsNamed(String name, int value) throws Exception {
        Socket tcp = port.socket(SocketType.TCP4);
        SocketOption<Integer> option = switch (name) {
            case "KEEPALIVE_IDLE" -> SocketOption.KEEPALIVE_IDLE;
            case "KEEPALIVE_COUNT" -> SocketOption.KEEPALIVE_COUNT;
            case "SNDBUF" -> SocketOption.SNDBUF;
            case "RCVBUF" -> SocketOption.RCVBUF;
            case "USER_TIMEOUT" -> SocketOption.USER_TIMEOUT;
            case "NOTSENT_LOWAT" -> SocketOption.NOTSENT_LOWAT;
            default -> SocketOption.FASTOPEN;
        };
        assertThatThrownBy(() -> tcp.set(option, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("of " + value + ": use ");
    }

    @Test
    void anOptionOfAnotherKindOfSocketIsUnsupportedByName() throws Exception {
        Needs.linux("which options a socket lacks");
        Socket unix = port.socket(SocketType.UNIX_STREAM);
        isUnsupported(unix, SocketOption.NODELAY, true);
        isUnsupported(unix, SocketOption.USER_TIMEOUT, 1);
        isUnsupported(unix, SocketOption.V6ONLY, true);
        Socket udp = port.socket(SocketType.UDP4);
        isUnsupported(udp, SocketOption.NODELAY, true);
        isUnsupported(udp, SocketOption.KEEPALIVE_IDLE, 1);
        isUnsupported(port.socket(SocketType.TCP4), SocketOption.V6ONLY, true);
        assertThatThrownBy(() -> udp.get(SocketOption.NOTSENT_LOWAT))
                .isInstanceOfSatisfying(SocketException.class, failure -> {
                    assertThat(failure.status()).isEqualTo(Status.UNSUPPORTED);
                    assertThat(failure).hasMessageContaining("NOTSENT_LOWAT");
                });
    }

    // ---- TCP_INFO ----------------------------------------------------------------------------------

    @Test
    void theSendQueueIsKnownAlsoOfAUnixSocket() throws Exception {
        Needs.linux("elsewhere only what is on its way is told, or nothing");
        Address name = Address.unixAbstract("sluice-test-" + System.nanoTime());
        for (Address at : List.of(Address.loopback(0), name)) {
            Pairs.Pair pair = Pairs.connected(loop, at);
            assertThat(pair.client().unacknowledgedBytes()).isZero();
            while (pair.client().trySend(Pattern.allocate(port, 10_000)) > 0) {
                Thread.onSpinWait();
            }
            long full = pair.client().unacknowledgedBytes();
            assertThat(full).isPositive();
            while (pair.server().tryReceive(port.allocate(64 * 1024)) > 0) {
                Thread.onSpinWait();
            }
            loop.until("room", () -> pair.client().unacknowledgedBytes() < full);
        }
    }

    @Test
    void tcpInfoOfALiveConnectionIsPlausible() throws Exception {
        Needs.nativeX86("TCP_INFO of Linux");
        Needs.linux("TCP_INFO");
        Pairs.Pair pair = Pairs.narrow(loop, 8192);
        for (int i = 0; i < 20; i++) {
            loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 100)));
            loop.run(new Receive(pair.server()));
        }
        TcpInfo idle = pair.client().tcpInfo();
        assertThat(idle.state()).as("TCP_ESTABLISHED").isEqualTo(1);
        assertThat(idle.roundTripMicros()).isBetween(1L, 10_000_000L);
        assertThat(idle.roundTripVarianceMicros()).isBetween(0L, 10_000_000L);
        assertThat(idle.congestionWindowBytes()).isPositive();
        assertThat(idle.retransmits()).isGreaterThanOrEqualTo(0);
        assertThat(idle.bytesUnsent()).isZero();

        Send send = loop.submit(new Send(pair.client()).buffer(Pattern.allocate(port, 1 << 20)));
        loop.pollFor(Duration.ofMillis(20));
        assertThat(send.isPending()).isTrue();
        TcpInfo full = pair.client().tcpInfo();
        assertThat(full.bytesUnacknowledged()).isPositive();
        assertThat(full.bytesUnsent()).isBetween(0L, full.bytesUnacknowledged());

        loop.run(Shutdown.send(pair.server()));
        loop.run(new Receive(pair.client()));
        assertThat(pair.client().tcpInfo().state()).as("TCP_CLOSE_WAIT").isEqualTo(8);
    }

    @Test
    void tcpInfoOfOtherSocketsIsUnsupported() throws Exception {
        Needs.linux("TCP_INFO");
        for (SocketType type : List.of(SocketType.UDP4, SocketType.UNIX_STREAM)) {
            Socket socket = port.socket(type);
            assertThatThrownBy(socket::tcpInfo)
                    .isInstanceOfSatisfying(SocketException.class, failure -> {
                        assertThat(failure.status()).isEqualTo(Status.UNSUPPORTED);
                        assertThat(failure).hasMessageContaining("TCP_INFO");
                    });
        }
    }

    // ---- options that change what happens ------------------------------------------------------------

    @Test
    void notsentLowatKeepsTheQueueOfUnsentBytesShort() throws Exception {
        Needs.nativeX86("TCP_NOTSENT_LOWAT and TCP_INFO");
        Needs.linux("TCP_NOTSENT_LOWAT");
        Pairs.Pair plain = Pairs.connected(loop);
        Pairs.Pair low = Pairs.connected(loop);
        low.client().set(SocketOption.NOTSENT_LOWAT, 16 * 1024);
        var bytes = port.allocate(64 * 1024);
        fill(plain.client(), bytes);
        fill(low.client(), bytes);
        long unsent = low.client().tcpInfo().bytesUnsent();
        assertThat(unsent).isLessThan(plain.client().tcpInfo().bytesUnsent());
        // Sends of operations go on all the same, as far as the peer reads.
        PatternSender sender = PatternSender.of(
                Pairs.connected(loop).client().set(SocketOption.NOTSENT_LOWAT, 16 * 1024),
                100_000, 100_000);
        sender.start();
        loop.until("all to be sent", sender::isDone);
    }

    private static void fill(Socket socket, MemorySegment bytes)
            throws SocketException {
        long sent = 0;
        while (sent != Socket.WOULD_BLOCK) {
            sent = socket.trySend(bytes);
        }
    }

    @Test
    void fastOpenCarriesTheFirstBytesOrConnectsAsUsual() throws Exception {
        Needs.linux("TCP_FASTOPEN_CONNECT");
        Needs.nativeX86("TCP_FASTOPEN_CONNECT");
        Socket listener = port.listen(OwnLoopback.at(0)).set(SocketOption.FASTOPEN, 16);
        // With or without a cookie: the first connection may be given one, the next may use it.
        for (int i = 0; i < 3; i++) {
            Socket client = port.socket(SocketType.TCP4);
            client.set(SocketOption.FASTOPEN_CONNECT, true);
            Connect connect = new Connect(client, listener.localAddress());
            assertThat(loop.run(connect).status()).isEqualTo(Status.OK);
            Accept accept = loop.submit(new Accept(listener));
            Send send = loop.submit(new Send(client).buffer(Pattern.allocate(port, 100_000)));
            Socket server = loop.await(accept).accepted();
            loop.submit(Shutdown.send(client));
            PatternReceiver receiver = PatternReceiver.pooled(server).start();
            loop.until("the end", receiver::isDone);
            assertThat(receiver.received()).isEqualTo(100_000);
            assertThat(loop.await(send).status()).isEqualTo(Status.OK);
        }
    }

    @Test
    void thatNobodyListensIsToldToAFastOpen() throws Exception {
        Needs.linux("TCP_FASTOPEN_CONNECT");
        Needs.nativeX86("TCP_FASTOPEN_CONNECT");
        Address nobody = Nobody.listensAt(port);
        Socket client = port.socket(SocketType.TCP4).set(SocketOption.FASTOPEN_CONNECT, true);
        Event connected = loop.run(new Connect(client, nobody));
        // Without a cookie of this host the kernel connects at once, and nothing is put off.
        if (connected.status() == Status.OK) {
            Send send = new Send(client).buffer(Pattern.allocate(port, 10));
            assertThat(loop.run(send).status()).isIn(Status.REFUSED, Status.BROKEN_PIPE);
        } else {
            assertThat(connected.status()).isEqualTo(Status.REFUSED);
        }
    }
}
