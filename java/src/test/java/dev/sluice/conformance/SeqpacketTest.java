package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.ReceiveFrom;
import dev.sluice.Send;
import dev.sluice.SendFile;
import dev.sluice.SendTo;
import dev.sluice.SendVectored;
import dev.sluice.Shutdown;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Unix sockets that carry records: they connect and end as streams, with message boundaries. */
class SeqpacketTest extends ConformanceTest {
    private static final AtomicInteger NAMES = new AtomicInteger();

    private NativeSocket listener() throws SystemCallException {
        Needs.linux("SOCK_SEQPACKET");
        Address address = Address.unixAbstract(
                "sluice-seqpacket-" + ProcessHandle.current().pid() + "-"
                        + NAMES.getAndIncrement());
        return port.socket(SocketType.UNIX_SEQPACKET).bind(address).listen(16);
    }

    private Pairs.Pair connected() throws SystemCallException {
        NativeSocket listener = listener();
        Accept accept = loop.submit(new Accept(listener));
        NativeSocket client = port.socket(SocketType.UNIX_SEQPACKET);
        assertThat(loop.run(new Connect(client, listener.localAddress())).status())
                .isEqualTo(Status.OK);
        NativeSocket server = loop.await(accept).accepted();
        loop.run(Close.immediate(listener));
        return new Pairs.Pair(client, server);
    }

    private MemorySegment bytes(int count) {
        return Pattern.allocate(port, count);
    }

    private void send(NativeSocket socket, int count) {
        assertThat(loop.run(new Send(socket).buffer(bytes(count))).status()).isEqualTo(Status.OK);
    }

    @Test
    @Tag("aarch64")
    void eachSendIsOneReceiveAndTheCloseIsTheEnd() throws Exception {
        Pairs.Pair pair = connected();
        assertThat(pair.client().type()).isEqualTo(SocketType.UNIX_SEQPACKET);
        assertThat(pair.server().type()).isEqualTo(SocketType.UNIX_SEQPACKET);
        assertThat(pair.server().type().isStream()).isFalse();
        assertThat(pair.server().state()).isEqualTo(NativeSocket.State.CONNECTED);
        send(pair.client(), 10);
        send(pair.client(), 20);
        for (int expected : new int[]{10, 20}) {
            Event received = loop.run(new Receive(pair.server()));
            assertThat(received.bytes()).isEqualTo(expected);
            Pattern.check(received.data(), 0);
        }
        loop.run(Close.immediate(pair.client()));
        assertThat(loop.run(new Receive(pair.server())).status()).isEqualTo(Status.EOF);
        assertThat(pair.server().tryReceive(bytes(1))).isEqualTo(NativeSocket.END_OF_STREAM);
    }

