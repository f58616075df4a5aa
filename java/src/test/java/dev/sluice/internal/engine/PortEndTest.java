package dev.sluice.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of a port with everything under way, over a backend that ends things as told. */
class PortEndTest extends EngineFixture {
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private void submitOneOfEachKind(Channel channel, Channel listener) {
        submit(receive(channel));
        submit(receive(channel));
        submit(send(channel, 5));
        submit(send(channel, 6));
        submit(shutdown(channel, Request.SHUTDOWN_SEND));
        submit(request(RequestKind.POLL, channel));
        submit(request(RequestKind.ACCEPT, listener));
        submit(request(RequestKind.ACCEPT, listener));
        submit(timer(System.nanoTime() + HOUR));
    }

    @Test
    void everyKindEndsWhenCancelsEndAtOnce() throws Exception {
        submitOneOfEachKind(connected(), channel(Channel.State.LISTENING));
        closePort();
        assertThat(events).hasSize(9).allMatch(event -> event.endsWith("CLOSED_LOCALLY"));
        assertThat(backend.calls).endsWith("discard", "discard");
    }

    @Test
    void everyKindEndsWhenCancelsEndLater() throws Exception {
        cancelsEndLater(Outcome.CANCELLED, 0);
        submitOneOfEachKind(connected(), channel(Channel.State.LISTENING));
        closePort();
        assertThat(events).hasSize(9).allMatch(event -> event.endsWith("CLOSED_LOCALLY"));
    }

    @Test
    void theBackendLearnsWhatAnEarlierCancelDidNotEnd() throws Exception {
        backend.onCancel = request -> {};
        Request send = submit(send(connected(), 5));
        engine.cancel(send);
        backend.later(() -> {
            assertThat(backend.abandoned).containsExactly(send);
            backend.endCancelled(send);
        });
        closePort();
        assertThat(events).containsExactly("SEND CANCELLED");
    }

    @Test
    void memoryLivesUntilTheKernelHasGivenEverythingBack() throws Exception {
        Channel channel = connected();
        MemorySegment memory = engine.arena().allocate(64);
        backend.onCancel = request -> backend.later(() -> {
            assertThat(memory.scope().isAlive()).isTrue();
            backend.complete(request, Outcome.OK, 1);
        });
        submit(receive(channel));
        closePort();
        assertThat(events).containsExactly("RECEIVE OK 1");
        assertThat(memory.scope().isAlive()).isFalse();
    }

    @Test
    void eventsThatWaitedAreDeliveredWithWhatTheyBring() throws Exception {
        Channel channel = connected();
        Request receive = submit(receive(channel));
        PoolBuffer buffer = backend.pool.take();
        backend.received(receive, 9, buffer);
        handler = request -> assertThat(request.buffer()).isSameAs(buffer);
        closePort();
        assertThat(events).containsExactly("RECEIVE OK 9");
    }

