package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Close;
import dev.sluice.PooledBuffer;
import dev.sluice.PortOptions;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Receives that wait for a buffer of the pool instead of ending with NO_BUFFERS. */
class WaitForBufferTest extends ConformanceTest {
    private static final int BUFFERS = 4;

    private final Deque<PooledBuffer> taken = new ArrayDeque<>();

    @Override
    PortOptions options() {
        return super.options().poolBuffers(BUFFERS).poolBufferBytes(256);
    }

    private void takeAll() {
        for (int i = 0; i < BUFFERS; i++) {
            taken.add(port.takeBuffer());
        }
        assertThat(port.takeBuffer()).isNull();
    }

    private void releaseOne() {
        taken.remove().release();
    }

    /** A connection whose server side has bytes to receive. */
    private Pairs.Pair withBytes() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        loop.run(new Send(pair.client()).buffer(port.allocate(1).segment()));
        return pair;
    }

    private Receive waitingOn(Pairs.Pair pair) {
        return loop.submit(new Receive(pair.server()).waitForBuffer());
    }

    @Test
    @Tag("aarch64")
    void theLongestWaiterGetsTheReleasedBuffer() throws Exception {
        List<Receive> receives = new ArrayList<>();
        List<Pairs.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pairs.add(withBytes());
        }
        takeAll();
        for (Pairs.Pair pair : pairs) {
            receives.add(waitingOn(pair));
            loop.pollFor(Duration.ofMillis(2));
        }
        assertThat(receives).allMatch(Receive::isPending);
        releaseOne();
        // Each event gives its buffer back by itself, which is the next one's.
        loop.until("all", () -> receives.stream().noneMatch(Receive::isPending));
        assertThat(loop.events().all().stream().map(Event::operation)
                .filter(receives::contains).toList()).isEqualTo(receives);
        assertThat(receives).allMatch(receive -> receive.bytes() == 1);
        taken.forEach(PooledBuffer::release);
    }

    @Test
    void aReceiveThatWaitsKeepsTheThreadIdle() throws Exception {
        Pairs.Pair pair = withBytes();
        takeAll();
        Receive receive = waitingOn(pair);
        loop.pollFor(Duration.ofMillis(20));
        long endNanos = System.nanoTime() + Duration.ofMillis(200).toNanos();
        int polls = 0;
        for (long left = 1; left > 0; left = endNanos - System.nanoTime()) {
            port.poll(Math.max(left, 1));
            polls++;
        }
        assertThat(polls).as("polls that returned within 200 ms").isLessThan(20);
        assertThat(receive.isPending()).isTrue();
        taken.forEach(PooledBuffer::release);
        assertThat(loop.await(receive).bytes()).isEqualTo(1);
    }

    @Test
    void deadlineCancelAndCloseEndTheWait() throws Exception {
        Pairs.Pair late = withBytes();
        Pairs.Pair cancelled = withBytes();
        Pairs.Pair closed = withBytes();
        Pairs.Pair shut = withBytes();
        Pairs.Pair last = withBytes();
        takeAll();
        Receive first = loop.submit(new Receive(late.server()).waitForBuffer()
                .timeout(Duration.ofMillis(30)));
        Receive second = waitingOn(cancelled);
        Receive third = waitingOn(closed);
        Receive fourth = waitingOn(shut);
        Receive fifth = waitingOn(last);
        assertThat(loop.await(first).status()).isEqualTo(Status.DEADLINE);
        assertThat(port.cancel(second)).isTrue();
        assertThat(loop.await(second).status()).isEqualTo(Status.CANCELLED);
        loop.run(Close.immediate(closed.server()));
        assertThat(loop.await(third).status()).isEqualTo(Status.CLOSED_LOCALLY);
        loop.run(Shutdown.receive(shut.server()));
        assertThat(loop.await(fourth).status()).isEqualTo(Status.EOF);
        assertThat(fifth.isPending()).isTrue();
        releaseOne();
        assertThat(loop.await(fifth).bytes()).isEqualTo(1);
        // What was cancelled took nothing: the bytes are still there.
        assertThat(loop.run(second).bytes()).isEqualTo(1);
        assertThat(loop.run(first).bytes()).isEqualTo(1);
        taken.forEach(PooledBuffer::release);
    }

    @Test
    void aMultishotReceiveContinuesAfterAReleaseAndLosesNothing() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        long[] checked = new long[1];
        List<PooledBuffer> held = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        Receive receive = new Receive(pair.server()).waitForBuffer().multishot();
        receive.onCompletion(event -> {
            if (event.isOk()) {
                held.add(event.takeBuffer());
                lengths.add(event.bytes());
            }
        });
        port.submit(receive);
        loop.submit(new Send(pair.client()).buffer(Pattern.allocate(port, 50_000)));
        loop.submit(Shutdown.send(pair.client()));
        while (receive.isPending()) {
            loop.until("all buffers, or the end",
                    () -> held.size() == BUFFERS || !receive.isPending());
            for (int i = 0; i < held.size(); i++) {
                Pattern.check(held.get(i).segment().asSlice(0, lengths.get(i)), checked[0]);
                checked[0] += lengths.get(i);
                held.get(i).release();
            }
            held.clear();
            lengths.clear();
        }
        assertThat(receive.status()).isEqualTo(Status.EOF);
        assertThat(checked[0]).isEqualTo(50_000);
    }

    /** One that always has bytes takes its turn as all others do. */
    @Test
    void aSocketThatAlwaysHasBytesDoesNotStarveThoseThatWait() throws Exception {
        Pairs.Pair busy = Pairs.connected(loop);
        MemorySegment much = port.allocate(64 * 1024).segment();
        Send send = new Send(busy.client()).buffer(much);
        boolean[] stopped = new boolean[1];
        send.onCompletion(event -> {
            if (!stopped[0]) {
                port.submit(event);
            }
        });
        Receive hog = new Receive(busy.server()).waitForBuffer();
        hog.onCompletion(event -> {
            if (!stopped[0]) {
                port.submit(event);
            }
        });
        List<Pairs.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            pairs.add(withBytes());
        }
        takeAll();
        port.submit(hog);
        port.submit(send);
        List<Receive> receives = new ArrayList<>();
        pairs.forEach(pair -> receives.add(waitingOn(pair)));
        releaseOne();
        loop.until("the others", () -> receives.stream().noneMatch(Receive::isPending));
        assertThat(receives).allMatch(receive -> receive.bytes() == 1);
        stopped[0] = true;
        port.cancel(send);
        port.cancel(hog);
        loop.until("their ends", () -> !send.isPending() && !hog.isPending());
        taken.forEach(PooledBuffer::release);
    }

    /** Held back behind those that had none, though its own bytes come later. */
    @Test
    void oneWithoutBytesDoesNotKeepABufferFromTheNext() throws Exception {
        Pairs.Pair first = withBytes();
        Pairs.Pair silent = Pairs.connected(loop);
        Pairs.Pair last = withBytes();
        takeAll();
        Receive one = waitingOn(first);
        loop.pollFor(Duration.ofMillis(2));
        Receive two = waitingOn(silent);
        Receive three = waitingOn(last);
        loop.pollFor(Duration.ofMillis(2));
        releaseOne();
        assertThat(loop.await(one).bytes()).isEqualTo(1);
        assertThat(loop.await(three).bytes()).isEqualTo(1);
        assertThat(two.isPending()).isTrue();
        loop.run(new Send(silent.client()).buffer(port.allocate(1).segment()));
        assertThat(loop.await(two).bytes()).isEqualTo(1);
        taken.forEach(PooledBuffer::release);
    }

    @Test
    void thePortsCloseEndsTheWait() throws Exception {
        List<Receive> receives = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            receives.add(new Receive(withBytes().server()).waitForBuffer());
        }
        takeAll();
        receives.forEach(port::submit);
        loop.pollFor(Duration.ofMillis(10));
        taken.forEach(PooledBuffer::release);
        port.close();
        assertThat(receives).allMatch(receive -> receive.status() == Status.CLOSED_LOCALLY
                || receive.isOk());
    }
}
