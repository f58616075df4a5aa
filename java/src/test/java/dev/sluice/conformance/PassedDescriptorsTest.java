package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.NativeSocket;
import dev.sluice.PassedDescriptors;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Descriptors that are passed over Unix sockets; after each test none is left open. */
class PassedDescriptorsTest extends ConformanceTest {
    private final CallState callState = new CallState(Arena.ofAuto());

    /** Two connected Unix sockets of the port. */
    private Pairs.Pair unixPair(int type) throws SystemCallException {
        int[] numbers = numbers(type);
        return new Pairs.Pair(port.adopt(numbers[0]), port.adopt(numbers[1]));
    }

    private int[] numbers(int type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pair = arena.allocate(ValueLayout.JAVA_INT, 2);
            assertThat(Libc.socketpair(callState.segment(), SocketConstants.AF_UNIX, type, 0,
                    pair.address())).isZero();
            return pair.toArray(ValueLayout.JAVA_INT);
        }
    }

    private Pairs.Pair streams() throws SystemCallException {
        Needs.linux("SCM_RIGHTS");
        return unixPair(SocketConstants.SOCK_STREAM);
    }

    private static MemorySegment bytes(int count) {
        return MemorySegment.ofArray(new byte[count]);
    }

    private void close(long number) {
        assertThat(Libc.close(callState.segment(), (int) number)).isZero();
    }

    /** A descriptor whose other end shows when its last copy is closed. */
    private final class Watched {
        private final int[] pair = numbers(SocketConstants.SOCK_STREAM);
        private final NativeSocket other;

        Watched() throws SystemCallException {
            other = port.adopt(pair[1]);
        }

        /** Passes a copy, and closes this one. */
        void passOver(NativeSocket over, int byteCount) throws SystemCallException {
            assertThat(PassedDescriptors.trySend(over, bytes(byteCount), new long[]{pair[0]}))
                    .isEqualTo(byteCount);
            close(pair[0]);
        }

        void awaitClosed() {
            assertThat(loop.run(new Receive(other)).status()).isEqualTo(Status.EOF);
        }

        void assertOpen() throws SystemCallException {
            assertThat(other.tryReceive(port.allocate(1).segment()))
                    .isEqualTo(NativeSocket.WOULD_BLOCK);
        }
    }

    private PassedDescriptors receive(NativeSocket over, int room, int most)
            throws SystemCallException {
        loop.run(Readiness.readable(over));
        PassedDescriptors received = PassedDescriptors.tryReceive(over, bytes(room), most);
        assertThat(received).isNotNull();
        return closeLater(received);
    }

    // ---- passing ---------------------------------------------------------------------------------

    @Test
    @Tag("aarch64")
    void aListenerAcceptsInBothPlacesUntilEachIsClosed() throws Exception {
        Pairs.Pair pair = streams();
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Address address = listener.localAddress();
        assertThat(PassedDescriptors.trySend(pair.client(), bytes(3), listener)).isEqualTo(3);
        Loop second = openLoop(options());
        PassedDescriptors received = receive(pair.server(), 10, 1);
        assertThat(received.bytes()).isEqualTo(3);
        assertThat(received.count()).isOne();
        assertThat(received.hasLost()).isFalse();
        assertThat(received.isTruncated()).isFalse();
        NativeSocket copy = received.adopt(0, second.port());
        assertThat(copy.state()).isEqualTo(NativeSocket.State.LISTENING);
        assertThat(copy.localAddress()).isEqualTo(address);

        Accept here = loop.submit(new Accept(listener));
        closeLater(PlainPeer.connect(address));
        assertThat(loop.await(here).status()).isEqualTo(Status.OK);
        loop.run(Close.immediate(listener));
        Accept there = second.submit(new Accept(copy));
        closeLater(PlainPeer.connect(address));
        assertThat(second.await(there).status()).isEqualTo(Status.OK);
    }

    @Test
    void aConnectionContinuesInTheOtherPlace() throws Exception {
        Pairs.Pair pair = streams();
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        peer.write("before");
        assertThat(loop.run(new Receive(mixed.socket())).text()).isEqualTo("before");
        PassedDescriptors.trySend(pair.client(), bytes(1), mixed.socket());
        loop.run(Close.immediate(mixed.socket()));
        Loop second = openLoop(options());
        NativeSocket moved = receive(pair.server(), 1, 1).adopt(0, second.port());
        peer.write("after");
        assertThat(second.run(new Receive(moved)).text()).isEqualTo("after");
    }

    @Test
    void severalKeepTheirOrderAndAreCloseOnExec() throws Exception {
        Pairs.Pair pair = streams();
        NativeSocket tcp = port.socket(SocketType.TCP4);
        NativeSocket udp = port.socket(SocketType.UDP4);
        NativeSocket unix = port.socket(SocketType.UNIX_DATAGRAM);
        PassedDescriptors.trySend(pair.client(), bytes(1), tcp, udp, unix);
        PassedDescriptors received = receive(pair.server(), 1, PassedDescriptors.MOST);
        assertThat(received.count()).isEqualTo(3);
        for (int index = 0; index < 3; index++) {
            assertThat(Libc.fcntl(callState.segment(), (int) received.descriptor(index),
                    SocketConstants.F_GETFD, 0)).isEqualTo(SocketConstants.FD_CLOEXEC);
        }
        assertThat(received.adopt(0, port).type()).isEqualTo(SocketType.TCP4);
        assertThat(received.adopt(1, port).type()).isEqualTo(SocketType.UDP4);
        assertThat(received.adopt(2, port).type()).isEqualTo(SocketType.UNIX_DATAGRAM);
        assertThatThrownBy(() -> received.take(1)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("descriptor 1 of 3")
                .hasMessageContaining("was taken, adopted or closed");
    }

    @Test
    void theMostOfThemGoWithOneByte() throws Exception {
        Pairs.Pair pair = streams();
        NativeSocket[] all = new NativeSocket[PassedDescriptors.MOST];
        Arrays.fill(all, pair.client());
        PassedDescriptors.trySend(pair.client(), bytes(1), all);
        PassedDescriptors received = receive(pair.server(), 1, PassedDescriptors.MOST);
        assertThat(received.count()).isEqualTo(PassedDescriptors.MOST);
        assertThat(received.hasLost()).isFalse();
    }

    @Test
    void anyDescriptorIsTakenByItsNumber() throws Exception {
        Pairs.Pair pair = streams();
        Watched watched = new Watched();
        watched.passOver(pair.client(), 1);
        long number = receive(pair.server(), 1, 1).take(0);
        watched.assertOpen();
        close(number);
        watched.awaitClosed();
    }

    /** Sends a message of 9 bytes with a descriptor, and receives the first 4. */
    private Pairs.Pair passWithATruncatedMessage(int type) throws Exception {
        Needs.linux("SCM_RIGHTS");
        Pairs.Pair pair = unixPair(type);
        Watched watched = new Watched();
        watched.passOver(pair.client(), 9);
        PassedDescriptors received = receive(pair.server(), 4, 1);
        assertThat(received.bytes()).isEqualTo(4);
        assertThat(received.isTruncated()).isTrue();
        assertThat(received.isEndOfStream()).isFalse();
        assertThat(received.count()).isOne();
        received.close();
        watched.awaitClosed();
        return pair;
    }

    @Test
    void datagramsCarryThemToo() throws Exception {
        passWithATruncatedMessage(SocketConstants.SOCK_DGRAM);
    }

    @Test
    void recordsCarryThemToo() throws Exception {
        Pairs.Pair pair = passWithATruncatedMessage(SocketConstants.SOCK_SEQPACKET);
        loop.run(Close.immediate(pair.client()));
        assertThat(receive(pair.server(), 1, 1).isEndOfStream()).isTrue();
    }

    @Test
    void bytesWithoutDescriptorsComeAsWell() throws Exception {
        Pairs.Pair pair = streams();
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 7)));
        PassedDescriptors received = receive(pair.server(), 100, 4);
        assertThat(received.bytes()).isEqualTo(7);
        assertThat(received.count()).isZero();
    }

    @Test
    void theEndOfTheStreamIsReportedEachTime() throws Exception {
        Pairs.Pair pair = streams();
        assertThat(PassedDescriptors.tryReceive(pair.server(), bytes(1), 1)).isNull();
        loop.run(Close.immediate(pair.client()));
        assertThat(receive(pair.server(), 1, 1).isEndOfStream()).isTrue();
        assertThat(receive(pair.server(), 1, 1).isEndOfStream()).isTrue();
        assertThat(loop.run(new Receive(pair.server())).status()).isEqualTo(Status.EOF);
    }

    // ---- what nobody takes is closed -------------------------------------------------------------

    @Test
    void thoseThatAreNotTakenAreClosed() throws Exception {
        Pairs.Pair pair = streams();
        Watched watched = new Watched();
        watched.passOver(pair.client(), 1);
        PassedDescriptors received = receive(pair.server(), 1, 1);
        watched.assertOpen();
        received.close();
        received.close();
        watched.awaitClosed();
    }

    @Test
    void thoseBeyondTheRoomAreClosedAndReported() throws Exception {
        Pairs.Pair pair = streams();
        NativeSocket first = port.socket(SocketType.TCP4);
        Watched watched = new Watched();
        long[] both = {watched.pair[0], watched.pair[0]};
        assertThat(PassedDescriptors.trySend(pair.client(), bytes(1), both)).isOne();
        close(watched.pair[0]);
        PassedDescriptors received = receive(pair.server(), 1, 1);
        assertThat(received.count()).isOne();
        assertThat(received.hasLost()).isTrue();
        received.close();
        watched.awaitClosed();
        assertThat(first.isOpen()).isTrue();
    }

    @Test
    void anotherReceiveClosesThem() throws Exception {
        Pairs.Pair pair = streams();
        Watched watched = new Watched();
        watched.passOver(pair.client(), 5);
        assertThat(loop.run(new Receive(pair.server())).bytes()).isEqualTo(5);
        watched.awaitClosed();
        Watched second = new Watched();
        second.passOver(pair.client(), 5);
        loop.run(Readiness.readable(pair.server()));
        assertThat(pair.server().tryReceive(port.allocate(100).segment())).isEqualTo(5);
        second.awaitClosed();
    }

    @Test
    void thoseThatNobodyReceivedAreClosedWithTheSocket() throws Exception {
        Pairs.Pair pair = streams();
        Watched watched = new Watched();
        watched.passOver(pair.client(), 5);
        loop.run(Close.immediate(pair.server()));
        watched.awaitClosed();
    }

    @Test
    void whatWouldBlockPassesNothing() throws Exception {
        Pairs.Pair pair = streams();
        MemorySegment much = bytes(64 * 1024);
        Watched watched = new Watched();
        long sent = 0;
        while (sent != NativeSocket.WOULD_BLOCK) {
            sent = PassedDescriptors.trySend(pair.client(), much, pair.server());
        }
        long[] number = {watched.pair[0]};
        assertThat(PassedDescriptors.trySend(pair.client(), much, number))
                .isEqualTo(NativeSocket.WOULD_BLOCK);
        close(watched.pair[0]);
        watched.awaitClosed();
    }

    /** The kernel adds it to each message: SO_PASSPIDFD, since Linux 6.5. */
    @Test
    void theDescriptorOfTheSendingProcessIsClosed() throws Exception {
        Pairs.Pair pair = streams();
        try {
            pair.server().set(SockOpt.rawInt("PASSPIDFD", 1, 76), 1);
        } catch (SystemCallException refused) {
            assumeTrue(false, "needs SO_PASSPIDFD: " + refused.getMessage());
        }
        long before = descriptorsOfProcesses();
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 7)));
        PassedDescriptors received = receive(pair.server(), 100, 8);
        assertThat(received.bytes()).isEqualTo(7);
        assertThat(received.count()).isZero();
        assertThat(received.hasLost()).as("it had room").isFalse();
        assertThat(descriptorsOfProcesses()).isEqualTo(before);
    }

    private static long descriptorsOfProcesses() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.filter(PassedDescriptorsTest::isOfAProcess).count();
        }
    }

    private static boolean isOfAProcess(Path entry) {
        try {
            return Files.readSymbolicLink(entry).toString().contains("pid");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    @Test
    void memoryThatCannotBeWrittenTakesNothingFromTheSocket() throws Exception {
        Pairs.Pair pair = streams();
        Watched watched = new Watched();
        watched.passOver(pair.client(), 1);
        Arena shut = Arena.ofShared();
        MemorySegment released = shut.allocate(8);
        shut.close();
        assertThatThrownBy(() -> PassedDescriptors.tryReceive(pair.server(), released, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot receive descriptors")
                .hasMessageContaining("released");
        MemorySegment ofAnother = CompletableFuture
                .supplyAsync(() -> Arena.ofConfined().allocate(8), task -> Thread
                        .ofPlatform().start(task))
                .get();
        assertThatThrownBy(() -> PassedDescriptors.tryReceive(pair.server(), ofAnother, 1))
                .isInstanceOf(WrongThreadException.class)
                .hasMessageContaining("cannot receive descriptors");
        PassedDescriptors received = receive(pair.server(), 1, 1);
        assertThat(received.count()).isOne();
        received.close();
        watched.awaitClosed();
    }

    // ---- errors ----------------------------------------------------------------------------------

    @Test
    void onlyUnixSocketsCarryThem() throws Exception {
        NativeSocket tcp = port.socket(SocketType.TCP4);
        assertThatThrownBy(() -> PassedDescriptors.trySend(tcp, bytes(1), tcp))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot pass descriptors over tcp socket")
                .hasMessageContaining("only Unix sockets carry them");
        assertThatThrownBy(() -> PassedDescriptors.tryReceive(tcp, bytes(1), 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void numbersOutOfBoundsAreRefused() throws Exception {
        Pairs.Pair pair = streams();
        NativeSocket over = pair.client();
        assertThatThrownBy(() -> PassedDescriptors.trySend(over, bytes(0), over))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("send 1 byte or more");
        assertThatThrownBy(() -> PassedDescriptors.trySend(over, bytes(1), new long[0]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PassedDescriptors.trySend(over, bytes(1), new long[254]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("254 are out of bounds; use 1 to 253");
        assertThatThrownBy(() -> PassedDescriptors.tryReceive(over, bytes(1), 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PassedDescriptors.tryReceive(over, bytes(0), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a buffer of 0 bytes");
        MemorySegment fixed = bytes(1).asReadOnly();
        assertThatThrownBy(() -> PassedDescriptors.tryReceive(over, fixed, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("read-only");
    }

    @Test
    void whatIsNotOpenIsNotPassed() throws Exception {
        Pairs.Pair pair = streams();
        NativeSocket closed = port.socket(SocketType.TCP4);
        loop.run(Close.immediate(closed));
        assertThatThrownBy(() -> PassedDescriptors.trySend(pair.client(), bytes(1), closed))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> assertThat(
                        failure.status()).isEqualTo(Status.CLOSED_LOCALLY))
                .hasMessageContaining("is closed; pass an open socket");
        long[] none = {1_000_000};
        assertThatThrownBy(() -> PassedDescriptors.trySend(pair.client(), bytes(1), none))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> assertThat(
                        failure.status()).isEqualTo(Status.INVALID))
                .hasMessageContaining("EBADF");
    }
}
