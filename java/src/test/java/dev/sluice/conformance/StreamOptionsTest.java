package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.PeerCredentials;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.conformance.WireTap.Segment;
import dev.sluice.testing.OwnLoopback;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Options of connections and listeners, seen by what they change. */
class StreamOptionsTest extends ConformanceTest {
    private static final int PIECES = 10;
    private static final int PIECE = 100;

    private static void fails(Status status, String message, ThrowingCall call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(SystemCallException.class, failure -> {
                    assertThat(failure.status()).isEqualTo(status);
                    assertThat(failure).hasMessageContaining(message);
                });
    }

    private interface ThrowingCall {
        void run() throws Exception;
    }

    /** Sends pieces one by one, and returns how many segments with data went out. */
    private long segmentsOfPieces(boolean corked) throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        WireTap tap = closeLater(WireTap.on(listener.localAddress().port()));
        Pairs.Pair pair = Pairs.connect(loop, listener);
        NativeSocket client = pair.client().set(SockOpt.NODELAY, true);
        client.set(SockOpt.CORK, corked);
        assertThat(client.get(SockOpt.CORK)).isEqualTo(corked);
        for (int i = 0; i < PIECES; i++) {
            assertThat(client.trySend(Pattern.allocate(port, PIECE))).isEqualTo(PIECE);
        }
        client.set(SockOpt.CORK, false);
        long received = 0;
        while (received < PIECES * PIECE) {
            received += loop.run(new Receive(pair.server())).bytes();
        }
        return tap.segments().stream().filter(segment -> segment.bytes() > 0).count();
    }

    @Test
    void aCorkHoldsSmallSegmentsBack() throws Exception {
        Needs.linux("TCP_CORK");
        assertThat(segmentsOfPieces(false)).isEqualTo(PIECES);
        // One, unless the machine needs the 200 ms that a cork holds at most.
        assertThat(segmentsOfPieces(true)).isLessThan(PIECES);
    }

    @Test
    void aDeferredAcceptComesOnlyWithData() throws Exception {
        Needs.linux("TCP_DEFER_ACCEPT");
        Needs.nativeX86("TCP_DEFER_ACCEPT");
        NativeSocket listener = port.socket(SocketType.TCP4).set(SockOpt.DEFER_ACCEPT, 30)
                .bind(OwnLoopback.at(0)).listen(16);
        assertThat(listener.get(SockOpt.DEFER_ACCEPT)).isGreaterThanOrEqualTo(30);
        NativeSocket silent = port.socket(SocketType.TCP4);
        NativeSocket sender = port.socket(SocketType.TCP4);
        for (NativeSocket client : List.of(silent, sender)) {
            Connect connect = new Connect(client, listener.localAddress());
            assertThat(loop.run(connect).status()).isEqualTo(Status.OK);
        }
        loop.run(new Send(sender).buffer(Pattern.allocate(port, PIECE)));
        NativeSocket first = loop.run(new Accept(listener)).accepted();
        assertThat(first.peerAddress()).as("the one that sent").isEqualTo(sender.localAddress());
        assertThat(listener.tryAccept()).as("the silent one").isNull();
        loop.run(new Send(silent).buffer(Pattern.allocate(port, PIECE)));
        NativeSocket second = loop.run(new Accept(listener)).accepted();
        assertThat(second.peerAddress()).isEqualTo(silent.localAddress());
    }

    @Test
    void theCongestionControlIsThatOfEachConnectionOfAListener() throws Exception {
        Needs.linux("TCP_CONGESTION");
        Needs.nativeX86("TCP_CONGESTION");
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        String usual = listener.get(SockOpt.CONGESTION);
        assertThat(Files.readString(Path.of("/proc/sys/net/ipv4/tcp_congestion_control")))
                .isEqualToIgnoringNewLines(usual);
        listener.set(SockOpt.CONGESTION, "reno");
        Pairs.Pair pair = Pairs.connect(loop, listener);
        assertThat(pair.server().get(SockOpt.CONGESTION)).isEqualTo("reno");
        assertThat(pair.client().get(SockOpt.CONGESTION)).isEqualTo(usual);
        fails(Status.INVALID,
                "tcp CONGESTION = nonesuch: setsockopt CONGESTION: ENOENT (2): No such"
                        + " file or directory: use a name of net.ipv4.tcp_available_congestion_control",
                () -> pair.client().set(SockOpt.CONGESTION, "nonesuch"));
        assertThatThrownBy(() -> pair.client().set(SockOpt.CONGESTION, "n".repeat(16)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the length of CONGESTION of 16: use 0 to 15");
    }

    /** Without it the urgent byte is taken out of the stream. */
    @Test
    void urgentBytesStayInTheStream() throws Exception {
        for (boolean inline : new boolean[]{true, false}) {
            Pairs.Mixed pair = Pairs.accepted(loop);
            try (PlainPeer peer = pair.peer()) {
                NativeSocket socket = pair.socket().set(SockOpt.OOBINLINE, inline);
                assertThat(socket.get(SockOpt.OOBINLINE)).isEqualTo(inline);
                peer.write("ab");
                peer.writeUrgent('X');
                peer.write("cd");
                String wanted = inline ? "abXcd" : "abcd";
                StringBuilder text = new StringBuilder();
                while (text.length() < wanted.length()) {
                    text.append(loop.run(new Receive(socket)).text());
                }
                assertThat(text).hasToString(wanted);
            }
        }
    }

    @Test
    void thePeerOfAUnixSocketIsThisProcess() throws Exception {
        Needs.linux("SO_PEERCRED");
        Address name = Address.unixAbstract("sluice-test-" + System.nanoTime());
        Pairs.Pair pair = Pairs.connected(loop, name);
        PeerCredentials self = new PeerCredentials((int) ProcessHandle.current().pid(),
                (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"),
                (int) Files.getAttribute(Path.of("/proc/self"), "unix:gid"));
        assertThat(pair.client().get(SockOpt.PEERCRED)).isEqualTo(self);
        assertThat(pair.server().get(SockOpt.PEERCRED)).isEqualTo(self);
        assertThatThrownBy(() -> pair.client().set(SockOpt.PEERCRED, self))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it is only read, use get");
        fails(Status.UNSUPPORTED, "PEERCRED: getsockopt PEERCRED",
                () -> port.socket(SocketType.TCP4).get(SockOpt.PEERCRED));
    }

    @Test
    void whatWindowsLacksIsUnsupportedByName() throws Exception {
        if (Needs.isLinux()) {
            fails(Status.UNSUPPORTED, "needs a Unix socket of Linux",
                    () -> port.socket(SocketType.TCP4).get(SockOpt.PEERCRED));
            return;
        }
        NativeSocket tcp = port.socket(SocketType.TCP4);
        for (SockOpt<Boolean> option : List.of(SockOpt.CORK, SockOpt.FREEBIND,
                SockOpt.TRANSPARENT)) {
            fails(Status.UNSUPPORTED, option + " = true: ", () -> tcp.set(option, true));
        }
        for (SockOpt<Integer> option : List.of(SockOpt.DEFER_ACCEPT, SockOpt.MARK,
                SockOpt.INCOMING_CPU, SockOpt.BUSY_POLL)) {
            fails(Status.UNSUPPORTED, option + " = 1: ", () -> tcp.set(option, 1));
        }
        for (SockOpt<String> option : List.of(SockOpt.CONGESTION, SockOpt.BINDTODEVICE)) {
            fails(Status.UNSUPPORTED, option + " = x: ", () -> tcp.set(option, "x"));
            fails(Status.UNSUPPORTED, "needs ", () -> tcp.get(option));
        }
        fails(Status.UNSUPPORTED, "PEERCRED", () -> tcp.get(SockOpt.PEERCRED));
    }

    // ---- raw options ---------------------------------------------------------------------------

    @Test
    void anOptionWithoutANameHereIsSetByItsNumbers() throws Exception {
        Needs.linux("TCP_MAXSEG");
        SockOpt<Integer> maxSegment = SockOpt.rawInt("TCP_MAXSEG", 6, 2);
        NativeSocket listener = port.socket(SocketType.TCP4).set(maxSegment, 600)
                .bind(OwnLoopback.at(0)).listen(16);
        assertThat(listener.get(maxSegment)).isEqualTo(600);
        WireTap tap = closeLater(WireTap.on(listener.localAddress().port()));
        Pairs.Pair pair = Pairs.connect(loop, listener);
        Send send = loop.submit(new Send(pair.client()).buffer(Pattern.allocate(port, 590)));
        assertThat(loop.run(new Receive(pair.server())).bytes()).isEqualTo(590);
        loop.await(send);
        assertThat(pair.client().get(maxSegment)).as("what the listener announced")
                .isLessThanOrEqualTo(600);
        assertThat(tap.segments()).filteredOn(segment -> segment.bytes() > 0)
                .extracting(Segment::bytes).containsExactly(590);
    }

    /** TCP_NODELAY has the same numbers everywhere. */
    @Test
    void aRawOptionIsTheOneOfTheKernel() throws Exception {
        SockOpt<Integer> raw = SockOpt.rawInt("TCP_NODELAY", 6, 1);
        SockOpt<byte[]> bytes = SockOpt.rawBytes("TCP_NODELAY", 6, 1, 4);
        NativeSocket tcp = port.socket(SocketType.TCP4).set(raw, 1);
        assertThat(tcp.get(SockOpt.NODELAY)).isTrue();
        assertThat(tcp.get(raw)).isEqualTo(1);
        assertThat(tcp.get(bytes)[0]).isEqualTo((byte) 1);
        tcp.set(bytes, new byte[4]);
        assertThat(tcp.get(SockOpt.NODELAY)).isFalse();
    }

    @Test
    void whatTheKernelDoesNotKnowIsNamedWithItsValue() throws Exception {
        NativeSocket tcp = port.socket(SocketType.TCP4);
        SockOpt<Integer> number = SockOpt.rawInt("NONESUCH", 6, 12_345);
        fails(Status.UNSUPPORTED, "NONESUCH = 5: ", () -> tcp.set(number, 5));
        fails(Status.UNSUPPORTED, "NONESUCH: ", () -> tcp.get(number));
        SockOpt<byte[]> bytes = SockOpt.rawBytes("NONESUCH", 6, 12_345, 8);
        fails(Status.UNSUPPORTED, "NONESUCH = 0x010203ff: ",
                () -> tcp.set(bytes, new byte[]{1, 2, 3, -1}));
        assertThatThrownBy(() -> tcp.set(bytes, new byte[9]))
                .hasMessage("the length of NONESUCH of 9: use 0 to 8");
        assertThatThrownBy(() -> SockOpt.rawBytes("NONESUCH", 6, 1, 0))
                .hasMessage("maxBytes of 0: use 1 to 65536");
        assertThatThrownBy(() -> SockOpt.rawInt(" ", 6, 1))
                .hasMessageContaining("use that of its header");
    }
}
