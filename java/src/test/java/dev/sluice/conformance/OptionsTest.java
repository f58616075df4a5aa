package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.CompletionPort;
import dev.sluice.Connect;
import dev.sluice.Linger;
import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.TcpInfo;
import dev.sluice.internal.access.PortAccess;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings of sockets, as the system keeps them, and what it says of a connection. */
class OptionsTest extends ConformanceTest {
    private static void setAndGet(NativeSocket socket, SockOpt<Boolean> option)
            throws SystemCallException {
        for (boolean value : new boolean[]{true, false, true}) {
            assertThat(socket.set(option, value).get(option)).as("%s", option).isEqualTo(value);
        }
    }

    private static <T> void isUnsupported(NativeSocket socket, SockOpt<T> option, T value) {
        assertThatThrownBy(() -> socket.set(option, value))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> {
                    assertThat(failure.status()).as("%s", option).isEqualTo(Status.UNSUPPORTED);
                    assertThat(failure).hasMessageContaining(option.toString());
                });
    }

    @Test
    void flagsAreSetAndRead() throws Exception {
        Needs.linux("the options of its TCP");
        NativeSocket tcp = port.socket(SocketType.TCP4);
        for (SockOpt<Boolean> option : List.of(SockOpt.REUSEADDR, SockOpt.REUSEPORT,
                SockOpt.NODELAY, SockOpt.KEEPALIVE, SockOpt.BROADCAST)) {
            setAndGet(tcp, option);
        }
        setAndGet(port.socket(SocketType.UDP4), SockOpt.BROADCAST);
        setAndGet(port.socket(SocketType.TCP6), SockOpt.V6ONLY);
        setAndGet(port.socket(SocketType.UDP6), SockOpt.V6ONLY);
        Pairs.Pair pair = Pairs.connected(loop);
        assertThat(pair.client().set(SockOpt.QUICKACK, false).get(SockOpt.QUICKACK))
                .isFalse();
    }

    @Test
    void numbersAreSetAndRead() throws Exception {
        Needs.linux("the options of its TCP");
        NativeSocket tcp = port.socket(SocketType.TCP4);
        assertThat(tcp.set(SockOpt.KEEPALIVE_IDLE, 77).get(SockOpt.KEEPALIVE_IDLE))
                .isEqualTo(77);
        assertThat(tcp.set(SockOpt.KEEPALIVE_INTERVAL, 7)
                .get(SockOpt.KEEPALIVE_INTERVAL)).isEqualTo(7);
        assertThat(tcp.set(SockOpt.KEEPALIVE_COUNT, 3).get(SockOpt.KEEPALIVE_COUNT))
                .isEqualTo(3);
        assertThat(tcp.set(SockOpt.USER_TIMEOUT, 1234).get(SockOpt.USER_TIMEOUT))
                .isEqualTo(1234);
        assertThat(tcp.set(SockOpt.USER_TIMEOUT, 0).get(SockOpt.USER_TIMEOUT)).isZero();
        assertThat(tcp.set(SockOpt.NOTSENT_LOWAT, 8192).get(SockOpt.NOTSENT_LOWAT))
                .isEqualTo(8192);
        assertThat(tcp.set(SockOpt.FASTOPEN, 16).get(SockOpt.FASTOPEN)).isEqualTo(16);
        // Linux keeps twice what was asked for.
        assertThat(tcp.set(SockOpt.SNDBUF, 20_000).get(SockOpt.SNDBUF))
                .isGreaterThanOrEqualTo(20_000);
        assertThat(tcp.set(SockOpt.RCVBUF, 20_000).get(SockOpt.RCVBUF))
                .isGreaterThanOrEqualTo(20_000);
    }

    @Test
    void lingerIsSetAndReadInAllItsForms() throws Exception {
        NativeSocket tcp = port.socket(SocketType.TCP4);
        assertThat(tcp.get(SockOpt.LINGER)).isEqualTo(Linger.OFF);
        for (Linger linger : List.of(Linger.seconds(0), Linger.seconds(5), Linger.OFF)) {
            assertThat(tcp.set(SockOpt.LINGER, linger).get(SockOpt.LINGER))
                    .isEqualTo(linger);
        }
    }

    @ParameterizedTest
    @CsvSource({"KEEPALIVE_IDLE, 0", "KEEPALIVE_COUNT, 0", "SNDBUF, 0", "RCVBUF, -1",
        "USER_TIMEOUT, -1", "NOTSENT_LOWAT, -1", "FASTOPEN, -1"})
    void aNumberOutOfBoundsIsNamed(String name, int value) throws Exception {
        NativeSocket tcp = port.socket(SocketType.TCP4);
        SockOpt<Integer> option = switch (name) {
            case "KEEPALIVE_IDLE" -> SockOpt.KEEPALIVE_IDLE;
            case "KEEPALIVE_COUNT" -> SockOpt.KEEPALIVE_COUNT;
            case "SNDBUF" -> SockOpt.SNDBUF;
            case "RCVBUF" -> SockOpt.RCVBUF;
            case "USER_TIMEOUT" -> SockOpt.USER_TIMEOUT;
            case "NOTSENT_LOWAT" -> SockOpt.NOTSENT_LOWAT;
            default -> SockOpt.FASTOPEN;
        };
        assertThatThrownBy(() -> tcp.set(option, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("of " + value + ": use ");
    }

    @Test
    void anOptionOfAnotherKindOfSocketIsUnsupportedByName() throws Exception {
        Needs.linux("which options a socket lacks");
        NativeSocket unix = port.socket(SocketType.UNIX_STREAM);
        isUnsupported(unix, SockOpt.NODELAY, true);
        isUnsupported(unix, SockOpt.USER_TIMEOUT, 1);
        isUnsupported(unix, SockOpt.V6ONLY, true);
        NativeSocket udp = port.socket(SocketType.UDP4);
        isUnsupported(udp, SockOpt.NODELAY, true);
        isUnsupported(udp, SockOpt.KEEPALIVE_IDLE, 1);
        isUnsupported(port.socket(SocketType.TCP4), SockOpt.V6ONLY, true);
        assertThatThrownBy(() -> udp.get(SockOpt.NOTSENT_LOWAT))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> {
                    assertThat(failure.status()).isEqualTo(Status.UNSUPPORTED);
                    assertThat(failure).hasMessageContaining("NOTSENT_LOWAT");
                });
    }

    // ---- TCP_INFO ----------------------------------------------------------------------------------

    @Test
    void theSendQueueIsKnownAlsoOfAUnixSocket() throws Exception {
        Needs.linux("elsewhere only what is on its way is reported, or nothing");
        Address name = Address.unixAbstract("sluice-test-" + System.nanoTime());
        for (Address at : List.of(Address.loopback(0), name)) {
            Pairs.Pair pair = Pairs.connected(loop, at);
            assertThat(unacknowledged(pair)).isZero();
            while (pair.client().trySend(Pattern.allocate(port, 10_000)) > 0) {
                Thread.onSpinWait();
            }
            long full = unacknowledged(pair);
            assertThat(full).isPositive();
            while (pair.server().tryReceive(port.allocate(64 * 1024).segment()) > 0) {
                Thread.onSpinWait();
            }
            loop.until("room", () -> unacknowledged(pair) < full);
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
            NativeSocket socket = port.socket(type);
            assertThatThrownBy(socket::tcpInfo)
                    .isInstanceOfSatisfying(SystemCallException.class, failure -> {
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
        low.client().set(SockOpt.NOTSENT_LOWAT, 16 * 1024);
        var bytes = port.allocate(64 * 1024).segment();
        fill(plain.client(), bytes);
        fill(low.client(), bytes);
        long unsent = low.client().tcpInfo().bytesUnsent();
        assertThat(unsent).isLessThan(plain.client().tcpInfo().bytesUnsent());
        // Sends of operations continue nevertheless, as far as the peer reads.
        PatternSender sender = PatternSender.of(
                Pairs.connected(loop).client().set(SockOpt.NOTSENT_LOWAT, 16 * 1024),
                100_000, 100_000);
        sender.start();
        loop.until("all to be sent", sender::isDone);
    }

    private static void fill(NativeSocket socket, MemorySegment bytes)
            throws SystemCallException {
        long sent = 0;
        while (sent != NativeSocket.WOULD_BLOCK) {
            sent = socket.trySend(bytes);
        }
    }

    @Test
    void fastOpenCarriesTheFirstBytesOrConnectsAsUsual() throws Exception {
        Needs.linux("TCP_FASTOPEN_CONNECT");
        Needs.nativeX86("TCP_FASTOPEN_CONNECT");
        NativeSocket listener = port.listen(OwnLoopback.at(0)).set(SockOpt.FASTOPEN, 16);
        // With or without a cookie: the first connection may be given one, the next may use it.
        for (int i = 0; i < 3; i++) {
            NativeSocket client = port.socket(SocketType.TCP4);
            client.set(SockOpt.FASTOPEN_CONNECT, true);
            Connect connect = new Connect(client, listener.localAddress());
            assertThat(loop.run(connect).status()).isEqualTo(Status.OK);
            Accept accept = loop.submit(new Accept(listener));
            Send send = loop.submit(new Send(client).buffer(Pattern.allocate(port, 100_000)));
            NativeSocket server = loop.await(accept).accepted();
            loop.submit(Shutdown.send(client));
            PatternReceiver receiver = PatternReceiver.pooled(server).start();
            loop.until("the end", receiver::isDone);
            assertThat(receiver.received()).isEqualTo(100_000);
            assertThat(loop.await(send).status()).isEqualTo(Status.OK);
        }
    }

    @Test
    void aFastOpenLearnsThatNobodyListens() throws Exception {
        Needs.linux("TCP_FASTOPEN_CONNECT");
        Needs.nativeX86("TCP_FASTOPEN_CONNECT");
        Address nobody = Nobody.listensAt(port);
        NativeSocket client = port.socket(SocketType.TCP4).set(SockOpt.FASTOPEN_CONNECT, true);
        Event connected = loop.run(new Connect(client, nobody));
        // Without a cookie of this host the kernel connects at once, and nothing is put off.
        if (connected.status() == Status.OK) {
            Send send = new Send(client).buffer(Pattern.allocate(port, 10));
            assertThat(loop.run(send).status()).isIn(Status.REFUSED, Status.BROKEN_PIPE);
        } else {
            assertThat(connected.status()).isEqualTo(Status.REFUSED);
        }
    }

    private static long unacknowledged(Pairs.Pair pair) {
        return PortAccess.<CompletionPort, NativeSocket, SystemCallException>get()
                .unacknowledgedBytes(pair.client());
    }
}
