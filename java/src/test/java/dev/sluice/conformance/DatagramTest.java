package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.Disconnect;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.Receive;
import dev.sluice.ReceiveFrom;
import dev.sluice.Send;
import dev.sluice.SendTo;
import dev.sluice.SendVectored;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datagrams: their boundaries, lengths and senders. */
class DatagramTest extends ConformanceTest {
    /** The most that fits into one datagram of UDP over IPv4. */
    private static final int MOST = 65_507;

    private NativeSocket bound() throws SystemCallException {
        return port.datagrams(OwnLoopback.at(0));
    }

    private Event send(NativeSocket from, MemorySegment bytes, Address to) {
        return loop.run(new SendTo(from).buffer(bytes).to(to));
    }

    @Test
    @Tag("aarch64")
    void eachDatagramIsReceivedAsItWasSent() throws Exception {
        NativeSocket sender = bound();
        NativeSocket receiver = bound();
        MemorySegment bytes = Pattern.allocate(port, 2000);
        int[] sizes = {1, 1999, 0, 700, 2, 0, 0, 1472};
        for (int size : sizes) {
            Event sent = send(sender, bytes.asSlice(0, size), receiver.localAddress());
            assertThat(sent.status()).isEqualTo(Status.OK);
            assertThat(sent.bytes()).isEqualTo(size);
        }
        MemorySegment memory = port.allocate(4000).segment();
        ReceiveFrom receive = new ReceiveFrom(receiver).buffer(memory);
        for (int size : sizes) {
            Event received = loop.run(receive);
            assertThat(received.status()).isEqualTo(Status.OK);
            assertThat(received.bytes()).isEqualTo(size);
            assertThat(receive.isTruncated()).isFalse();
            assertThat(receive.source()).isEqualTo(sender.localAddress());
            Pattern.check(memory.asSlice(0, size), 0);
        }
    }

    @Test
    void aDatagramThatIsTooLongIsCutAndMarked() throws Exception {
        NativeSocket sender = bound();
        NativeSocket receiver = bound();
        Address to = receiver.localAddress();
        MemorySegment bytes = Pattern.allocate(port, 1000);
        send(sender, bytes, to);
        send(sender, bytes.asSlice(0, 100), to);
        send(sender, bytes.asSlice(0, 101), to);
        MemorySegment memory = port.allocate(100).segment();
        ReceiveFrom receive = new ReceiveFrom(receiver).buffer(memory);
        boolean[] cut = new boolean[3];
        for (int i = 0; i < 3; i++) {
            assertThat(loop.run(receive).bytes()).isEqualTo(100);
            cut[i] = receive.isTruncated();
            Pattern.check(memory, 0);
        }
        assertThat(cut).containsExactly(true, false, true);
        // The rest of a datagram that was cut is lost, it is not the next one.
        ReceiveFrom next = loop.submit(receive);
        loop.pollFor(Duration.ofMillis(5));
        assertThat(next.isPending()).isTrue();
    }

    /** On Windows such a receive fails and yet posts a packet, in which a later one must not end. */
    @Test
    void aDatagramThatIsTooLongEndsNoOtherReceive() throws Exception {
        NativeSocket sender = bound();
        NativeSocket receiver = bound();
        NativeSocket other = bound();
        for (int i = 0; i < 20; i++) {
            send(sender, Pattern.allocate(port, 100), receiver.localAddress());
            send(sender, Pattern.allocate(port, 100), receiver.localAddress());
            ReceiveFrom cut = new ReceiveFrom(receiver).buffer(port.allocate(10).segment());
            Receive alsoCut = new Receive(receiver).buffer(port.allocate(10).segment());
            ReceiveFrom waiting = new ReceiveFrom(other).buffer(port.allocate(10).segment());
            loop.submit(cut);
            loop.submit(alsoCut);
            loop.submit(waiting);
            assertThat(loop.await(cut).bytes()).isEqualTo(10);
            assertThat(cut.isTruncated()).isTrue();
            assertThat(cut.source()).isEqualTo(sender.localAddress());
            assertThat(loop.await(alsoCut).bytes()).isEqualTo(10);
            assertThat(alsoCut.isTruncated()).isTrue();

            send(sender, Pattern.allocate(port, 3), receiver.localAddress());
            assertThat(loop.run(new Receive(receiver)).bytes()).isEqualTo(3);
            assertThat(waiting.isPending()).as("the other receive in round %d", i).isTrue();
            send(sender, Pattern.allocate(port, 7), other.localAddress());
            assertThat(loop.await(waiting).bytes()).isEqualTo(7);
            assertThat(waiting.isTruncated()).isFalse();
        }
    }

