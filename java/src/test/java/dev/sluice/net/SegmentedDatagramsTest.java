package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.Status;
import dev.sluice.conformance.Needs;
import dev.sluice.testing.OwnLoopback;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several datagrams of one size in one send, and in one receive. */
class SegmentedDatagramsTest extends NetTest {
    private static final int LARGEST_RECEIVE = 65_535;

    private Datagrams bound() throws NetException {
        return Datagrams.bind(OwnLoopback.at(0), group);
    }

    private static byte[] numbered(int bytes) {
        byte[] made = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            made[i] = (byte) (i * 31 + (i >> 8));
        }
        return made;
    }

    private static void nothingMoreComes(Datagrams receiver) {
        receiver.receiveDeadline(Duration.ofMillis(20));
        assertThatThrownBy(() -> receiver.receive(new byte[1]))
                .isInstanceOf(DeadlineException.class);
        receiver.clearDeadline();
    }

    /** Receives so many bytes in datagrams of one size, or several of them at once. */
    private static List<Datagram> receive(Datagrams receiver, byte[] expected, int segmentBytes)
            throws NetException {
        List<Datagram> all = new ArrayList<>();
        byte[] into = new byte[LARGEST_RECEIVE];
        int position = 0;
        while (position < expected.length) {
            Datagram received = receiver.receive(into);
            int end = position + received.length();
            assertThat(received.truncated()).isFalse();
            assertThat(received.segmentBytes())
                    .isEqualTo(Math.min(segmentBytes, expected.length - position));
            assertThat(end == expected.length || received.length() % segmentBytes == 0).isTrue();
            assertThat(Arrays.copyOf(into, received.length()))
                    .isEqualTo(Arrays.copyOfRange(expected, position, end));
            all.add(received);
            position = end;
        }
        return all;
    }

    @Test
    void bytesArriveAsDatagramsOfTheirSizeAndTheLastIsShorter() throws Exception {
        try (Datagrams one = bound(); Datagrams other = bound()) {
            byte[] text = numbered(10_150);
            // More than one call sends.
            one.sendSegments(text, 10, 10_050, 100, other.localAddress());
            byte[] expected = Arrays.copyOfRange(text, 10, 10_060);
            List<Datagram> received = receive(other, expected, 100);
            assertThat(received).hasSize(101).allSatisfy(each -> {
                assertThat(each.source()).isEqualTo(one.localAddress());
                assertThat(each.count()).isEqualTo(1);
            });
            nothingMoreComes(other);
        }
    }

    @Test
    void whatFitsIntoOneIsOneDatagram() throws Exception {
        try (Datagrams one = bound(); Datagrams other = bound()) {
            byte[] into = new byte[2000];
            for (int length : new int[]{0, 1, 999, 1000}) {
                one.sendSegments(new byte[length], 0, length, 1000, other.localAddress());
                assertThat(other.receive(into))
                        .isEqualTo(new Datagram(length, one.localAddress(), false))
                        .satisfies(each -> assertThat(each.count()).isEqualTo(1));
            }
            nothingMoreComes(other);
        }
    }

    @Test
    void aConnectedSocketSendsThemToItsPeer() throws Exception {
        try (Datagrams one = bound(); Datagrams other = bound()) {
            one.connect(other.localAddress());
            byte[] text = numbered(2001);
            for (int round = 0; round < 3; round++) {
                one.sendSegments(text, 0, text.length, 1000);
                assertThat(receive(other, text, 1000)).hasSize(3);
            }
            nothingMoreComes(other);
        }
    }

    @Test
    void withoutAPeerTheyFail() throws Exception {
        try (Datagrams one = bound()) {
            assertThatThrownBy(() -> one.sendSegments(new byte[3], 0, 3, 1))
                    .isInstanceOfSatisfying(NetException.class,
                            failure -> assertThat(failure.status())
                                    .isEqualTo(Status.NOT_CONNECTED));
        }
    }

    @Test
    void anIpv6SocketSendsThemToBothFamilies() throws Exception {
        try (Datagrams all = Datagrams.bind(":0", group, Resolver.SYSTEM);
                Datagrams four = bound()) {
            byte[] text = numbered(150);
            all.sendSegments(text, 0, 150, 100, four.localAddress());
            assertThat(receive(four, text, 100)).hasSize(2);
        }
    }

    @Test
    void aReceiverThatCoalescesLearnsTheirSizeAndTheirNumber() throws Exception {
        try (Datagrams one = bound(); Datagrams other = bound()) {
            boolean together = other.coalesce();
            assertThat(other.coalesce()).isEqualTo(together);
            byte[] text = numbered(9_500);
            CompletableFuture<List<Datagram>> waiting =
                    background(() -> receive(other, text, 1000));
            one.sendSegments(text, 0, text.length, 1000, other.localAddress());
            List<Datagram> received = result(waiting);
            assertThat(received.stream().mapToInt(Datagram::count).sum()).isEqualTo(10);
            assertThat(received).hasSize(together ? 1 : 10);
            one.send(text, 0, 77, other.localAddress());
            assertThat(other.receive(new byte[LARGEST_RECEIVE]))
                    .isEqualTo(new Datagram(77, one.localAddress(), false));
            one.send(text, 0, 0, other.localAddress());
            assertThat(other.receive(new byte[1]))
                    .isEqualTo(new Datagram(0, one.localAddress(), false));
            nothingMoreComes(other);
        }
    }

    @Test
    void datagramsThatDoNotFitAreCutAndSaySo() throws Exception {
        try (Datagrams one = bound(); Datagrams other = bound()) {
            boolean together = other.coalesce();
            one.sendSegments(numbered(5000), 0, 5000, 1000, other.localAddress());
            byte[] into = new byte[together ? 2500 : 600];
            Datagram received = other.receive(into);
            assertThat(received).isEqualTo(new Datagram(
                    into.length, one.localAddress(), true, together ? 1000 : 600));
            assertThat(received.count()).isEqualTo(together ? 3 : 1);
            assertThat(into).isEqualTo(numbered(into.length));
        }
    }

    @Test
    void sendersDoNotMixTheirs() throws Exception {
        try (Datagrams one = bound(); Datagrams other = bound()) {
            Address to = other.localAddress();
            List<CompletableFuture<Void>> sending = new ArrayList<>();
            for (int sender = 1; sender <= 2; sender++) {
                byte[] mine = new byte[130];
                Arrays.fill(mine, (byte) sender);
                sending.add(background(() -> {
                    one.sendSegments(mine, 0, 130, 2, to);
                    return null;
                }));
            }
            byte[] into = new byte[2];
            for (int run = 0; run < 2; run++) {
                other.receive(into);
                byte first = into[0];
                for (int i = 1; i < 65; i++) {
                    other.receive(into);
                    assertThat(into).containsOnly(first);
                }
            }
            for (CompletableFuture<Void> each : sending) {
                result(each);
            }
        }
    }

    @Test
    void aUnixSocketSendsAndReceivesThemOneByOne(@TempDir Path folder) throws Exception {
        Needs.linux("Unix sockets");
        try (Datagrams one = Datagrams.bind(Address.unix(folder.resolve("one")), group);
                Datagrams other = Datagrams.bind(Address.unix(folder.resolve("other")), group)) {
            assertThat(other.coalesce()).isFalse();
            byte[] text = numbered(45);
            one.sendSegments(text, 0, 45, 10, other.localAddress());
            assertThat(receive(other, text, 10)).hasSize(5);
            one.connect(other.localAddress());
            one.sendSegments(text, 0, 45, 10);
            assertThat(receive(other, text, 10)).hasSize(5);
        }
    }

    @Test
    void whatIsOutOfBoundsOrClosedIsRefused() throws Exception {
        Datagrams one = bound();
        Address to = one.localAddress();
        for (int size : new int[]{0, -1, 65_508}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> one.sendSegments(new byte[5], 0, 5, size, to))
                    .withMessageContaining("segments of " + size + " bytes")
                    .withMessageContaining("use 1 to 65507");
        }
        assertThatThrownBy(() -> one.sendSegments(new byte[5], 1, 5, 2, to))
                .isInstanceOf(IndexOutOfBoundsException.class);
        Address other = Address.loopback6(9);
        assertThatThrownBy(() -> one.sendSegments(new byte[5], 0, 5, 2, other))
                .isInstanceOfSatisfying(NetException.class,
                        failure -> assertThat(failure.status())
                                .isIn(Status.UNSUPPORTED, Status.INVALID));
        // That says nothing of the system.
        one.sendSegments(new byte[5], 0, 5, 2, to);
        assertThat(one.receive(new byte[5]).length()).isEqualTo(2);
        one.close();
        assertThatThrownBy(() -> one.sendSegments(new byte[5], 0, 5, 2, to))
                .isInstanceOf(ClosedException.class);
        assertThatThrownBy(one::coalesce).isInstanceOf(ClosedException.class);
    }
}