    @Test
    void sendsThatWaitTogetherArriveEachByItself() throws Exception {
        Pairs.Pair pair = connected();
        List<Send> sends = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            sends.add(loop.submit(new Send(pair.client()).buffer(bytes(i))));
        }
        for (int i = 1; i <= 40; i++) {
            assertThat(loop.run(new Receive(pair.server())).bytes()).isEqualTo(i);
        }
        sends.forEach(each -> assertThat(loop.await(each).status()).isEqualTo(Status.OK));
    }

    @Test
    void aReceiveThatWaitsGetsTheNextRecord() throws Exception {
        Pairs.Pair pair = connected();
        Receive receive = loop.submit(new Receive(pair.server()));
        port.poll(0);
        send(pair.client(), 7);
        assertThat(loop.await(receive).bytes()).isEqualTo(7);
    }

    @Test
    void aMultishotReceiveGetsOneRecordAnEvent() throws Exception {
        Pairs.Pair pair = connected();
        Receive receive = loop.submit(new Receive(pair.server()).multishot());
        for (int i = 1; i <= 5; i++) {
            loop.submit(new Send(pair.client()).buffer(bytes(i)));
        }
        loop.until("five records", () -> loop.events().of(receive).size() == 5);
        assertThat(loop.events().of(receive)).extracting(Event::bytes)
                .extracting(Number::intValue).containsExactly(1, 2, 3, 4, 5);
        loop.run(Close.immediate(pair.client()));
        assertThat(loop.await(receive).status()).isEqualTo(Status.EOF);
    }

    @Test
    void aVectorIsOneRecord() throws Exception {
        Pairs.Pair pair = connected();
        MemorySegment pieces = bytes(30);
        SendVectored vectored = new SendVectored(pair.client(), 2)
                .add(pieces.asSlice(0, 10)).add(pieces.asSlice(10, 20));
        assertThat(loop.run(vectored).status()).isEqualTo(Status.OK);
        assertThat(loop.run(new Receive(pair.server())).bytes()).isEqualTo(30);
    }

    @Test
    void aRecordThatIsLongerThanTheMemoryIsTruncated() throws Exception {
        Pairs.Pair pair = connected();
        send(pair.client(), 100);
        send(pair.client(), 5);
        Receive receive = new Receive(pair.server()).buffer(port.allocate(30).segment());
        assertThat(loop.run(receive).bytes()).isEqualTo(30);
        assertThat(receive.isTruncated()).isTrue();
        assertThat(loop.run(receive).bytes()).isEqualTo(5);
        assertThat(receive.isTruncated()).isFalse();
        int pooled = options().poolBufferBytes();
        send(pair.client(), pooled + 1);
        Receive taking = new Receive(pair.server());
        assertThat(loop.run(taking).bytes()).isEqualTo(pooled);
        assertThat(taking.isTruncated()).isTrue();
    }

    @Test
    void tryCallsKeepMessageBoundaries() throws Exception {
        Pairs.Pair pair = connected();
        MemorySegment into = port.allocate(100).segment();
        assertThat(pair.server().tryReceive(into)).isEqualTo(NativeSocket.WOULD_BLOCK);
        assertThat(pair.client().trySend(bytes(3))).isEqualTo(3);
        assertThat(pair.client().trySend(bytes(4))).isEqualTo(4);
        loop.run(Readiness.readable(pair.server()));
        assertThat(pair.server().tryReceive(into)).isEqualTo(3);
        assertThat(pair.server().tryReceive(into)).isEqualTo(4);
    }

    @Test
    void aHalfCloseEndsOneSideAlone() throws Exception {
        Pairs.Pair pair = connected();
        send(pair.client(), 8);
        assertThat(loop.run(Shutdown.send(pair.client())).status()).isEqualTo(Status.OK);
        assertThat(loop.run(new Receive(pair.server())).bytes()).isEqualTo(8);
        assertThat(loop.run(new Receive(pair.server())).status()).isEqualTo(Status.EOF);
        send(pair.server(), 9);
        assertThat(loop.run(new Receive(pair.client())).bytes()).isEqualTo(9);
    }

    @Test
    void aGracefulCloseDeliversTheRecordsThatWait() throws Exception {
        Pairs.Pair pair = connected();
        for (int i = 0; i < 50; i++) {
            loop.submit(new Send(pair.client()).buffer(bytes(4000)));
        }
        Close close = loop.submit(Close.graceful(pair.client(), Loop.LIMIT));
        for (int i = 0; i < 50; i++) {
            assertThat(loop.run(new Receive(pair.server())).bytes()).isEqualTo(4000);
        }
        assertThat(loop.run(new Receive(pair.server())).status()).isEqualTo(Status.EOF);
        loop.run(Close.immediate(pair.server()));
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
    }

    @Test
    void aRecordThatTheSocketCannotHoldIsTooBig() throws Exception {
        Pairs.Pair pair = connected();
        pair.client().set(SockOpt.SNDBUF, 8192);
        Send send = new Send(pair.client()).buffer(bytes(1 << 20));
        assertThat(loop.run(send).status()).isEqualTo(Status.MESSAGE_TOO_BIG);
        send(pair.client(), 1);
        assertThat(loop.run(new Receive(pair.server())).bytes()).isOne();
    }

    @Test
    void anEmptyRecordIsRefused() throws Exception {
        Pairs.Pair pair = connected();
        MemorySegment none = bytes(1).asSlice(0, 0);
        assertThatThrownBy(() -> pair.client().trySend(none))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot send a record of 0 bytes");
        Send send = new Send(pair.client()).buffer(none);
        assertThatThrownBy(() -> port.submit(send)).isInstanceOf(IllegalArgumentException.class);
        SendVectored vectored = new SendVectored(pair.client(), 2).add(none);
        assertThatThrownBy(() -> port.submit(vectored))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatHasNoConnectionOrNoRecordsIsRefused() throws Exception {
        Pairs.Pair pair = connected();
        NativeSocket socket = pair.client();
        assertThatThrownBy(() -> new SendTo(socket)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ReceiveFrom(socket))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SendFile(socket))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("which sends records");
    }

    @Test
    void anAdoptedAndAnAttachedSocketStillCarryRecords() throws Exception {
        Pairs.Pair pair = connected();
        Loop second = openLoop(options());
        NativeSocket moved = second.port().attach(pair.server().detach());
        assertThat(moved.type()).isEqualTo(SocketType.UNIX_SEQPACKET);
        NativeSocket adopted = second.port().adopt(moved.detach().takeDescriptor());
        assertThat(adopted.type()).isEqualTo(SocketType.UNIX_SEQPACKET);
        assertThat(adopted.state()).isEqualTo(NativeSocket.State.CONNECTED);
        send(pair.client(), 3);
        send(pair.client(), 4);
        assertThat(second.run(new Receive(adopted)).bytes()).isEqualTo(3);
        assertThat(second.run(new Receive(adopted)).bytes()).isEqualTo(4);
    }

    @Test
    void aConnectOfAnotherKindOfSocketIsRefused() throws Exception {
        NativeSocket listener = listener();
        NativeSocket stream = port.socket(SocketType.UNIX_STREAM);
        assertThat(loop.run(new Connect(stream, listener.localAddress())).status())
                .isEqualTo(Status.REFUSED);
    }

    @Test
    void windowsNamesWhatItLacks() {
        assumeTrue(backend == Backend.IOCP, "needs Windows");
        for (SocketType type : List.of(SocketType.UNIX_SEQPACKET, SocketType.UNIX_STREAM,
                SocketType.UNIX_DATAGRAM)) {
            assertThatThrownBy(() -> port.socket(type))
                    .isInstanceOfSatisfying(SystemCallException.class, failure -> assertThat(
                            failure.status()).isEqualTo(Status.UNSUPPORTED))
                    .hasMessageContaining(type.toString())
                    .hasMessageContaining("WSAEAFNOSUPPORT");
        }
    }
}