    /** As a destination any address means this machine. */
    @Test
    void datagramsToAnyAddressGoToTheLoopback() throws Exception {
        NativeSocket receiver = port.datagrams(Address.any(0));
        Address any = Address.any(receiver.localAddress().port());
        NativeSocket sender = bound();
        send(sender, Pattern.allocate(port, 3), any);
        assertThat(loop.run(new Receive(receiver)).bytes()).isEqualTo(3);
        assertThat(sender.trySendTo(Pattern.allocate(port, 4), any)).isEqualTo(4);
        assertThat(loop.run(new Receive(receiver)).bytes()).isEqualTo(4);
        assertThat(loop.run(new Connect(sender, any)).status()).isEqualTo(Status.OK);
        // Linux takes the sender's own address, which is on the loopback as well.
        assertThat(sender.peerAddress().toString()).startsWith("127.").endsWith(":" + any.port());
        loop.run(new Send(sender).buffer(Pattern.allocate(port, 5)));
        assertThat(loop.run(new Receive(receiver)).bytes()).isEqualTo(5);
    }

    @Test
    void aReceiveOnASocketWithoutAnAddressWaits() throws Exception {
        NativeSocket peer = bound();
        for (boolean pooled : new boolean[]{true, false}) {
            NativeSocket socket = port.socket(SocketType.UDP4);
            assertThat(socket.tryReceive(port.allocate(10).segment()))
                    .isEqualTo(NativeSocket.WOULD_BLOCK);
            socket = port.socket(SocketType.UDP4);
            Receive receive = pooled
                    ? new Receive(socket)
                    : new Receive(socket).buffer(port.allocate(10).segment());
            loop.submit(receive);
            send(socket, Pattern.allocate(port, 3), peer.localAddress());
            ReceiveFrom arrived = new ReceiveFrom(peer).buffer(port.allocate(10).segment());
            assertThat(loop.run(arrived).bytes()).isEqualTo(3);
            assertThat(receive.isPending()).isTrue();
            loop.run(new SendTo(peer).buffer(Pattern.allocate(port, 4)).toSourceOf(arrived));
            assertThat(loop.await(receive).bytes()).isEqualTo(4);
        }
    }

    @Test
    void truncationIsReportedForEachEventOfAMultishotReceive() throws Exception {
        NativeSocket sender = bound();
        NativeSocket receiver = bound();
        Address to = receiver.localAddress();
        MemorySegment bytes = Pattern.allocate(port, 20_000);
        List<Integer> sizes = List.of(20_000, 5, 16_384, 16_385, 0, 17_000, 1);
        List<Boolean> truncated = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        Receive receive = new Receive(receiver).multishot().onCompletion(event -> {
            if (event.status() == Status.OK) {
                truncated.add(event.isTruncated());
                lengths.add(event.bytes());
            }
        });
        for (int size : sizes) {
            send(sender, bytes.asSlice(0, size), to);
        }
        port.submit(receive);
        loop.until("all", () -> lengths.size() == sizes.size());
        assertThat(lengths).containsExactly(16_384, 5, 16_384, 16_384, 0, 16_384, 1);
        assertThat(truncated).containsExactly(true, false, false, true, false, true, false);
        port.cancel(receive);
        loop.until("its end", () -> !receive.isPending());
        assertThat(receive.status()).isEqualTo(Status.CANCELLED);
        assertThat(receive.isTruncated()).isFalse();
    }

