package dev.sluice.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps of a close, with a backend that ends requests as the test says. */
class CloseSequenceTest extends EngineFixture {
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private static Request graceful(Channel channel) {
        Request close = close(channel, Request.GRACEFUL);
        close.deadlineNanos(System.nanoTime() + HOUR);
        return close;
    }

    private static Request over(Request close) {
        close.deadlineNanos(System.nanoTime());
        return close;
    }

    @ParameterizedTest
    @CsvSource({Request.IMMEDIATE + ", close", Request.ABORT + ", close with reset"})
    void endsEverythingPendingThenItselfWhenCancelsEndAtOnce(int mode, String last)
            throws Exception {
        Channel channel = connected();
        submit(receive(channel));
        submit(receive(channel));
        submit(send(channel, 5));
        submit(send(channel, 5));
        submit(request(RequestKind.POLL, channel));
        submit(request(RequestKind.POLL, channel));
        submit(close(channel, mode));
        assertThat(backend.calls.getLast()).isEqualTo(last);
        assertThat(backend.calls).noneMatch(call -> call.startsWith("shutdown"));
        assertThat(polled()).hasSize(7).endsWith("CLOSE OK");
        assertThat(events.subList(0, 6)).allMatch(event -> event.endsWith("CLOSED_LOCALLY"));
    }

    @ParameterizedTest
    @ValueSource(ints = {Request.IMMEDIATE, Request.ABORT})
    void waitsWithTheDescriptorUntilEverythingWasGivenBack(int mode) throws Exception {
        Channel channel = connected();
        backend.onCancel = request -> {};
        Request receive = submit(receive(channel));
        Request send = submit(send(channel, 5));
        Request waiting = submit(send(channel, 5));
        Request poll = submit(request(RequestKind.POLL, channel));
        submit(close(channel, mode));
        assertThat(waiting.state).as("never reached the kernel").isEqualTo(Request.State.COMPLETED);
        for (Request each : new Request[]{send, poll, receive}) {
            assertThat(backend.wasGivenBack(channel)).isFalse();
            backend.endCancelled(each);
        }
        assertThat(backend.wasGivenBack(channel)).isTrue();
        assertThat(polled()).containsExactly("SEND CLOSED_LOCALLY", "SEND CLOSED_LOCALLY",
                "POLL CLOSED_LOCALLY", "RECEIVE CLOSED_LOCALLY", "CLOSE OK");
    }

    /** Some memory comes back only when the connection goes: a backend must learn of that. */
    @ParameterizedTest
    @ValueSource(ints = {Request.IMMEDIATE, Request.ABORT})
    void tellsTheBackendOfWhatACancelBeforeDidNotEnd(int mode) throws Exception {
        Channel channel = connected();
        backend.onCancel = request -> {};
        Request send = submit(send(channel, 5));
        Request receive = submit(receive(channel));
        engine.cancel(send);
        assertThat(backend.abandoned).isEmpty();
        submit(close(channel, mode));
        assertThat(backend.abandoned).containsExactlyInAnyOrder(receive, send);
        assertThat(backend.calls).containsOnlyOnce("cancel SEND");
        backend.endCancelled(send);
        backend.endCancelled(receive);
        assertThat(polled()).containsExactly("SEND CANCELLED", "RECEIVE CLOSED_LOCALLY",
                "CLOSE OK");
    }

    @Test
    void tellsTheBackendOnlyAtTheDeadlineOfAGracefulClose() throws Exception {
        Channel channel = connected();
        backend.onCancel = request -> {};
        Request send = submit(send(channel, 5));
        engine.cancel(send);
        Request close = submit(graceful(channel));
        assertThat(backend.abandoned).isEmpty();
        engine.cancel(close);
        assertThat(backend.abandoned).containsExactly(send);
        backend.endCancelled(send);
        assertThat(polled()).containsExactly("SEND CANCELLED", "CLOSE CANCELLED");
    }

