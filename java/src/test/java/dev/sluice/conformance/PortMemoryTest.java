package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.CompletionPort;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.PortFailedException;
import dev.sluice.PortMemory;
import dev.sluice.Receive;
import dev.sluice.ReceiveFrom;
import dev.sluice.Send;
import dev.sluice.SendTo;
import dev.sluice.SendVectored;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Memory of a port is freed by its release, but never while a pending operation refers to it. After
 * the release neither the program nor an operation can use it.
 */
@Tag("aarch64")
class PortMemoryTest extends ConformanceTest {
    private static final int CYCLES = 100_000;
    private static final int CYCLE_BYTES = 16 * 1024;
    private static final long PAGE_BYTES = 4096;

    /** Far less than the 1.6 GB that the cycles allocate together. */
    private static final long MOST_GROWTH_BYTES = 128L << 20;

    private static boolean isFreed(MemorySegment segment) {
        return !segment.scope().isAlive();
    }

    private static void refused(ThrowingCallable use) {
        assertThatThrownBy(use).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("released").hasMessageContaining("port.allocate()");
    }

    @Test
    void aReleaseFreesMemoryThatNoOperationRefersTo() {
        PortMemory memory = port.allocate(100);
        MemorySegment segment = memory.segment();
        assertThat(segment.byteSize()).isEqualTo(100);
        assertThat(segment.address() % 64).isZero();
        assertThat(memory).hasToString("memory of 100 bytes");
        memory.release();
        assertThat(isFreed(segment)).isTrue();
        refused(memory::segment);
        assertThat(memory).hasToString("memory of 100 bytes (released)");
    }

    @Test
    void aSecondReleaseIsRefused() {
        PortMemory memory = port.allocate(1);
        memory.release();
        refused(memory::release);
    }

    @Test
    void aSecondReleaseIsRefusedWhileTheFirstWaitsForAnOperation() throws Exception {
        PortMemory memory = port.allocate(10);
        Receive receive = loop.submit(
                new Receive(Pairs.connected(loop).server()).buffer(memory.segment()));
        memory.release();
        refused(memory::release);
        port.cancel(receive);
        assertThat(loop.await(receive).status()).isEqualTo(Status.CANCELLED);
    }

