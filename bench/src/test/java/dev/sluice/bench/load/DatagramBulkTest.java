package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class DatagramBulkTest {
    private static final int MOST = DatagramBulk.DATAGRAMS;

    /** What a server does wrong with one of its answers. */
    enum Fault {
        NONE,
        ANOTHER_SIZE,
        ANOTHER_PLACE,
        ANOTHER_NUMBER,
        TWICE,
        LOST
    }

    private record Server(DatagramSocket socket, Fault fault) implements AutoCloseable {
        static Server start(Fault fault) throws IOException {
            Server server = new Server(
                    new DatagramSocket(0, InetAddress.getLoopbackAddress()), fault);
            Thread.startVirtualThread(server::serve);
            return server;
        }

        InetSocketAddress address() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        private void serve() {
            DatagramPacket request = new DatagramPacket(new byte[100], 100);
            try {
                while (true) {
                    socket.receive(request);
                    ByteBuffer asked = ByteBuffer.wrap(request.getData());
                    int count = asked.getInt();
                    int number = asked.getInt();
                    for (int i = 0; i < count; i++) {
                        answer(request, i, number);
                    }
                }
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        private void answer(DatagramPacket request, int index, int number) throws IOException {
            boolean wrong = index == 5;
            int place = wrong && fault == Fault.ANOTHER_PLACE ? MOST : index;
            int named = wrong && fault == Fault.ANOTHER_NUMBER ? number - 1 : number;
            int bytes = wrong && fault == Fault.ANOTHER_SIZE
                    ? DatagramBulk.DATAGRAM_BYTES - 1
                    : DatagramBulk.DATAGRAM_BYTES;
            byte[] answer = ByteBuffer.allocate(bytes).putInt(place).putInt(named).array();
            DatagramPacket packet =
                    new DatagramPacket(answer, bytes, request.getSocketAddress());
            if (!wrong || fault != Fault.LOST) {
                socket.send(packet);
            }
            if (wrong && fault == Fault.TWICE) {
                socket.send(packet);
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    @Test
    void allAnswersAreCounted() throws IOException {
        try (Server server = Server.start(Fault.NONE);
                DatagramBulk bulk = new DatagramBulk(server.address(), 1)) {
            assertThat(bulk.run(0).units()).isEqualTo(MOST);
            assertThat(bulk.run(10_000_000).units() % MOST).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ANOTHER_SIZE", "ANOTHER_PLACE", "ANOTHER_NUMBER", "TWICE"})
    void aWrongAnswerEndsTheRun(Fault fault) throws IOException {
        try (Server server = Server.start(fault);
                DatagramBulk bulk = new DatagramBulk(server.address(), 1)) {
            assertThatExceptionOfType(ByteCheckException.class).isThrownBy(() -> bulk.run(0));
        }
    }

    @Test
    void lostAnswersEndTheRunWithTheirNumber() throws IOException {
        try (Server server = Server.start(Fault.LOST);
                DatagramBulk bulk = new DatagramBulk(server.address(), 1)) {
            assertThatIOException().isThrownBy(() -> bulk.run(0))
                    .withMessage("1 datagrams were lost");
        }
    }
}