    @Test
    void theLargestDatagramGoesAndALargerOneIsTooBig() throws Exception {
        NativeSocket sender = bound();
        NativeSocket receiver = bound();
        MemorySegment bytes = Pattern.allocate(port, MOST + 1);
        assertThat(send(sender, bytes.asSlice(0, MOST), receiver.localAddress()).bytes())
                .isEqualTo(MOST);
        MemorySegment memory = port.allocate(MOST).segment();
        assertThat(loop.run(new ReceiveFrom(receiver).buffer(memory)).bytes()).isEqualTo(MOST);
        Pattern.check(memory, 0);
        assertThat(send(sender, bytes, receiver.localAddress()).status())
                .isEqualTo(Status.MESSAGE_TOO_BIG);
        assertThat(send(sender, bytes.asSlice(0, 1), receiver.localAddress()).status())
                .isEqualTo(Status.OK);
    }

    @Test
    @Tag("aarch64")
    void anAnswerGoesToTheSourceOfTheDatagram() throws Exception {
        NativeSocket server = bound();
        MemorySegment memory = port.allocate(100).segment();
        ReceiveFrom receive = new ReceiveFrom(server).buffer(memory);
        SendTo answer = new SendTo(server);
        for (int i = 1; i <= 5; i++) {
            NativeSocket client = bound();
            send(client, Pattern.allocate(port, i), server.localAddress());
            int length = (int) loop.run(receive).bytes();
            loop.run(answer.buffer(memory.asSlice(0, length)).toSourceOf(receive));
            ReceiveFrom back = new ReceiveFrom(client).buffer(port.allocate(100).segment());
            assertThat(loop.run(back).bytes()).isEqualTo(i);
            assertThat(back.source()).isEqualTo(server.localAddress());
        }
    }

    @Test
    void aPlainPeerIsNamedAndAnswered() throws Exception {
        NativeSocket server = bound();
        try (DatagramSocket peer = new DatagramSocket(OwnLoopback.inet(0))) {
            peer.setSoTimeout(PlainPeer.PATIENCE_MILLIS);
            byte[] bytes = {1, 2, 3};
            int serverPort = server.localAddress().port();
            peer.send(new DatagramPacket(bytes, 3, OwnLoopback.inet(serverPort)));
            ReceiveFrom receive = new ReceiveFrom(server).buffer(port.allocate(100).segment());
            assertThat(loop.run(receive).bytes()).isEqualTo(3);
            assertThat(receive.source()).isEqualTo(OwnLoopback.at(peer.getLocalPort()));
            loop.run(new SendTo(server).buffer(Pattern.allocate(port, 9)).toSourceOf(receive));
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            peer.receive(answer);
            assertThat(answer.getLength()).isEqualTo(9);
            assertThat(answer.getPort()).isEqualTo(serverPort);
        }
    }

    // ---- connected -------------------------------------------------------------------------------

    @Test
    void aConnectedSocketSendsToItsPeerAndReceivesFromItAlone() throws Exception {
        NativeSocket server = bound();
        NativeSocket stranger = bound();
        NativeSocket client = bound();
        Connect connect = new Connect(client, server.localAddress());
        assertThat(loop.run(connect).status()).isEqualTo(Status.OK);
        assertThat(client.peerAddress()).isEqualTo(server.localAddress());
        assertThat(loop.run(new Send(client).buffer(Pattern.allocate(port, 5))).bytes())
                .isEqualTo(5);
        assertThat(loop.run(new Receive(server)).bytes()).isEqualTo(5);
        send(stranger, Pattern.allocate(port, 33), client.localAddress());
        send(server, Pattern.allocate(port, 6), client.localAddress());
        assertThat(loop.run(new Receive(client)).bytes()).isEqualTo(6);
    }

