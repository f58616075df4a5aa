package dev.sluice.internal.iocp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.CompletionPort;
import dev.sluice.Connect;
import dev.sluice.DatagramSource;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.ReceiveFrom;
import dev.sluice.SendTo;
import dev.sluice.Status;
import dev.sluice.internal.spi.Channel;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * WSARecvMsg in the place of WSARecv and WSARecvFrom, also where the system joins no datagrams: bytes,
 * sender and truncation come as ever.
 */
@EnabledOnOs(value = OS.WINDOWS, disabledReason = "needs Windows: makes calls of its backend")
@Timeout(300)
class MessageCallsTest {
    private CompletionPort port;
    private NativeSocket sender;
    private NativeSocket receiver;

    @BeforeEach
    void open() throws Exception {
        port = CompletionPort.open();
        sender = port.datagrams(OwnLoopback.at(0));
        receiver = port.datagrams(OwnLoopback.at(0));
        channelOf(receiver).coalesces = true;
    }

    @AfterEach
    void close() {
        port.close();
    }

    /** Where the system refuses the option, nothing else sets it. */
    private static Channel channelOf(NativeSocket socket) throws ReflectiveOperationException {
        Field field = NativeSocket.class.getDeclaredField("channel");
        field.setAccessible(true);
        return (Channel) field.get(socket);
    }

    private <O extends Operation<O>> O run(O operation) {
        port.submit(operation);
        await(operation);
        return operation;
    }

    private void await(Operation<?> operation) {
        while (operation.isPending()) {
            port.poll(CompletionPort.FOREVER);
        }
        assertThat(operation.status()).isEqualTo(Status.OK);
    }

    private void send(int bytes) throws Exception {
        MemorySegment memory = port.allocate(Math.max(bytes, 1)).segment().asSlice(0, bytes);
        for (int i = 0; i < bytes; i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) i);
        }
        run(new SendTo(sender).buffer(memory).to(receiver.localAddress()));
    }

    private static void check(MemorySegment memory, int bytes) {
        for (int i = 0; i < bytes; i++) {
            assertThat(memory.get(ValueLayout.JAVA_BYTE, i)).isEqualTo((byte) i);
        }
    }

    @Test
    void aReceiveFromHasBytesAndSender() throws Exception {
        MemorySegment memory = port.allocate(100).segment();
        ReceiveFrom receive = new ReceiveFrom(receiver).buffer(memory);
        for (boolean first : new boolean[]{true, false}) {
            if (first) {
                send(77);
                run(receive);
            } else {
                port.submit(receive);
                send(77);
                await(receive);
            }
            assertThat(receive.bytes()).isEqualTo(77);
            assertThat(receive.segmentBytes()).isEqualTo(77);
            assertThat(receive.source()).isEqualTo(sender.localAddress());
            assertThat(receive.isTruncated()).isFalse();
            check(memory, 77);
        }
        send(101);
        assertThat(run(receive).bytes()).isEqualTo(100);
        assertThat(receive.isTruncated()).isTrue();
        assertThat(receive.source()).isEqualTo(sender.localAddress());
    }

    @Test
    void aReceiveOfAConnectedSocketFillsItsMemory() throws Exception {
        run(new Connect(receiver, sender.localAddress()));
        MemorySegment memory = port.allocate(100).segment();
        Receive receive = new Receive(receiver).buffer(memory);
        send(78);
        assertThat(run(receive).bytes()).isEqualTo(78);
        assertThat(receive.segmentBytes()).isEqualTo(78);
        check(memory, 78);
        send(200);
        assertThat(run(receive).bytes()).isEqualTo(100);
        assertThat(receive.isTruncated()).isTrue();
    }

    @Test
    void aPooledReceiveTakesABuffer() throws Exception {
        Receive receive = new Receive(receiver);
        receive.onCompletion(event -> check(event.data(), event.bytes()));
        send(79);
        assertThat(run(receive).bytes()).isEqualTo(79);
        assertThat(receive.segmentBytes()).isEqualTo(79);
        port.submit(receive);
        send(5);
        await(receive);
        assertThat(receive.bytes()).isEqualTo(5);
        send(0);
        assertThat(run(receive).bytes()).isZero();
    }

    @Test
    void aPooledReceiveFromTakesABufferAndHasTheSender() throws Exception {
        ReceiveFrom receive = new ReceiveFrom(receiver).pooled();
        receive.onCompletion(event -> {
            check(event.data(), event.bytes());
            assertThat(event.segmentBytes()).isEqualTo(event.bytes());
        });
        int room = port.takeBuffer().capacity() - ReceiveFrom.HEADROOM;
        for (int size : new int[]{81, 0, room, room + 1}) {
            send(size);
            assertThat(run(receive).bytes()).isEqualTo(Math.min(size, room));
            assertThat(receive.source()).isEqualTo(sender.localAddress());
            assertThat(receive.isTruncated()).isEqualTo(size > room);
        }
    }

    @Test
    void aCallThatDoesNotWaitHasBytesSenderAndTruncation() throws Exception {
        MemorySegment memory = port.allocate(100).segment();
        DatagramSource source = new DatagramSource();
        assertThat(receiver.tryReceiveFrom(memory, source)).isEqualTo(NativeSocket.WOULD_BLOCK);
        for (int size : new int[]{80, 0, 100, 101}) {
            send(size);
            run(Readiness.readable(receiver));
            int fitting = Math.min(size, 100);
            assertThat(receiver.tryReceiveFrom(memory, source)).isEqualTo(fitting);
            assertThat(source.segmentBytes()).isEqualTo(fitting);
            assertThat(source.isTruncated()).isEqualTo(size > 100);
            assertThat(source.address()).isEqualTo(sender.localAddress());
            check(memory, fitting);
        }
    }
}