    @Test
    void nothingIsTakenAfterAClose() throws Exception {
        Channel channel = connected();
        Request close = submit(close(channel, Request.IMMEDIATE));
        assertThat(engine.submit(receive(channel))).isEqualTo(Submission.SOCKET_CLOSED);
        assertThat(engine.submit(close(channel, Request.ABORT)))
                .isEqualTo(Submission.SOCKET_CLOSED);
        assertThat(engine.cancelAll(channel)).isZero();
        assertThat(polled()).containsExactly("CLOSE OK");
        assertThat(engine.submit(close)).isEqualTo(Submission.SOCKET_CLOSED);
        assertThat(engine.openSockets()).isZero();
    }

    // ---- graceful ----------------------------------------------------------------------------

    @Test
    void gracefulSendsAllThenShutsDownThenReadsToTheEndThenCloses() throws Exception {
        Channel channel = connected();
        Request first = submit(send(channel, 3));
        Request second = submit(send(channel, 4));
        submit(graceful(channel));
        backend.complete(first, Outcome.OK, 3);
        backend.complete(second, Outcome.OK, 4);
        backend.complete(backend.only(RequestKind.RECEIVE), Outcome.OK, 100);
        backend.complete(backend.only(RequestKind.RECEIVE), Outcome.OK, 11);
        assertThat(backend.wasGivenBack(channel)).isFalse();
        backend.complete(backend.only(RequestKind.RECEIVE), Outcome.EOF, 0);
        assertThat(backend.calls).containsExactly("start SEND", "start SEND", "shutdown 1",
                "start RECEIVE", "start RECEIVE", "start RECEIVE", "close");
        assertThat(polled()).containsExactly("SEND OK 3", "SEND OK 4", "CLOSE OK 111");
        assertThat(engine.pendingOperations()).isZero();
    }

    @Test
    void aSendAfterAShutdownOfThisSideDoesNotAbortAGracefulClose() throws Exception {
        Channel channel = connected();
        Request shutdown = request(RequestKind.SHUTDOWN, channel);
        shutdown.argument = Request.SHUTDOWN_SEND;
        submit(shutdown);
        Request late = submit(send(channel, 3));
        submit(graceful(channel));
        backend.complete(late, Outcome.BROKEN_PIPE, 0);
        backend.complete(backend.only(RequestKind.RECEIVE), Outcome.EOF, 0);
        assertThat(backend.calls).containsExactly(
                "shutdown 1", "start SEND", "start RECEIVE", "close");
        assertThat(channel.isAborted()).isFalse();
        assertThat(polled()).containsExactly("SHUTDOWN OK", "SEND BROKEN_PIPE", "CLOSE OK");
    }

    @Test
    void gracefulDrainsAPeerThatAlwaysHasBytesWithoutRecursion() throws Exception {
        Channel channel = connected();
        int[] left = {100_000};
        backend.onStart = request -> backend.complete(request,
                left[0]-- > 0 ? Outcome.OK : Outcome.EOF, 10);
        submit(graceful(channel));
        assertThat(polled()).containsExactly("CLOSE OK 1000000");
    }

    @Test
    void gracefulSendsTheEndOnlyWhenTheReceivesBeforeItHaveEnded() throws Exception {
        Channel channel = connected();
        backend.onCancel = request -> {};
        Request receive = submit(receive(channel));
        submit(graceful(channel));
        assertThat(backend.calls).containsExactly("start RECEIVE", "cancel RECEIVE");
        backend.complete(receive, Outcome.OK, 6);
        assertThat(backend.calls).endsWith("shutdown 1", "start RECEIVE");
        backend.complete(backend.only(RequestKind.RECEIVE), Outcome.EOF, 0);
        assertThat(polled()).containsExactly("RECEIVE OK 6", "CLOSE OK");
    }

