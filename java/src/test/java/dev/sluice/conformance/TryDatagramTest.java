package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.DatagramSource;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datagrams without waiting, by the port's thread and by others. */
class TryDatagramTest extends ConformanceTest {
    private final DatagramSource source = new DatagramSource();

    private NativeSocket bound() throws SystemCallException {
        return port.datagrams(OwnLoopback.at(0));
    }

    private static void hasStatus(Throwable failure, Status... expected) {
        assertThat(failure).isInstanceOf(SystemCallException.class);
        assertThat(((SystemCallException) failure).status()).isIn((Object[]) expected);
    }

    @Test
    void eachDatagramHasItsLengthItsSourceAndWhetherItWasCut() throws Exception {
        NativeSocket one = bound();
        NativeSocket other = bound();
        MemorySegment bytes = Pattern.allocate(port, 200);
        MemorySegment memory = port.allocate(100).segment();
        assertThat(other.tryReceiveFrom(memory, source)).isEqualTo(NativeSocket.WOULD_BLOCK);
        int[] sizes = {7, 0, 100, 101, 200, 1};
        for (int size : sizes) {
            assertThat(one.trySendTo(bytes.asSlice(0, size), other.localAddress()))
                    .isEqualTo(size);
        }
        for (int size : sizes) {
            loop.run(Readiness.readable(other));
            int received = Math.min(size, 100);
            assertThat(other.tryReceiveFrom(memory, source)).isEqualTo(received);
            assertThat(source.address()).isEqualTo(one.localAddress());
            assertThat(source.isTruncated()).isEqualTo(size > 100);
            Pattern.check(memory.asSlice(0, received), 0);
        }
        assertThat(other.tryReceiveFrom(memory, source)).isEqualTo(NativeSocket.WOULD_BLOCK);
        Readiness next = loop.submit(Readiness.readable(other));
        loop.pollFor(Duration.ofMillis(2));
        assertThat(next.isPending()).isTrue();
        one.trySendTo(bytes, other.localAddress());
        assertThat(loop.await(next).status()).isEqualTo(Status.OK);
        assertThat(other.tryReceiveFrom(memory, source)).isEqualTo(100);
    }

    @Test
    void eachSenderHasASourceOfItsOwn() throws Exception {
        NativeSocket receiver = bound();
        MemorySegment memory = port.allocate(10).segment();
        for (int i = 0; i < 3; i++) {
            NativeSocket sender = bound();
            sender.trySendTo(memory.asSlice(0, i), receiver.localAddress());
            loop.run(Readiness.readable(receiver));
            assertThat(receiver.tryReceiveFrom(memory, source)).isEqualTo(i);
            assertThat(source.address()).isEqualTo(sender.localAddress());
            assertThat(source.address()).isSameAs(source.address());
        }
    }

    @Test
    void ipv6SourcesAreComplete() throws Exception {
        NativeSocket one = port.datagrams(Address.loopback6(0));
        NativeSocket other = port.datagrams(Address.loopback6(0));
        MemorySegment memory = port.allocate(10).segment();
        one.trySendTo(memory, other.localAddress());
        loop.run(Readiness.readable(other));
        assertThat(other.tryReceiveFrom(memory, source)).isEqualTo(10);
        assertThat(source.address()).isEqualTo(one.localAddress());
    }

    @Test
    void anotherThreadSendsAndReceivesWithoutWaiting() throws Exception {
        NativeSocket one = bound();
        NativeSocket other = bound();
        Address to = other.localAddress();
        CompletableFuture<Address> thread = CompletableFuture.supplyAsync(() -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment memory = arena.allocate(64);
                DatagramSource sender = new DatagramSource();
                assertThat(other.tryReceiveFrom(memory, sender))
                        .isEqualTo(NativeSocket.WOULD_BLOCK);
                assertThat(one.trySendTo(memory.asSlice(0, 5), to)).isEqualTo(5);
                long count = NativeSocket.WOULD_BLOCK;
                while (count == NativeSocket.WOULD_BLOCK) {
                    count = other.tryReceiveFrom(memory.asSlice(0, 3), sender);
                }
                assertThat(count).isEqualTo(3);
                assertThat(sender.isTruncated()).isTrue();
                return sender.address();
            } catch (SystemCallException failure) {
                throw new AssertionError(failure);
            }
        });
        assertThat(loop.await(thread)).isEqualTo(one.localAddress());
    }

    @Test
    void whatTheSystemRefusesHasItsStatus() throws Exception {
        NativeSocket one = bound();
        Address to = one.localAddress();
        assertThatThrownBy(() -> one.trySendTo(port.allocate(65_508).segment(), to))
                .satisfies(failure -> hasStatus(failure, Status.MESSAGE_TOO_BIG));
        assertThatThrownBy(() -> one.trySendTo(port.allocate(1).segment(), Address.loopback6(1)))
                .satisfies(failure -> hasStatus(failure, Status.UNSUPPORTED, Status.INVALID));
        assertThat(one.trySendTo(port.allocate(1).segment(), to)).isEqualTo(1);
    }

    @Test
    void heapMemoryStreamsAndClosedSocketsAreRefused() throws Exception {
        NativeSocket one = bound();
        Address to = one.localAddress();
        MemorySegment heap = MemorySegment.ofArray(new byte[10]);
        assertThatIllegalArgumentException().isThrownBy(() -> one.trySendTo(heap, to));
        assertThatIllegalArgumentException().isThrownBy(() -> one.tryReceiveFrom(heap, source));
        NativeSocket stream = Pairs.connected(loop).client();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.trySendTo(port.allocate(1).segment(), to))
                .withMessageContaining("stream");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.tryReceiveFrom(port.allocate(1).segment(), source));
        MemorySegment memory = port.allocate(1).segment();
        loop.run(Close.immediate(one));
        assertThatIllegalStateException().isThrownBy(() -> one.trySendTo(memory, to));
        assertThatIllegalStateException().isThrownBy(() -> one.tryReceiveFrom(memory, source));
        loop.await(CompletableFuture.runAsync(() -> {
            assertThatThrownBy(() -> one.trySendTo(memory, to))
                    .satisfies(failure -> hasStatus(failure, Status.CLOSED_LOCALLY));
            assertThatThrownBy(() -> one.tryReceiveFrom(memory, source))
                    .satisfies(failure -> hasStatus(failure, Status.CLOSED_LOCALLY));
        }));
    }

    @Test
    void aUnixReceiverThatIsFullLetsNobodySendUntilItReads(@TempDir Path folder) throws Exception {
        Needs.linux("Unix sockets");
        NativeSocket receiver = port.datagrams(Address.unix(folder.resolve("r")));
        NativeSocket sender = port.datagrams(Address.unix(folder.resolve("s")));
        Address to = receiver.localAddress();
        MemorySegment memory = port.allocate(10).segment();
        int sent = 0;
        while (sender.trySendTo(memory, to) == 10) {
            sent++;
        }
        assertThat(sent).isPositive();
        assertThat(sender.trySendTo(memory, to)).isEqualTo(NativeSocket.WOULD_BLOCK);
        assertThat(receiver.tryReceiveFrom(memory, source)).isEqualTo(10);
        assertThat(source.address()).isEqualTo(sender.localAddress());
        assertThat(sender.trySendTo(memory, to)).isEqualTo(10);
    }
}