    @Test
    void memoryReleasedWithAReceiveInFlightTakesItsBytesAndIsFreedAtItsEvent() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        PortMemory memory = port.allocate(10);
        MemorySegment segment = memory.segment();
        Receive receive = loop.submit(new Receive(pair.server()).buffer(segment));
        port.poll(0);
        memory.release();
        assertThat(isFreed(segment)).isFalse();
        refused(memory::segment);
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 7)));
        assertThat(loop.await(receive).bytes()).isEqualTo(7);
        assertThat(isFreed(segment)).isTrue();
    }

    @Test
    void memoryReleasedWithASendInFlightIsSentWhole() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, 8192);
        PortMemory memory = port.allocate(1 << 20);
        MemorySegment segment = memory.segment();
        Pattern.fill(segment, 0);
        Send send = loop.submit(new Send(pair.client()).buffer(segment));
        memory.release();
        Receive receive = new Receive(pair.server());
        long received = 0;
        while (received < 1 << 20) {
            Event event = loop.run(receive);
            Pattern.check(event.data(), received);
            received += event.bytes();
        }
        assertThat(loop.await(send).status()).isEqualTo(Status.OK);
        assertThat(send.isComplete()).isTrue();
        assertThat(isFreed(segment)).isTrue();
    }

    @Test
    void anOperationThatOnlyWaitsForItsTurnKeepsTheMemoryToo() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive first = loop.submit(
                new Receive(pair.server()).buffer(port.allocate(10).segment()));
        PortMemory memory = port.allocate(10);
        MemorySegment segment = memory.segment();
        Receive second = loop.submit(new Receive(pair.server()).buffer(segment));
        memory.release();
        assertThat(isFreed(segment)).isFalse();
        port.cancel(second);
        assertThat(isFreed(segment)).as("its event is not delivered yet").isFalse();
        loop.await(second);
        assertThat(isFreed(segment)).isTrue();
        assertThat(first.isPending()).isTrue();
    }

    @Test
    void memoryOfSeveralOperationsIsFreedAtTheLastEvent() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        PortMemory memory = port.allocate(100);
        MemorySegment segment = memory.segment();
        Pattern.fill(segment, 0);
        Receive receive = loop.submit(
                new Receive(pair.client()).buffer(segment.asSlice(50)));
        SendVectored send = new SendVectored(pair.client(), 3)
                .add(segment.asSlice(0, 10)).add(segment.asSlice(10, 10))
                .add(Pattern.allocate(port, 5));
        loop.submit(send);
        memory.release();
        assertThat(loop.await(send).bytes()).isEqualTo(25);
        assertThat(isFreed(segment)).isFalse();
        loop.run(new Send(pair.server()).buffer(Pattern.allocate(port, 1)));
        assertThat(loop.await(receive).bytes()).isEqualTo(1);
        assertThat(isFreed(segment)).isTrue();
        refused(() -> port.submit(send));
    }

    @Test
    void aHandlerMayReleaseTheMemoryOfItsEventOrSubmitWithItAgain() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        PortMemory memory = port.allocate(1);
        MemorySegment segment = memory.segment();
        int[] events = {0};
        Receive receive = new Receive(pair.server()).buffer(segment);
        receive.onCompletion(received -> {
            if (++events[0] < 3) {
                port.submit(received);
            } else {
                memory.release();
                assertThat(isFreed(segment)).isTrue();
            }
        });
        port.submit(receive);
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 3)));
        loop.until("three events", () -> events[0] == 3);
        refused(() -> port.submit(receive));
    }

    // ---- use after the release -----------------------------------------------------------------

    @Test
    void aSubmissionAfterTheReleaseIsRefused() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        NativeSocket datagrams = port.datagrams(OwnLoopback.at(0));
        PortMemory memory = port.allocate(10);
        MemorySegment segment = memory.segment();
        List<Operation<?>> operations = List.of(
                new Receive(pair.server()).buffer(segment), new Send(pair.client()).buffer(segment),
                new ReceiveFrom(datagrams).buffer(segment),
                new SendTo(datagrams).buffer(segment).to(datagrams.localAddress()),
                new SendVectored(pair.client(), 2).add(Pattern.allocate(port, 1)).add(segment));
        memory.release();
        for (Operation<?> operation : operations) {
            refused(() -> port.submit(operation));
            assertThatThrownBy(() -> port.submit(operation))
                    .hasMessageStartingWith("cannot submit ");
            assertThat(operation.isPending()).isFalse();
        }
        assertThat(port.pendingOperations()).isZero();
    }

    @Test
    void aSegmentOfReleasedMemoryIsRefusedByEveryOperationAndCall() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        PortMemory free = port.allocate(10);
        PortMemory waiting = port.allocate(10);
        List<MemorySegment> stale =
                List.of(free.segment().asSlice(1), waiting.segment().asSlice(1));
        Receive receive = loop.submit(new Receive(pair.client()).buffer(waiting.segment()));
        free.release();
        waiting.release();
        Consumer<MemorySegment> into = new Receive(pair.server())::buffer;
        Consumer<MemorySegment> from = new Send(pair.server())::buffer;
        for (MemorySegment each : stale) {
            refused(() -> into.accept(each));
            refused(() -> from.accept(each));
        }
        refused(() -> pair.server().trySend(stale.getFirst()));
        refused(() -> pair.server().tryReceive(stale.getFirst()));
        port.cancel(receive);
        loop.await(receive);
    }

    @Test
    void anOperationThatHadReleasedMemoryTakesOther() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        PortMemory memory = port.allocate(10);
        Receive receive = new Receive(pair.server()).buffer(memory.segment());
        memory.release();
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 20)));
        assertThat(loop.run(receive.buffer(port.allocate(10).segment())).bytes()).isEqualTo(10);
        assertThat(loop.run(receive.pooled()).bytes()).isEqualTo(10);
    }

    @Test
    void aRefusedSubmissionDoesNotKeepTheMemory() throws Exception {
        CompletionPort full = openLoop(options().maxOperations(1).maxSockets(8)).port();
        NativeSocket socket = full.datagrams(OwnLoopback.at(0));
        full.submit(new Receive(socket));
        PortMemory memory = full.allocate(10);
        MemorySegment segment = memory.segment();
        assertThatThrownBy(() -> full.submit(new ReceiveFrom(socket).buffer(segment)))
                .isInstanceOf(LimitExceededException.class);
        memory.release();
        assertThat(isFreed(segment)).isTrue();
    }

    @Test
    void onlyThePortsThreadAllocatesAndReleases() throws Exception {
        PortMemory memory = port.allocate(10);
        CompletableFuture<Void> elsewhere = CompletableFuture.runAsync(() -> {
            memory.segment().fill((byte) 1);
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    memory::release, () -> port.allocate(1))) {
                assertThatThrownBy(call).isInstanceOf(WrongThreadException.class)
                        .hasMessageContaining("port.execute()");
            }
        });
        elsewhere.get();
        memory.release();
    }

    // ---- the end of the port -----------------------------------------------------------------

    @Test
    void theCloseOfThePortFreesEverything() throws Exception {
        CompletionPort ending = openLoop(options()).port();
        NativeSocket socket = ending.datagrams(OwnLoopback.at(0));
        PortMemory kept = ending.allocate(10);
        PortMemory pending = ending.allocate(10);
        PortMemory released = ending.allocate(10);
        List<MemorySegment> segments =
                List.of(kept.segment(), pending.segment(), released.segment());
        ending.submit(new ReceiveFrom(socket).buffer(pending.segment()));
        ending.submit(new ReceiveFrom(socket).buffer(released.segment()));
        released.release();
        ending.close();
        assertThat(segments).allMatch(PortMemoryTest::isFreed);
        kept.release();
        refused(kept::release);
    }

    @Test
    void aFailedPortFreesNothingBeforeItsClose() throws Throwable {
        BrokenWaits waits = BrokenWaits.prepare();
        CompletionPort failed = openLoop(options()).port();
        PortMemory memory = failed.allocate(10);
        MemorySegment segment = memory.segment();
        failed.poll(0);
        waits.makeFail();
        assertThatThrownBy(() -> failed.poll(CompletionPort.FOREVER))
                .isInstanceOf(PortFailedException.class);
        memory.release();
        assertThat(isFreed(segment)).isFalse();
        failed.close();
    }

    @Test
    void manyCyclesHoldMemoryConstant() throws Exception {
        cycles(CYCLES / 10);
        long beforeBytes = residentBytes();
        cycles(CYCLES);
        assertThat(residentBytes() - beforeBytes).isLessThan(MOST_GROWTH_BYTES);
    }

    private void cycles(int count) {
        for (int i = 0; i < count; i++) {
            PortMemory memory = port.allocate(CYCLE_BYTES);
            memory.segment().set(ValueLayout.JAVA_BYTE, CYCLE_BYTES - 1, (byte) i);
            memory.release();
        }
    }

    /** 0 where the system has no such file: then the cycles only show that they end. */
    private static long residentBytes() throws IOException {
        Path statm = Path.of("/proc/self/statm");
        return Files.exists(statm)
                ? Long.parseLong(Files.readString(statm).split(" ", -1)[1]) * PAGE_BYTES
                : 0;
    }
}