    @Test
    void gracefulOfASocketWithoutAPeerIsImmediate() throws Exception {
        Channel channel = channel(Channel.State.LISTENING);
        submit(request(RequestKind.ACCEPT, channel));
        submit(graceful(channel));
        assertThat(polled()).containsExactly("ACCEPT CLOSED_LOCALLY", "CLOSE OK");
        assertThat(backend.calls).doesNotContain("shutdown 1");
    }

    @Test
    void gracefulDoesNotShutDownTwice() throws Exception {
        Channel channel = connected();
        submit(shutdown(channel, Request.SHUTDOWN_SEND));
        submit(graceful(channel));
        assertThat(backend.calls).containsExactly("shutdown 1", "start RECEIVE");
    }

    @Test
    void gracefulReportsThatThePeerResetWhileItRead() throws Exception {
        Channel channel = connected();
        submit(graceful(channel));
        backend.complete(backend.only(RequestKind.RECEIVE), Outcome.RESET, 0);
        assertThat(polled()).containsExactly("CLOSE RESET");
        assertThat(backend.calls).endsWith("close");
    }

    @Test
    void gracefulReportsThatShutdownFailed() throws Exception {
        Channel channel = connected();
        backend.shutdownCode = 107;
        submit(graceful(channel));
        backend.complete(backend.only(RequestKind.RECEIVE), Outcome.EOF, 0);
        assertThat(polled()).containsExactly("CLOSE RESET");
    }

    // ---- bytes that did not all go out: the peer must not take a part for the whole ----------

    @Test
    void aFailedSendEndsAGracefulCloseAsAReset() throws Exception {
        Channel channel = connected();
        Request first = submit(send(channel, 3));
        submit(send(channel, 4));
        submit(graceful(channel));
        backend.complete(first, Outcome.BROKEN_PIPE, 1);
        assertThat(polled()).containsExactly("SEND BROKEN_PIPE 1", "SEND CLOSED_LOCALLY",
                "CLOSE BROKEN_PIPE");
        assertThat(backend.calls).containsExactly("start SEND", "close with reset");
    }

    @Test
    void aSendThatWasCutShortEndsAGracefulCloseAsAReset() throws Exception {
        Channel channel = connected();
        Request first = submit(send(channel, 30));
        submit(send(channel, 4));
        submit(graceful(channel));
        backend.complete(first, Outcome.OK, 10);
        assertThat(polled()).containsExactly("SEND OK 10", "SEND CLOSED_LOCALLY",
                "CLOSE CANCELLED");
        assertThat(backend.calls).containsExactly("start SEND", "close with reset");
    }

    @Test
    void aSendCancelledWhileFlushingEndsAGracefulCloseAsAReset() throws Exception {
        Channel channel = connected();
        submit(send(channel, 30));
        Request waiting = submit(send(channel, 4));
        submit(graceful(channel));
        engine.cancel(waiting);
        assertThat(polled()).containsExactlyInAnyOrder("SEND CANCELLED", "SEND CLOSED_LOCALLY",
                "CLOSE CANCELLED");
        assertThat(backend.calls).endsWith("close with reset");
    }

    @Test
    void timeOverWithBytesUnsentIsAReset() throws Exception {
        Channel channel = connected();
        cancelsEndLater(Outcome.OK, 1);
        submit(send(channel, 3));
        submit(send(channel, 4));
        submit(over(graceful(channel)));
        poll();
        poll();
        assertThat(events).containsExactlyInAnyOrder("SEND OK 1", "SEND CLOSED_LOCALLY",
                "CLOSE DEADLINE");
        assertThat(backend.calls).endsWith("close with reset");
    }

    @Test
    void timeOverWhileThePeerIsSilentIsAPlainClose() throws Exception {
        Channel channel = connected();
        submit(over(graceful(channel)));
        assertThat(polled()).containsExactly("CLOSE DEADLINE");
        assertThat(backend.calls).containsExactly("shutdown 1", "start RECEIVE", "cancel RECEIVE",
                "close");
    }

