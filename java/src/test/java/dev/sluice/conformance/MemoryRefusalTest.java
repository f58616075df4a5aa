package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.NativeSocket;
import dev.sluice.PooledBuffer;
import dev.sluice.PortOptions;
import dev.sluice.Receive;
import dev.sluice.ReceiveFrom;
import dev.sluice.Send;
import dev.sluice.SendTo;
import dev.sluice.SendVectored;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Memory that the kernel could outlive is refused, and the message says why and what helps. */
@Tag("aarch64")
class MemoryRefusalTest extends ConformanceTest {
    private static final String REMEDY = "port.allocate()";

    /** Every way by which memory comes into an operation; the first two are written into. */
    private List<Consumer<MemorySegment>> ways() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = new Receive(pair.client());
        NativeSocket datagrams = port.datagrams(OwnLoopback.at(0));
        ReceiveFrom receiveFrom = new ReceiveFrom(datagrams);
        Send send = new Send(pair.client());
        SendTo sendTo = new SendTo(datagrams);
        SendVectored vectored = new SendVectored(pair.client(), 4);
        return List.of(receive::buffer, receiveFrom::buffer, send::buffer, sendTo::buffer,
                vectored::add);
    }

    private void refusedEverywhere(MemorySegment memory, String... words) throws Exception {
        for (Consumer<MemorySegment> way : ways()) {
            assertThatThrownBy(() -> way.accept(memory))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(REMEDY)
                    .message().contains(words);
        }
    }

    @Test
    void heapMemory() throws Exception {
        refusedEverywhere(MemorySegment.ofArray(new byte[10]), "heap", "garbage collector");
    }

    @Test
    void memoryOfAConfinedArena() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            refusedEverywhere(arena.allocate(10), "arena that may close", "Arena.global()");
        }
    }

    @Test
    void memoryOfASharedArena() throws Exception {
        try (Arena arena = Arena.ofShared()) {
            refusedEverywhere(arena.allocate(10), "arena that may close", "Arena.global()");
        }
    }

    @Test
    void memoryOfAnAutomaticArena() throws Exception {
        refusedEverywhere(Arena.ofAuto().allocate(10), "arena that may close");
    }

    @Test
    void memoryOfAClosedArena() throws Exception {
        MemorySegment memory;
        try (Arena arena = Arena.ofConfined()) {
            memory = arena.allocate(10);
        }
        for (Consumer<MemorySegment> way : ways()) {
            assertThatThrownBy(() -> way.accept(memory))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("an arena that is closed").hasMessageContaining(REMEDY);
        }
    }

    @Test
    void memoryOfAnotherPort() throws Exception {
        MemorySegment memory = openLoop(options()).port().allocate(10).segment();
        refusedEverywhere(memory, "arena that may close");
    }

    @Test
    void aPooledBufferOfAnotherPort() throws Exception {
        Loop other = openLoop(options());
        PooledBuffer buffer = other.port().takeBuffer();
        Pairs.Pair pair = Pairs.connected(loop);
        assertThatThrownBy(() -> new Send(pair.client()).buffer(buffer, 0, 1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("another port");
        buffer.release();
    }

    @Test
    void readOnlyMemoryIsRefusedForReceivingAndTakenForSending() throws Exception {
        MemorySegment memory = Pattern.allocate(port, 10).asReadOnly();
        List<Consumer<MemorySegment>> ways = ways();
        for (Consumer<MemorySegment> way : ways.subList(0, 2)) {
            assertThatThrownBy(() -> way.accept(memory))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("read-only").hasMessageContaining("writable");
        }
        ways.subList(2, ways.size()).forEach(way -> way.accept(memory));
        Pairs.Pair pair = Pairs.connected(loop);
        assertThat(loop.run(new Send(pair.client()).buffer(memory)).bytes()).isEqualTo(10);
    }

    @Test
    void aBufferWithoutRoomIsRefusedForReceiving() throws Exception {
        MemorySegment nothing = port.allocate(1).segment().asSlice(1);
        for (Consumer<MemorySegment> way : ways().subList(0, 2)) {
            assertThatThrownBy(() -> way.accept(nothing))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0 bytes").hasMessageContaining("Readiness");
        }
    }

    @Test
    void aRefusedBufferLeavesTheOneBefore() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        MemorySegment good = port.allocate(10).segment();
        Receive receive = new Receive(pair.server()).buffer(good);
        assertThatThrownBy(() -> receive.buffer(MemorySegment.ofArray(new byte[5])))
                .isInstanceOf(IllegalArgumentException.class);
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 10)));
        assertThat(loop.run(receive).bytes()).isEqualTo(10);
        Pattern.check(good, 0);
    }

    @Test
    void memoryOfThePortThePoolAndTheGlobalArenaIsTaken() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        PooledBuffer pooled = port.takeBuffer();
        for (MemorySegment memory : List.of(port.allocate(10).segment(),
                pooled.segment().asSlice(0, 10),
                Arena.global().allocate(10), port.allocate(30).segment().asSlice(7, 10))) {
            Pattern.fill(memory, 0);
            assertThat(loop.run(new Send(pair.client()).buffer(memory)).status())
                    .isEqualTo(Status.OK);
            memory.fill((byte) 0);
            assertThat(loop.run(new Receive(pair.server()).buffer(memory)).bytes()).isEqualTo(10);
            Pattern.check(memory, 0);
        }
        pooled.release();
    }

    @Test
    void aReleasedBufferIsRefused() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        PooledBuffer buffer = port.takeBuffer();
        buffer.release();
        for (Consumer<PooledBuffer> use : List.<Consumer<PooledBuffer>>of(
                PooledBuffer::release, PooledBuffer::segment,
                each -> new Send(pair.client()).buffer(each, 0, 1))) {
            assertThatThrownBy(() -> use.accept(buffer))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("released").hasMessageContaining("take one");
        }
    }

    @Test
    void memoryOfAPortDiesWithIt() throws Exception {
        Loop other = openLoop(PortOptions.DEFAULT);
        MemorySegment memory = other.port().allocate(10).segment();
        PooledBuffer buffer = other.port().takeBuffer();
        MemorySegment pooled = buffer.segment();
        buffer.release();
        other.port().close();
        assertThat(memory.scope().isAlive()).isFalse();
        assertThat(pooled.scope().isAlive()).isFalse();
        assertThatThrownBy(() -> other.port().allocate(1).segment())
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        assertThatThrownBy(other.port()::takeBuffer)
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
    }
}
