package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Close;
import dev.sluice.PooledBuffer;
import dev.sluice.PortOptions;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Receives into the port's pool: which side has a buffer, and what happens if none is free. */
class PooledReceiveTest extends ConformanceTest {
    private static final int BUFFERS = 8;
    private static final int BUFFER_BYTES = 256;

    @Override
    PortOptions options() {
        return super.options().poolBuffers(BUFFERS).poolBufferBytes(BUFFER_BYTES);
    }

    /** Keeps what its receive brings; {@link #releaseAll} gives it back, checked. */
    private static final class Holder {
        final List<PooledBuffer> held = new ArrayList<>();
        final Deque<Integer> lengths = new ArrayDeque<>();
        long checked;

        void took(Receive event) {
            if (event.status() == Status.OK) {
                held.add(event.takeBuffer());
                lengths.add(event.bytes());
            }
        }

        void releaseAll() {
            for (PooledBuffer buffer : held) {
                int length = lengths.remove();
                Pattern.check(buffer.segment().asSlice(0, length), checked);
                checked += length;
                buffer.release();
            }
            held.clear();
        }
    }

    @Test
    @Tag("aarch64")
    void exhaustionIsNoBuffersAndReceivingContinuesAfterARelease() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Holder holder = new Holder();
        Receive receive = new Receive(pair.server()).onCompletion(holder::took);
        loop.submit(new Send(pair.client()).buffer(Pattern.allocate(port, 10_000)));
        for (int i = 0; i < BUFFERS; i++) {
            port.submit(receive);
            loop.until("a buffer", () -> !receive.isPending());
            assertThat(receive.status()).isEqualTo(Status.OK);
        }
        assertThat(port.availableBuffers()).isZero();
        port.submit(receive);
        loop.until("an end", () -> !receive.isPending());
        assertThat(receive.status()).isEqualTo(Status.NO_BUFFERS);
        assertThat(receive.status().isTemporary()).isTrue();
        assertThatThrownBy(receive::takeBuffer).hasMessageContaining("no pooled buffer");

