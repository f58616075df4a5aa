package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.net.Datagrams;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BulkTransferTest extends ExampleTest {
    private static final Duration GIVE_UP = Duration.ofMinutes(2);
    private static final long MOST = 1L << 30;

    @TempDir
    private Path folder;

    /** Forwards datagrams between a sender and a receiver; loses, doubles and delays some of both directions. */
    private static final class Relay implements AutoCloseable {
        private final DatagramSocket front =
                new DatagramSocket(0, InetAddress.getLoopbackAddress());
        private final DatagramSocket back = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        private final SocketAddress receiver;
        private final int lossPercent;
        private final AtomicInteger dropped = new AtomicInteger();
        private volatile SocketAddress sender;

        Relay(Address receiver, int lossPercent) throws IOException {
            this.receiver = receiver.toInetSocketAddress();
            this.lossPercent = lossPercent;
            front.setReceiveBufferSize(1 << 20);
            Thread.ofPlatform().daemon().start(() -> forward(front, back, new Random(1), true));
            Thread.ofPlatform().daemon().start(() -> forward(back, front, new Random(2), false));
        }

        Address address() {
            return Address.from((InetSocketAddress) front.getLocalSocketAddress());
        }

        private void forward(
                DatagramSocket from, DatagramSocket to, Random random, boolean toReceiver) {
            byte[] delayed = null;
            try {
                while (true) {
                    DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
                    from.receive(packet);
                    if (toReceiver) {
                        sender = packet.getSocketAddress();
                    }
                    SocketAddress target = toReceiver ? receiver : sender;
                    byte[] bytes = java.util.Arrays.copyOf(packet.getData(), packet.getLength());
                    int chance = random.nextInt(100);
                    if (chance < lossPercent) {
                        dropped.incrementAndGet();
                        continue;
                    }
                    if (chance < lossPercent + 2 && delayed == null) {
                        delayed = bytes;
                        continue;
                    }
                    to.send(new DatagramPacket(bytes, bytes.length, target));
                    if (chance > 97) {
                        to.send(new DatagramPacket(bytes, bytes.length, target));
                    }
                    if (delayed != null && chance > 80) {
                        to.send(new DatagramPacket(delayed, delayed.length, target));
                        delayed = null;
                    }
                }
            } catch (IOException closed) {
                assertThat(from.isClosed() || to.isClosed()).isTrue();
            }
        }

        @Override
        public void close() {
            front.close();
            back.close();
        }
    }

    private Path file(int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return Files.write(folder.resolve("sent-" + bytes), content);
    }

    private static String hash(Path file) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private static CompletableFuture<Long> receiving(Datagrams socket, Path into, long most) {
        CompletableFuture<Long> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (FileChannel file = FileChannel.open(into, StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE)) {
                done.complete(BulkReceiver.receive(socket, file, most, GIVE_UP));
            } catch (IOException | RuntimeException failure) {
                done.completeExceptionally(failure);
            }
        });
        return done;
    }

    private BulkSender.Report send(Path sent, Address to) throws IOException {
        try (Datagrams socket = Datagrams.bind(Address.loopback(0), group);
                FileChannel file = FileChannel.open(sent)) {
            socket.connect(to);
            return BulkSender.send(socket, file, GIVE_UP);
        }
    }

    private void arrivesWhole(int bytes, int lossPercent) throws Exception {
        Path sent = file(bytes);
        Path into = folder.resolve("received-" + bytes);
        try (Datagrams socket = Datagrams.bind(Address.loopback(0), group);
                Relay relay = new Relay(socket.localAddress(), lossPercent)) {
            CompletableFuture<Long> received = receiving(socket, into, MOST);
            BulkSender.Report report = send(sent, relay.address());
            assertThat(received.get()).isEqualTo(bytes);
            assertThat(hash(into)).isEqualTo(hash(sent));
            assertThat(report.bytes()).isEqualTo(bytes);
            if (lossPercent > 0) {
                assertThat(relay.dropped.get()).as("dropped").isPositive();
                assertThat(report.lostPackets()).as("found out").isPositive();
                assertThat(report.packets()).isGreaterThan(bytes / BulkPacket.CHUNK_BYTES);
            }
        }
    }

    @Test
    void allBytesArriveThoughPacketsAreLostDoubledAndReordered() throws Exception {
        arrivesWhole(2_000_001, 10);
    }

    @Test
    void emptyAndSmallFilesArrive() throws Exception {
        arrivesWhole(0, 0);
        arrivesWhole(1, 0);
        arrivesWhole(BulkPacket.CHUNK_BYTES, 0);
    }

    @Test
    void aLargeFileArrivesWithoutARelay() throws Exception {
        Path sent = file(20_000_000);
        Path into = folder.resolve("received");
        try (Datagrams socket = Datagrams.bind(Address.loopback(0), group)) {
            CompletableFuture<Long> received = receiving(socket, into, MOST);
            BulkSender.Report report = send(sent, socket.localAddress());
            assertThat(received.get()).isEqualTo(20_000_000);
            assertThat(hash(into)).isEqualTo(hash(sent));
            assertThat(report.packets() - report.lostPackets())
                    .isGreaterThanOrEqualTo(20_000_000 / BulkPacket.CHUNK_BYTES);
        }
    }

    @Test
    void strangersAndGarbageChangeNothing() throws Exception {
        Path sent = file(100_000);
        Path into = folder.resolve("received");
        try (Datagrams socket = Datagrams.bind(Address.loopback(0), group);
                DatagramSocket stranger =
                        new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Long> received = receiving(socket, into, MOST);
            byte[] garbage = new byte[BulkPacket.MAX_BYTES];
            Random random = new Random(5);
            for (int i = 0; i < 100; i++) {
                random.nextBytes(garbage);
                garbage[0] = (byte) "DAFC?".charAt(i % 5);
                stranger.send(new DatagramPacket(garbage, random.nextInt(garbage.length),
                        socket.localAddress().toInetSocketAddress()));
            }
            send(sent, socket.localAddress());
            assertThat(received.get()).isEqualTo(100_000);
            assertThat(hash(into)).isEqualTo(hash(sent));
        }
    }

    @Test
    void aPeerThatIsNotThereIsReported() throws Exception {
        Path sent = file(1000);
        Address nobody;
        try (Datagrams socket = Datagrams.bind(Address.loopback(0), group)) {
            nobody = socket.localAddress();
        }
        assertThatThrownBy(() -> send(sent, nobody)).isInstanceOf(IOException.class)
                .hasMessageContaining("refused");
        try (Datagrams silent = Datagrams.bind(Address.loopback(0), group);
                Datagrams socket = Datagrams.bind(Address.loopback(0), group);
                FileChannel file = FileChannel.open(sent)) {
            socket.connect(silent.localAddress());
            assertThatThrownBy(() -> BulkSender.send(socket, file, Duration.ofMillis(300)))
                    .hasMessageStartingWith("no sign of the receiver for ");
        }
    }

    @Test
    void pythonAsSender() throws Exception {
        Path into = folder.resolve("received");
        try (Datagrams socket = Datagrams.bind(Address.loopback(0), group)) {
            CompletableFuture<Long> received = receiving(socket, into, MOST);
            assertThat(RealClient.python("bulk", socket.localAddress().port()))
                    .contains("50000 bytes in 42 packets");
            assertThat(received.get()).isEqualTo(50_000);
        }
        byte[] expected = new byte[50_000];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (byte) (i * 7);
        }
        assertThat(Files.readAllBytes(into)).isEqualTo(expected);
    }
}
