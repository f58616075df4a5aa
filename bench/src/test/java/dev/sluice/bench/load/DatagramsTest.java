package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class DatagramsTest {
    private static final Load LOAD = new Load(1, 64, 8);
    private static final long MILLI = 1_000_000;

    /** A server that sends back what it makes of a datagram; nothing if that is empty. */
    private record Server(DatagramSocket socket, UnaryOperator<byte[]> change)
            implements AutoCloseable {
        static Server start(UnaryOperator<byte[]> change) throws IOException {
            Server server = new Server(
                    new DatagramSocket(0, InetAddress.getLoopbackAddress()), change);
            Thread.startVirtualThread(server::serve);
            return server;
        }

        InetSocketAddress address() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        private void serve() {
            DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
            try {
                while (true) {
                    socket.receive(packet);
                    byte[] changed = change.apply(
                            Arrays.copyOf(packet.getData(), packet.getLength()));
                    if (changed.length > 0) {
                        socket.send(new DatagramPacket(changed, changed.length,
                                packet.getSocketAddress()));
                    }
                }
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    @Test
    void allThatIsSentComesBackAndIsCounted() throws IOException {
        AtomicInteger seen = new AtomicInteger();
        try (Server server = Server.start(bytes -> {
            seen.incrementAndGet();
            return bytes;
        }); Datagrams datagrams = new Datagrams(server.address(), LOAD)) {
            assertThat(datagrams.run(20 * MILLI).units()).isGreaterThanOrEqualTo(8)
                    .isEqualTo(seen.get());
            seen.set(0);
            assertThat(datagrams.run(0).units()).isEqualTo(8).isEqualTo(seen.get());
            assertThat(Datagrams.check(server.address(), LOAD, 5)).isEqualTo(40);
        }
    }

    static Stream<UnaryOperator<byte[]>> faults() {
        return Stream.of(
                bytes -> Arrays.copyOf(bytes, bytes.length - 1),
                bytes -> Arrays.copyOf(bytes, bytes.length + 1),
                DatagramsTest::withAnotherNumber);
    }

    private static byte[] withAnotherNumber(byte[] bytes) {
        bytes[7]++;
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("faults")
    void anotherSizeOrNumberEndsTheRun(UnaryOperator<byte[]> fault) throws IOException {
        try (Server server = Server.start(fault);
                Datagrams datagrams = new Datagrams(server.address(), LOAD)) {
            assertThatExceptionOfType(ByteCheckException.class)
                    .isThrownBy(() -> datagrams.run(60_000 * MILLI));
        }
    }

    @Test
    void anEchoThatComesTwiceEndsTheRun() throws IOException {
        byte[][] last = new byte[1][];
        try (Server server = Server.start(bytes -> {
            byte[] again = last[0]; // once a first one is there, it comes for ever
            last[0] = again == null ? bytes : again;
            return last[0];
        }); Datagrams datagrams = new Datagrams(server.address(), LOAD)) {
            assertThatExceptionOfType(ByteCheckException.class)
                    .isThrownBy(() -> datagrams.run(60_000 * MILLI))
                    .withMessageContaining("was not in flight");
        }
    }

    @Test
    void aChangedByteFailsTheCheck() throws IOException {
        try (Server server = Server.start(bytes -> {
            bytes[63] ^= 1;
            return bytes;
        })) {
            assertThatExceptionOfType(ByteCheckException.class)
                    .isThrownBy(() -> Datagrams.check(server.address(), LOAD, 1))
                    .withMessageContaining("byte 63");
        }
    }

    @Test
    void lostDatagramsEndTheRunWithTheirNumber() throws IOException {
        AtomicInteger seen = new AtomicInteger();
        try (Server server = Server.start(
                bytes -> seen.incrementAndGet() <= 6 ? bytes : new byte[0]);
                Datagrams datagrams = new Datagrams(server.address(), LOAD)) {
            assertThatIOException().isThrownBy(() -> datagrams.run(0))
                    .withMessage("2 datagrams were lost");
        }
    }

    @Test
    void aDatagramHasRoomForItsNumber() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Datagrams(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 9), new Load(1, 7, 1))
                .close());
    }
}