    @Test
    void timeOverWithAllBytesSentIsAPlainCloseThoughAReceiveIsNotYetGivenBack() throws Exception {
        Channel channel = connected();
        backend.onCancel = request -> {};
        Request receive = submit(receive(channel));
        submit(over(graceful(channel)));
        assertThat(polled()).isEmpty();
        backend.endCancelled(receive);
        assertThat(polled()).containsExactly("RECEIVE CLOSED_LOCALLY", "CLOSE DEADLINE");
        assertThat(backend.calls).containsExactly("start RECEIVE", "cancel RECEIVE", "close");
    }

    @Test
    void endOfStreamThatRacesTheTimeIsOneEvent() throws Exception {
        Channel channel = connected();
        cancelsEndLater(Outcome.EOF, 0);
        submit(over(graceful(channel)));
        poll();
        poll();
        assertThat(events).containsExactly("CLOSE DEADLINE");
        assertThat(polled()).isEmpty();
    }

    @Test
    void bytesThatRaceTheTimeDoNotStartAnotherDrain() throws Exception {
        Channel channel = connected();
        cancelsEndLater(Outcome.OK, 70);
        submit(over(graceful(channel)));
        poll();
        poll();
        assertThat(events).singleElement().asString().startsWith("CLOSE DEADLINE");
        assertThat(backend.calls).containsOnlyOnce("start RECEIVE").endsWith("close");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCancelOfAGracefulCloseIsAReset(boolean bytesUnsent) throws Exception {
        Channel channel = connected();
        if (bytesUnsent) {
            submit(send(channel, 5));
        }
        Request close = submit(graceful(channel));
        assertThat(engine.cancel(close)).isTrue();
        assertThat(engine.cancel(close)).as("asked again").isFalse();
        assertThat(polled()).endsWith("CLOSE CANCELLED");
        assertThat(backend.calls).endsWith("close with reset");
    }

    @Test
    void aMovedDeadlineOfACloseHolds() throws Exception {
        Channel channel = connected();
        Request close = submit(graceful(channel));
        assertThat(polled()).isEmpty();
        engine.reschedule(close, System.nanoTime());
        assertThat(polled()).containsExactly("CLOSE DEADLINE");
    }

    // ---- the system's close takes its time -----------------------------------------------------

    @Test
    void aCloseThatTheSystemIsAtCannotBeCancelledOrHurried() throws Exception {
        Channel channel = connected();
        channel.lingerSeconds = 1;
        Request close = submit(close(channel, Request.IMMEDIATE));
        assertThat(engine.cancel(close)).isFalse();
        engine.reschedule(close, System.nanoTime());
        assertThat(engine.cancelAll(channel)).isZero();
        assertThat(polled()).isEmpty();
        backend.lingering.countDown();
        poll(FOREVER);
        assertThat(events).containsExactly("CLOSE OK");
    }

    @Test
    void itsPlaceIsNotTakenBeforeTheDescriptorWasGivenBack() throws Exception {
        Channel channel = connected();
        channel.lingerSeconds = 1;
        submit(close(channel, Request.IMMEDIATE));
        Channel second = connected();
        assertThat(second.index).isNotEqualTo(channel.index);
        backend.lingering.countDown();
        poll(FOREVER);
        assertThat(events).containsExactly("CLOSE OK");
    }

    // ---- limits --------------------------------------------------------------------------------

    @Test
    void closesArePossibleWhenNoOperationIs() throws Exception {
        engine = new Engine(backend, SMALL);
        Channel first = connected();
        Channel second = connected();
        for (int i = 0; i < SMALL.maxOperations(); i++) {
            submit(receive(first));
        }
        assertThat(engine.submit(receive(first))).isEqualTo(Submission.NO_SLOT);
        assertThat(engine.submit(timer(0))).isEqualTo(Submission.NO_SLOT);
        backend.onCancel = request -> {};
        Request started = backend.only(RequestKind.RECEIVE);
        submit(graceful(second));
        submit(graceful(first));
        assertThat(polled()).hasSize(SMALL.maxOperations() - 1);
        backend.endCancelled(started);
        assertThat(backend.started).as("both are drained").hasSize(2);
        assertThat(polled()).containsExactly("RECEIVE CLOSED_LOCALLY");
        backend.onCancel = backend::endCancelled;
        closePort();
    }

    /** Each close holds a slot until its event was delivered, also when the socket is gone. */
    @Test
    void closesThatWereNotDeliveredCountAsSockets() throws Exception {
        engine = new Engine(backend, SMALL);
        for (int i = 0; i < SMALL.maxOperations(); i++) {
            submit(timer(System.nanoTime() + HOUR));
        }
        int closed = 0;
        while (engine.hasRoomForSocket()) {
            submit(close(channel(Channel.State.OPEN), Request.IMMEDIATE));
            closed++;
        }
        assertThat(closed).isEqualTo(SMALL.maxSockets());
        assertThat(polled()).hasSize(closed).containsOnly("CLOSE OK");
        assertThat(engine.hasRoomForSocket()).isTrue();
        submit(graceful(connected()));
        submit(graceful(connected()));
        assertThat(backend.started).hasSize(2);
        closePort();
    }

    // ---- accepts that found no descriptor ----------------------------------------------------

    @Test
    void anAcceptWithoutADescriptorWaitsUntilOneIsGivenBack() throws Exception {
        Channel other = connected();
        Channel listener = channel(Channel.State.LISTENING);
        Request accept = submit(request(RequestKind.ACCEPT, listener));
        backend.complete(accept, Outcome.OUT_OF_DESCRIPTORS, 0);
        assertThat(polled()).containsExactly("ACCEPT OUT_OF_DESCRIPTORS");
        submit(accept);
        assertThat(backend.started).isEmpty();
        submit(close(other, Request.IMMEDIATE));
        poll();
        assertThat(backend.only(RequestKind.ACCEPT)).isSameAs(accept);
    }

    @Test
    void anAcceptWithoutADescriptorTriesAgainAfterATime() throws Exception {
        Channel listener = channel(Channel.State.LISTENING);
        Request accept = submit(request(RequestKind.ACCEPT, listener));
        backend.complete(accept, Outcome.OUT_OF_DESCRIPTORS, 0);
        submit(receive(connected()));
        assertThat(polled()).containsExactly("ACCEPT OUT_OF_DESCRIPTORS");
        submit(accept);
        while (!backend.started.contains(accept)) {
            poll(FOREVER);
        }
        assertThat(engine.pendingOperations()).isEqualTo(2);
    }

    @Test
    void anAcceptWithoutMemoryDoesNotFailAgainAndAgain() throws Exception {
        Channel listener = channel(Channel.State.LISTENING);
        Request accept = submit(request(RequestKind.ACCEPT, listener));
        backend.complete(accept, Outcome.OUT_OF_MEMORY, 0);
        assertThat(polled()).containsExactly("ACCEPT OUT_OF_MEMORY");
        submit(accept);
        assertThat(backend.started).isEmpty();
        while (!backend.started.contains(accept)) {
            poll(FOREVER);
        }
    }

    @Test
    void anAcceptThatWaitsForADescriptorEndsWithItsListener() throws Exception {
        Channel listener = channel(Channel.State.LISTENING);
        Request accept = submit(request(RequestKind.ACCEPT, listener));
        backend.complete(accept, Outcome.OUT_OF_DESCRIPTORS, 0);
        poll();
        submit(accept);
        submit(close(listener, Request.IMMEDIATE));
        assertThat(polled()).containsExactly("ACCEPT CLOSED_LOCALLY", "CLOSE OK");
    }

    @Test
    void datagramSocketsCloseWithoutShutdown() throws Exception {
        Channel channel = engine.open(RawAddress.IPV4, false);
        channel.state = Channel.State.CONNECTED;
        submit(graceful(channel));
        assertThat(polled()).containsExactly("CLOSE OK");
        assertThat(backend.calls).containsExactly("close");
    }
}