        while (holder.checked < 10_000) {
            holder.releaseAll();
            port.submit(receive);
            loop.until("more", () -> !receive.isPending());
            assertThat(receive.status()).isEqualTo(Status.OK);
            holder.releaseAll();
        }
        assertThat(holder.checked).isEqualTo(10_000);
    }

    @Test
    void aMultishotReceiveEndsWithNoBuffersAndLosesNothing() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Holder holder = new Holder();
        List<Status> ends = new ArrayList<>();
        Receive receive = new Receive(pair.server()).multishot().onCompletion(event -> {
            holder.took(event);
            if (!event.hasMore()) {
                ends.add(event.status());
            }
        });
        loop.submit(new Send(pair.client()).buffer(Pattern.allocate(port, 50_000)));
        loop.submit(Shutdown.send(pair.client()));
        int rounds = 0;
        while (!ends.contains(Status.EOF)) {
            assertThat(rounds++).as("rounds").isLessThan(50_000);
            port.submit(receive);
            loop.until("its end", () -> !receive.isPending());
            assertThat(holder.held).hasSizeLessThanOrEqualTo(BUFFERS);
            holder.releaseAll();
        }
        assertThat(holder.checked).isEqualTo(50_000);
        assertThat(ends.subList(0, ends.size() - 1)).isNotEmpty().containsOnly(Status.NO_BUFFERS);
    }

    /** A connection whose client sends one value without end, and whose server holds buffers. */
    private final class Tagged {
        private final byte tag;
        private final Send send;
        private final Receive receive;
        private final Map<Long, Tagged> owners;
        private final Deque<PooledBuffer> held = new ArrayDeque<>();
        private final Deque<Integer> lengths = new ArrayDeque<>();
        private int events;
        private boolean stopped;

        Tagged(Pairs.Pair pair, int tag, Map<Long, Tagged> owners) {
            this.tag = (byte) tag;
            this.owners = owners;
            MemorySegment bytes = port.allocate(1000).segment();
            bytes.fill(this.tag);
            send = new Send(pair.client()).buffer(bytes).onCompletion(this::sent);
            receive = new Receive(pair.server()).multishot().onCompletion(this::received);
            port.submit(send);
        }

        private void sent(Send event) {
            if (!stopped) {
                port.submit(event);
            }
        }

        private void received(Receive event) {
            if (event.status() == Status.OK) {
                events++;
                PooledBuffer buffer = event.takeBuffer();
                assertThat(owners.put(buffer.segment().address(), this)).isNull();
                held.add(buffer);
                lengths.add(event.bytes());
            }
        }

        void receive() {
            if (!receive.isPending()) {
                port.submit(receive);
            }
        }

        void stop() {
            stopped = true;
            port.cancel(send);
            port.cancel(receive);
        }

        boolean isStopped() {
            return !send.isPending() && !receive.isPending();
        }

        /** Gives the oldest back; while it was held nobody else may have written into it. */
        void release() {
            if (held.isEmpty()) {
                return;
            }
            PooledBuffer buffer = held.remove();
            MemorySegment bytes = buffer.segment().asSlice(0, lengths.remove());
            assertThat(bytes.toArray(ValueLayout.JAVA_BYTE)).containsOnly(tag);
            owners.remove(bytes.address());
            buffer.release();
        }
    }

    @Test
    void aBufferIsNeverHandedOutTwice() throws Exception {
        Random random = new Random(7);
        Map<Long, Tagged> owners = new HashMap<>();
        List<Tagged> all = new ArrayList<>();
        for (int i = 1; i <= 12; i++) {
            all.add(new Tagged(Pairs.connected(loop), i, owners));
        }
        // Small rings bring fewer events in a round; @Timeout ends it if none come.
        int events = 0;
        for (int round = 0; round < 3000 || events <= 1000; round++) {
            all.get(random.nextInt(all.size())).receive();
            port.poll(0);
            all.get(random.nextInt(all.size())).release();
            events = all.stream().mapToInt(one -> one.events).sum();
        }
        // A multishot receive may deliver more until it has ended.
        all.forEach(Tagged::stop);
        loop.until("their ends", () -> all.stream().allMatch(Tagged::isStopped));
        all.forEach(one -> {
            while (!one.held.isEmpty()) {
                one.release();
            }
        });
    }

    @Test
    @Tag("aarch64")
    void aBufferThatIsNotTakenReturnsByItself() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        int[] events = new int[1];
        Receive receive = new Receive(pair.server()).multishot()
                .onCompletion(event -> events[0]++);
        port.submit(receive);
        var bytes = Pattern.allocate(port, 100);
        for (int i = 0; i < 5 * BUFFERS; i++) {
            int before = events[0];
            loop.run(new Send(pair.client()).buffer(bytes));
            loop.until("an event", () -> events[0] > before);
            assertThat(receive.hasMore()).isTrue();
        }
        port.cancel(receive);
        loop.until("its end", () -> !receive.isPending());
        assertThat(port.availableBuffers()).isEqualTo(BUFFERS);
    }

    @Test
    void withoutAHandlerABufferStaysUntilTheNextEventOrSubmission() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = new Receive(pair.server());
        var bytes = Pattern.allocate(port, 10);
        for (int i = 0; i < 3 * BUFFERS; i++) {
            loop.run(new Send(pair.client()).buffer(bytes));
            port.submit(receive);
            loop.until("an event", () -> !receive.isPending());
            assertThat(port.availableBuffers()).isEqualTo(BUFFERS - 1);
        }
        PooledBuffer last = receive.takeBuffer();
        Pattern.check(last.segment().asSlice(0, 10), 0);
        last.release();

        // Many events within one poll, of which nobody sees any.
        receive.multishot();
        port.submit(receive);
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 20 * BUFFER_BYTES)));
        loop.submit(Shutdown.send(pair.client()));
        loop.until("the end", () -> {
            if (receive.isPending()) {
                return false;
            }
            boolean ended = receive.status() == Status.EOF;
            if (!ended) {
                assertThat(receive.status()).isEqualTo(Status.NO_BUFFERS);
                port.submit(receive);
            }
            return ended;
        });
        assertThat(port.availableBuffers()).isEqualTo(BUFFERS);
    }

    @Test
    void aHandlerThatThrowsLosesNoBuffer() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = new Receive(pair.server()).onCompletion(event -> {
            throw new IllegalStateException("on purpose");
        });
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 10)));
        port.submit(receive);
        assertThatThrownBy(() -> loop.pollFor(Duration.ofMillis(50))).hasMessage("on purpose");
        assertThat(port.availableBuffers()).isEqualTo(BUFFERS);
    }

    @Test
    void idleConnectionsHoldNoBuffer() throws Exception {
        List<Pairs.Pair> pairs = new ArrayList<>();
        List<Receive> receives = new ArrayList<>();
        for (int i = 0; i < 3 * BUFFERS; i++) {
            Pairs.Pair pair = Pairs.connected(loop);
            pairs.add(pair);
            receives.add(loop.submit(new Receive(pair.server())));
        }
        loop.pollFor(Duration.ofMillis(10));
        assertThat(receives).allMatch(Receive::isPending);
        assertThat(port.availableBuffers()).isEqualTo(BUFFERS);
        for (int i = 0; i < pairs.size(); i++) {
            loop.run(new Send(pairs.get(i).client()).buffer(Pattern.allocate(port, 10)));
            assertThat(loop.await(receives.get(i)).bytes()).isEqualTo(10);
        }
    }

    @Test
    void eachOfManyReceivesWithoutABufferIsReportedThoughOneAsksAgainAndAgain() throws Exception {
        List<PooledBuffer> taken = new ArrayList<>();
        for (int i = 0; i < BUFFERS; i++) {
            taken.add(port.takeBuffer());
        }
        MemorySegment one = port.allocate(1).segment();
        List<Pairs.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            pairs.add(Pairs.connected(loop));
            loop.run(new Send(pairs.getLast().client()).buffer(one));
        }
        boolean[] stopped = new boolean[1];
        Receive restless = new Receive(pairs.getFirst().server()).onCompletion(event -> {
            if (!stopped[0]) {
                port.submit(event);
            }
        });
        port.submit(restless);
        List<Receive> receives = new ArrayList<>();
        for (Pairs.Pair pair : pairs.subList(1, pairs.size())) {
            receives.add(loop.submit(new Receive(pair.server())));
        }
        for (Receive receive : receives) {
            assertThat(loop.await(receive).status()).isEqualTo(Status.NO_BUFFERS);
        }
        stopped[0] = true;
        loop.until("the end of the restless one", () -> !restless.isPending());
        taken.forEach(PooledBuffer::release);
        for (Receive receive : receives) {
            assertThat(loop.run(receive).bytes()).isEqualTo(1);
        }
    }

    @Test
    void receivesThatWaitWhileTheBuffersRunOutAllEnd() throws Exception {
        List<Pairs.Pair> pairs = new ArrayList<>();
        List<Receive> receives = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            pairs.add(Pairs.connected(loop));
            Receive receive = new Receive(pairs.getLast().server());
            receives.add(receive);
            // Without a handler each keeps the buffer that it gets.
            port.submit(receive);
        }
        Pairs.Pair busy = Pairs.connected(loop);
        boolean[] stopped = new boolean[1];
        Receive restless = new Receive(busy.server()).onCompletion(event -> {
            if (!stopped[0]) {
                port.submit(event);
            }
        });
        port.submit(restless);
        loop.submit(new Send(busy.client()).buffer(port.allocate(8 << 20).segment()));
        MemorySegment one = port.allocate(1).segment();
        for (Pairs.Pair pair : pairs) {
            port.submit(new Send(pair.client()).buffer(one));
        }
        loop.until("all of them", () -> receives.stream().noneMatch(Receive::isPending));
        for (Receive receive : receives) {
            assertThat(receive.status()).isIn(Status.OK, Status.NO_BUFFERS);
            if (receive.isOk()) {
                receive.takeBuffer().release();
            }
        }
        stopped[0] = true;
        port.cancel(restless);
        loop.until("the end of the restless one", () -> !restless.isPending());
    }

    @Test
    void aBufferBelongsToItsHolderUntilItIsReleasedOnce() throws Exception {
        PooledBuffer buffer = port.takeBuffer();
        assertThat(buffer.capacity()).isEqualTo(BUFFER_BYTES);
        assertThat(buffer.segment().byteSize()).isEqualTo(BUFFER_BYTES);
        assertThat(port.availableBuffers()).isEqualTo(BUFFERS - 1);
        buffer.release();
        assertThatThrownBy(buffer::release).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was released");
        assertThatThrownBy(buffer::segment).hasMessageContaining("was released");
        Pairs.Pair pair = Pairs.connected(loop);
        assertThatThrownBy(() -> new Send(pair.client()).buffer(buffer, 0, 1))
                .hasMessageContaining("was released");
        assertThat(port.availableBuffers()).isEqualTo(BUFFERS);
    }

    @Test
    void takeBufferGivesAllOfThemAndThenNone() {
        List<PooledBuffer> taken = new ArrayList<>();
        PooledBuffer buffer = port.takeBuffer();
        while (buffer != null) {
            taken.add(buffer);
            buffer = port.takeBuffer();
        }
        assertThat(taken).hasSize(BUFFERS).doesNotHaveDuplicates();
        assertThat(taken.stream().map(one -> one.segment().address()).distinct()).hasSize(BUFFERS);
        taken.forEach(PooledBuffer::release);
        assertThat(port.availableBuffers()).isEqualTo(BUFFERS);
    }

    @Test
    void aReceivedBufferCanBeSentBackAsItIs() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 200)));
        PooledBuffer[] kept = new PooledBuffer[1];
        port.submit(new Receive(pair.server()).onCompletion(event -> kept[0] = event.takeBuffer()));
        loop.until("bytes", () -> kept[0] != null);
        Send back = new Send(pair.server()).buffer(kept[0], 50, 100);
        assertThat(loop.run(back).bytes()).isEqualTo(100);
        assertThatThrownBy(() -> new Send(pair.server()).buffer(kept[0], 200, 57))
                .isInstanceOf(IndexOutOfBoundsException.class);
        kept[0].release();
        Event answer = loop.run(new Receive(pair.client()));
        assertThat(answer.bytes()).isEqualTo(100);
        Pattern.check(answer.data(), 50);
    }

    @Test
    void aBufferOfAnotherPortIsRefused() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        PooledBuffer foreign = openLoop(options()).port().takeBuffer();
        assertThatThrownBy(() -> new Send(pair.client()).buffer(foreign, 0, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another port");
        foreign.release();
    }

    // ---- multishot -------------------------------------------------------------------------------

    @Test
    @Tag("aarch64")
    void multishotHasMoreUntilTheEndOfTheStream() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = loop.submit(new Receive(pair.server()).multishot());
        for (int i = 0; i < 20; i++) {
            int before = loop.events().of(receive).size();
            loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 10)));
            loop.until("an event", () -> loop.events().of(receive).size() > before);
        }
        loop.run(Shutdown.send(pair.client()));
        assertThat(loop.await(receive).status()).isEqualTo(Status.EOF);
        List<Event> events = loop.events().of(receive);
        assertThat(events).hasSize(21);
        assertThat(events.subList(0, 20)).allMatch(Event::hasMore)
                .allMatch(event -> event.bytes() == 10);
    }

    @Test
    void cancelEndsAMultishotReceiveOnceAndTheSocketContinues() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = loop.submit(new Receive(pair.server()).multishot());
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 10)));
        loop.until("an event", () -> loop.events().of(receive).size() == 1);
        assertThat(port.cancel(receive)).isTrue();
        port.cancel(receive);
        assertThat(loop.await(receive).status()).isEqualTo(Status.CANCELLED);
        loop.pollFor(Duration.ofMillis(5));
        assertThat(loop.events().statusesOf(receive))
                .containsExactly(Status.OK, Status.CANCELLED);
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 7)));
        assertThat(loop.run(receive.oneShot()).bytes()).isEqualTo(7);
    }

    @Test
    void aResetEndsAMultishotReceiveAfterItsBytes() throws Exception {
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        Receive receive = loop.submit(new Receive(mixed.socket()).multishot());
        mixed.peer().write("last words");
        loop.until("bytes", () -> loop.events().of(receive).size() == 1);
        mixed.peer().reset();
        mixed.peer().close();
        assertThat(loop.await(receive).status()).isEqualTo(Status.RESET);
        assertThat(loop.events().of(receive).getFirst().text()).isEqualTo("last words");
    }

    @Test
    void aCloseEndsAMultishotReceiveAndComesLast() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = loop.submit(new Receive(pair.server()).multishot());
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 1000)));
        Close close = loop.submit(Close.immediate(pair.server()));
        loop.await(close);
        List<Event> events = loop.events().of(receive);
        assertThat(events.getLast().status()).isEqualTo(Status.CLOSED_LOCALLY);
        assertThat(events.subList(0, events.size() - 1)).allMatch(Event::hasMore);
        assertThat(loop.events().all().getLast().operation()).isSameAs(close);
    }

    @Test
    void aMultishotReceiveWantsThePool() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive =
                new Receive(pair.server()).buffer(port.allocate(10).segment()).multishot();
        assertThatThrownBy(() -> loop.submit(receive)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("call pooled(), or oneShot()");
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 10)));
        loop.submit(receive.pooled());
        loop.until("bytes", () -> loop.events().of(receive).size() == 1);
    }
}