    @Test
    void anEmptyDatagramIsASuccessAndNoEndOfStream() throws Exception {
        NativeSocket server = bound();
        NativeSocket client = bound();
        loop.run(new Connect(client, server.localAddress()));
        MemorySegment none = port.allocate(1).segment().asSlice(0, 0);
        assertThat(loop.run(new Send(client).buffer(none)).status()).isEqualTo(Status.OK);
        SendVectored vectored = new SendVectored(client, 2).add(none).add(none);
        assertThat(loop.run(vectored).status()).isEqualTo(Status.OK);
        loop.run(new Send(client).buffer(Pattern.allocate(port, 4)));
        Receive receive = new Receive(server);
        for (int bytes : new int[]{0, 0, 4}) {
            Event event = loop.run(receive);
            assertThat(event.status()).isEqualTo(Status.OK);
            assertThat(event.bytes()).isEqualTo(bytes);
        }
    }

    @Test
    void aVectoredSendIsOneDatagram() throws Exception {
        NativeSocket server = bound();
        NativeSocket client = bound();
        loop.run(new Connect(client, server.localAddress()));
        MemorySegment bytes = Pattern.allocate(port, 300);
        SendVectored send = new SendVectored(client, 3).add(bytes.asSlice(0, 100))
                .add(bytes.asSlice(100, 50)).add(bytes.asSlice(150, 150));
        assertThat(loop.run(send).bytes()).isEqualTo(300);
        Event received = loop.run(new Receive(server));
        assertThat(received.bytes()).isEqualTo(300);
        Pattern.check(received.data(), 0);
    }

    @Test
    void aConnectedSocketLearnsThatNobodyReceivesAndContinues() throws Exception {
        NativeSocket gone = bound();
        Address nobody = gone.localAddress();
        NativeSocket client = bound();
        loop.run(Close.immediate(gone));
        loop.run(new Connect(client, nobody));
        Receive receive = loop.submit(new Receive(client));
        loop.run(new Send(client).buffer(Pattern.allocate(port, 5)));
        assertThat(loop.await(receive).status()).isEqualTo(Status.REFUSED);
        NativeSocket server = port.datagrams(nobody);
        loop.run(new Send(client).buffer(Pattern.allocate(port, 6)));
        assertThat(loop.run(new Receive(server)).bytes()).isEqualTo(6);
        send(server, Pattern.allocate(port, 7), client.localAddress());
        assertThat(loop.run(receive).bytes()).isEqualTo(7);
    }

    @Test
    void aSocketConnectsToAnotherPeerAfterADisconnect() throws Exception {
        Needs.linux("connect(2) with AF_UNSPEC");
        NativeSocket one = bound();
        NativeSocket other = bound();
        NativeSocket client = bound();
        loop.run(new Connect(client, one.localAddress()));
        assertThat(loop.run(new Disconnect(client)).status()).isEqualTo(Status.OK);
        assertThatThrownBy(client::peerAddress).isInstanceOf(SystemCallException.class);
        loop.run(new Connect(client, other.localAddress()));
        loop.run(new Send(client).buffer(Pattern.allocate(port, 8)));
        assertThat(loop.run(new Receive(other)).bytes()).isEqualTo(8);
    }

    // ---- waiting, order, errors --------------------------------------------------------------------