    /** The bytes of the first send are cut off: those of the second must not follow them. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aQueuedSendDoesNotStartBehindOneThatWasCutShort(boolean atOnce) throws Exception {
        Channel channel = connected();
        if (atOnce) {
            backend.onCancel = request -> backend.complete(request, Outcome.OK, 2);
        } else {
            cancelsEndLater(Outcome.OK, 2);
        }
        submit(send(channel, 5));
        submit(send(channel, 5));
        submit(receive(channel));
        submit(receive(channel));
        closePort();
        assertThat(backend.calls).containsOnlyOnce("start SEND").containsOnlyOnce("start RECEIVE");
        assertThat(events).hasSize(4);
    }

    // ---- with closes under way -----------------------------------------------------------------

    /** Slots are given out again in another order than that of time, so any order must do. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void gracefulClosesEndWhateverTheirSlots(long seed) throws Exception {
        Random random = new Random(seed);
        mixFreeSlots(random);
        switch (random.nextInt(3)) {
            case 0 -> cancelsEndLater(Outcome.CANCELLED, 0);
            case 1 -> cancelsEndLater(Outcome.OK, 3);
            default -> backend.onCancel = request -> backend.complete(request, Outcome.OK, 3);
        }
        int closes = 8;
        for (int i = 0; i < closes; i++) {
            Channel channel = connected();
            for (int sends = random.nextInt(3); sends > 0; sends--) {
                submit(send(channel, 3 + random.nextInt(2)));
            }
            Request close = close(channel, Request.GRACEFUL);
            close.deadlineNanos(System.nanoTime() + HOUR);
            submit(close);
        }
        closePort();
        List<String> ends = events.stream().filter(event -> event.startsWith("CLOSE")).toList();
        assertThat(ends).hasSize(closes);
        assertThat(engine.openSockets()).isZero();
    }

    private void mixFreeSlots(Random random) {
        List<Request> timers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            timers.add(submit(timer(System.nanoTime() + HOUR)));
        }
        Collections.shuffle(timers, random);
        for (Request timer : timers) {
            engine.cancel(timer);
        }
        poll();
        events.clear();
    }

    @Test
    void bytesOfAGracefulCloseThatWereNotSentMakeItAReset() throws Exception {
        Channel channel = connected();
        backend.onCancel = request -> backend.complete(request, Outcome.OK, 2);
        submit(send(channel, 5));
        submit(close(channel, Request.GRACEFUL));
        closePort();
        assertThat(events).hasSize(2).last().asString().startsWith("CLOSE");
        assertThat(backend.calls).endsWith("close with reset");
    }

    @Test
    void aPortWaitsForClosesThatTheSystemIsAt() throws Exception {
        Channel channel = connected();
        List<Thread> threads = new ArrayList<>();
        submit(receive(channel));
        channel.lingerSeconds = 1;
        submit(close(channel, Request.IMMEDIATE));
        submit(close(connected(), Request.ABORT));
        threads.add(Thread.ofPlatform().start(backend.lingering::countDown));
        closePort();
        assertThat(events).containsExactlyInAnyOrder("RECEIVE CLOSED_LOCALLY", "CLOSE OK",
                "CLOSE OK");
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** A timer of the engine's own is over while the port waits for a close: it must not spin. */
    @Test
    void anAcceptWithoutADescriptorDoesNotKeepTheEndBusy() throws Exception {
        Channel listener = channel(Channel.State.LISTENING);
        Request accept = submit(request(RequestKind.ACCEPT, listener));
        backend.complete(accept, Outcome.OUT_OF_DESCRIPTORS, 0);
        poll();
        submit(accept);
        List<Thread> threads = new ArrayList<>();
        Channel lingering = connected();
        lingering.lingerSeconds = 1;
        submit(close(lingering, Request.IMMEDIATE));
        threads.add(Thread.ofPlatform().start(() -> {
            // Longer than the engine's timer, which is what is waited for here.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(150));
            backend.lingering.countDown();
        }));
        int before = backend.fetches;
        closePort();
        assertThat(backend.fetches - before).as("looks at the kernel").isLessThan(50);
        threads.getFirst().join();
    }

    // ---- tasks -------------------------------------------------------------------------------

    @Test
    void tasksThatWereTakenRunFirstAndMayStillSubmit() throws Exception {
        Channel channel = connected();
        engine.tasks().offer(() -> submit(receive(channel)));
        closePort();
        assertThat(events).containsExactly("RECEIVE CLOSED_LOCALLY");
        assertThat(engine.tasks().offer(() -> {})).isEqualTo(Tasks.Offer.CLOSED);
        engine.tasks().wakeup();
    }

    @Test
    void handlersAtTheEndCanSubmitNothing() throws Exception {
        Channel channel = connected();
        handler = request -> assertThat(engine.submit(request)).isEqualTo(Submission.PORT_CLOSED);
        submit(receive(channel));
        submit(timer(System.nanoTime() + HOUR));
        closePort();
        assertThat(events).hasSize(2);
    }
}