    @Test
    void queuedReceivesGetOneDatagramEachInTheirOrder() throws Exception {
        NativeSocket sender = bound();
        NativeSocket receiver = bound();
        List<ReceiveFrom> receives = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            receives.add(
                    loop.submit(new ReceiveFrom(receiver).buffer(port.allocate(100).segment())));
        }
        loop.pollFor(Duration.ofMillis(2));
        MemorySegment bytes = Pattern.allocate(port, 100);
        for (int i = 0; i < 10; i++) {
            send(sender, bytes.asSlice(0, i), receiver.localAddress());
        }
        for (int i = 0; i < 10; i++) {
            assertThat(loop.await(receives.get(i)).bytes()).isEqualTo(i);
        }
    }

    @Test
    void receivesAreCancelledAndEndAtTheirDeadline() throws Exception {
        NativeSocket receiver = bound();
        ReceiveFrom late = new ReceiveFrom(receiver).buffer(port.allocate(10).segment());
        assertThat(loop.run(late.timeout(Duration.ofMillis(10))).status())
                .isEqualTo(Status.DEADLINE);
        loop.submit(late.timeout(Duration.ZERO));
        port.cancel(late);
        assertThat(loop.await(late).status()).isEqualTo(Status.CANCELLED);
        loop.submit(late);
        send(bound(), Pattern.allocate(port, 3), receiver.localAddress());
        assertThat(loop.await(late).bytes()).isEqualTo(3);
    }

    @Test
    void sendToAnAddressOfAnotherFamilyFails() throws Exception {
        NativeSocket socket = bound();
        SendTo send = new SendTo(socket).buffer(Pattern.allocate(port, 1))
                .to(Address.loopback6(9));
        assertThat(loop.run(send).status()).isEqualTo(Status.UNSUPPORTED);
        assertThat(send.failure()).hasMessageContaining("[::1]:9");
    }

    @Test
    void whatIsMissingIsNamedBySubmit() throws Exception {
        NativeSocket socket = bound();
        assertThatThrownBy(() -> loop.submit(new ReceiveFrom(socket)))
                .hasMessageContaining("call buffer() or pooled() first");
        assertThatThrownBy(() -> loop.submit(new SendTo(socket).to(Address.loopback(1))))
                .hasMessageContaining("call buffer() first");
        MemorySegment bytes = Pattern.allocate(port, 1);
        assertThatThrownBy(() -> loop.submit(new SendTo(socket).buffer(bytes)))
                .hasMessageContaining("call to() first");
        NativeSocket stream = port.socket(SocketType.TCP4);
        assertThatThrownBy(() -> new SendTo(stream)).hasMessageContaining("use Send");
        assertThatThrownBy(() -> new ReceiveFrom(stream)).hasMessageContaining("use Receive");
    }

    @Test
    void datagramsOverIpv6() throws Exception {
        NativeSocket one = port.datagrams(Address.loopback6(0));
        NativeSocket other = port.datagrams(Address.loopback6(0));
        send(one, Pattern.allocate(port, 12), other.localAddress());
        ReceiveFrom receive = new ReceiveFrom(other).buffer(port.allocate(100).segment());
        assertThat(loop.run(receive).bytes()).isEqualTo(12);
        assertThat(receive.source()).isEqualTo(one.localAddress());
        assertThat(receive.source().toString()).startsWith("[::1]:");
    }

    // ---- Unix ------------------------------------------------------------------------------------

    @Test
    void anUnnamedUnixSenderHasAnEmptyAddress() throws Exception {
        Needs.linux("Unix sockets");
        NativeSocket receiver = port.datagrams(Address.unixAbstract("sluice-" + System.nanoTime()));
        NativeSocket sender = port.socket(SocketType.UNIX_DATAGRAM);
        send(sender, Pattern.allocate(port, 5), receiver.localAddress());
        ReceiveFrom receive = new ReceiveFrom(receiver).buffer(port.allocate(100).segment());
        assertThat(loop.run(receive).bytes()).isEqualTo(5);
        assertThat(receive.source().toString()).isIn("(no address)", "unix:(unnamed)");
        SendTo answer = new SendTo(receiver).buffer(Pattern.allocate(port, 1))
                .toSourceOf(receive);
        assertThatThrownBy(() -> loop.submit(answer))
                .hasMessageContaining("it has no address: call to() first");
    }

    @Test
    void aUnixSenderWaitsForRoomInTheQueueOfItsReceiver(@TempDir Path folder) throws Exception {
        Needs.linux("Unix sockets");
        NativeSocket receiver = port.datagrams(Address.unix(folder.resolve("r")));
        NativeSocket sender = port.datagrams(Address.unix(folder.resolve("s")));
        MemorySegment bytes = Pattern.allocate(port, 1000);
        int count = 600;
        List<SendTo> sends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SendTo send = new SendTo(sender).buffer(bytes.asSlice(0, i));
            sends.add(loop.submit(send.to(receiver.localAddress())));
        }
        loop.pollFor(Duration.ofMillis(5));
        assertThat(sends.getLast().isPending()).isTrue();
        ReceiveFrom receive = new ReceiveFrom(receiver).buffer(port.allocate(1000).segment());
        for (int i = 0; i < count; i++) {
            assertThat(loop.run(receive).bytes()).isEqualTo(i);
        }
        assertThat(loop.await(sends.getLast()).status()).isEqualTo(Status.OK);
    }

    @Test
    void datagramsOfAConnectedUnixSenderThatHadToWaitAreWhole(@TempDir Path folder)
            throws Exception {
        Needs.linux("Unix sockets");
        NativeSocket receiver = port.datagrams(Address.unix(folder.resolve("r")));
        NativeSocket sender = port.socket(SocketType.UNIX_DATAGRAM);
        loop.run(new Connect(sender, receiver.localAddress()));
        MemorySegment bytes = Pattern.allocate(port, 1000);
        List<Operation<?>> sends = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            sends.add(loop.submit(new Send(sender).buffer(bytes.asSlice(0, i))));
            SendVectored vectored = new SendVectored(sender, 2).add(bytes.asSlice(0, i));
            sends.add(loop.submit(vectored.add(bytes.asSlice(i, i))));
        }
        loop.pollFor(Duration.ofMillis(5));
        assertThat(sends.getLast().isPending()).isTrue();
        Receive receive = new Receive(receiver);
        for (int i = 1; i <= 100; i++) {
            assertThat(loop.run(receive).bytes()).isEqualTo(i);
            Event event = loop.run(receive);
            assertThat(event.bytes()).isEqualTo(2L * i);
            Pattern.check(event.data(), 0);
        }
        sends.forEach(send -> assertThat(loop.await(send).status()).isEqualTo(Status.OK));
    }

    @Test
    void aUnixSenderWaitsAlsoWhenOthersFilledTheQueue(@TempDir Path folder) throws Exception {
        Needs.linux("Unix sockets");
        NativeSocket receiver = port.datagrams(Address.unix(folder.resolve("r")));
        NativeSocket others = port.datagrams(Address.unix(folder.resolve("o")));
        NativeSocket sender = port.datagrams(Address.unix(folder.resolve("s")));
        MemorySegment bytes = Pattern.allocate(port, 10);
        SendTo filling = new SendTo(others).buffer(bytes).to(receiver.localAddress());
        int filled = 0;
        loop.submit(filling);
        loop.pollFor(Duration.ofMillis(1));
        while (!filling.isPending()) {
            filled++;
            loop.submit(filling);
            loop.pollFor(Duration.ofMillis(1));
        }
        port.cancel(filling);
        SendTo send = loop.submit(new SendTo(sender).buffer(bytes.asSlice(0, 3))
                .to(receiver.localAddress()));
        long beforeNanos = CpuTime.ofThisThreadNanos();
        loop.pollFor(Duration.ofMillis(200));
        assertThat(Duration.ofNanos(CpuTime.ofThisThreadNanos() - beforeNanos))
                .as("processor time of a wait of 200 ms")
                .isLessThan(Duration.ofMillis(60));
        assertThat(send.isPending()).isTrue();
        ReceiveFrom receive = new ReceiveFrom(receiver).buffer(port.allocate(100).segment());
        for (int i = 0; i < filled; i++) {
            assertThat(loop.run(receive).bytes()).isEqualTo(10);
        }
        assertThat(loop.await(send).status()).isEqualTo(Status.OK);
        assertThat(loop.run(receive).bytes()).isEqualTo(3);
    }
}
