package dev.sluice.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Order, cancel, deadline and identity, with a backend that ends requests as the test says. */
class EngineTest extends EngineFixture {
    // ---- queues -------------------------------------------------------------------------------

    @Test
    void requestsOfALaneStartOneAfterTheOther() throws Exception {
        Channel channel = connected();
        Request first = submit(send(channel, 5));
        Request second = submit(send(channel, 6));
        submit(receive(channel));
        assertThat(backend.calls).containsExactly("start SEND", "start RECEIVE");
        backend.complete(first, Outcome.OK, 5);
        assertThat(backend.started).contains(second);
        backend.complete(second, Outcome.OK, 6);
        assertThat(polled()).containsExactly("SEND OK 5", "SEND OK 6");
    }

    @Test
    void requestsThatEndWhileTheyStartComeInOrderAndDoNotRecurse() throws Exception {
        engine = new Engine(backend, ROOMY);
        Channel channel = connected();
        int count = 200;
        Request first = submit(send(channel, 1));
        for (int i = 1; i < count; i++) {
            submit(send(channel, 1));
        }
        int[] depth = {0};
        backend.onStart = request -> {
            assertThat(++depth[0]).as("depth").isEqualTo(1);
            backend.complete(request, Outcome.OK, 1);
            depth[0]--;
        };
        backend.complete(first, Outcome.OK, 1);
        assertThat(polled()).hasSize(count).containsOnly("SEND OK 1");
    }

    @Test
    void aSubmissionFromItsOwnHandlerStartsAgain() throws Exception {
        Channel channel = connected();
        Request receive = receive(channel);
        backend.onStart = request -> backend.later(
                () -> backend.complete(request, Outcome.OK, 7));
        int[] left = {3};
        handler = request -> {
            if (--left[0] > 0) {
                submit(request);
            }
        };
        submit(receive);
        for (int i = 0; i < 3; i++) {
            poll();
        }
        assertThat(events).containsExactly("RECEIVE OK 7", "RECEIVE OK 7", "RECEIVE OK 7");
        assertThat(engine.pendingOperations()).isZero();
    }

    @Test
    void noEventIsDeliveredBeforeAPoll() throws Exception {
        Channel channel = connected();
        backend.onStart = request -> backend.complete(request, Outcome.OK, 3);
        Request receive = submit(receive(channel));
        assertThat(receive.state).isEqualTo(Request.State.COMPLETED);
        assertThat(receive.outcome).isNull();
        assertThat(receive.result).as("of the submission before").isZero();
        assertThat(polled()).containsExactly("RECEIVE OK 3");
    }

    @Test
    void aShutdownOfSendingWaitsForTheSendsBeforeIt() throws Exception {
        Channel channel = connected();
        Request send = submit(send(channel, 9));
        submit(shutdown(channel, Request.SHUTDOWN_SEND));
        assertThat(backend.calls).containsExactly("start SEND");
        backend.complete(send, Outcome.OK, 9);
        assertThat(backend.calls).containsExactly("start SEND", "shutdown 1");
        assertThat(polled()).containsExactly("SEND OK 9", "SHUTDOWN OK");
        submit(shutdown(channel, Request.SHUTDOWN_SEND));
        assertThat(backend.calls).as("asked once").hasSize(2);
        assertThat(polled()).containsExactly("SHUTDOWN OK");
    }

    /** Another thread that meets the end meanwhile must know that both sides may have ended. */
    @Test
    void thatThisSideEndsIsKnownBeforeTheSystemIsAsked() throws Exception {
        Channel channel = connected();
        List<Boolean> known = new ArrayList<>();
        backend.onShutdown = asked -> known.add(asked.sendShut);
        submit(shutdown(channel, Request.SHUTDOWN_SEND));
        Channel closing = connected();
        submit(close(closing, Request.GRACEFUL));
        assertThat(known).containsExactly(true, true);
    }

    @Test
    void aShutdownThatTheSystemRefusesIsNoneAndReportsTheLoss() throws Exception {
        Channel channel = connected();
        backend.shutdownCode = 107;
        submit(shutdown(channel, Request.SHUTDOWN_SEND));
        submit(shutdown(channel, Request.SHUTDOWN_BOTH));
        assertThat(polled()).containsExactly("SHUTDOWN RESET", "SHUTDOWN RESET");
        assertThat(channel.sendShut).isFalse();
        assertThat(channel.receiveShut).isFalse();
        submit(receive(channel));
        backend.complete(backend.only(RequestKind.RECEIVE), Outcome.EOF, 0);
        assertThat(polled()).containsExactly("RECEIVE RESET");
    }

    @Test
    void aShutdownOfALostConnectionFailsThoughTheSystemDoesNotMind() throws Exception {
        Channel channel = connected();
        submit(receive(channel));
        backend.complete(backend.only(RequestKind.RECEIVE), Outcome.TIMED_OUT, 0);
        submit(shutdown(channel, Request.SHUTDOWN_SEND));
        assertThat(polled()).containsExactly("RECEIVE TIMED_OUT", "SHUTDOWN TIMED_OUT");
    }

    @Test
    void aReportedEndStaysOneWithoutTheKernel() throws Exception {
        Channel channel = connected();
        submit(receive(channel));
        backend.complete(backend.only(RequestKind.RECEIVE), Outcome.EOF, 0);
        submit(send(channel, 5));
        backend.complete(backend.only(RequestKind.SEND), Outcome.RESET, 0);
        backend.calls.clear();
        submit(receive(channel));
        assertThat(polled()).containsExactly("RECEIVE EOF", "SEND RESET", "RECEIVE EOF");
        assertThat(backend.calls).isEmpty();
        submit(close(channel, Request.GRACEFUL));
        backend.complete(backend.only(RequestKind.RECEIVE), Outcome.EOF, 0);
        assertThat(polled()).containsExactly("CLOSE RESET");
    }

    @Test
    void aShutdownOfReceivingActsAtOnceAndEndsReceivesWithoutTheKernel() throws Exception {
        Channel channel = connected();
        submit(send(channel, 9));
        submit(receive(channel));
        submit(receive(channel));
        submit(shutdown(channel, Request.SHUTDOWN_RECEIVE));
        assertThat(polled()).containsExactly("RECEIVE EOF", "RECEIVE EOF", "SHUTDOWN OK");
        int calls = backend.calls.size();
        submit(receive(channel));
        assertThat(polled()).containsExactly("RECEIVE EOF");
        assertThat(backend.calls).hasSize(calls);
    }

    /** The receive had its bytes already when the shutdown asked it to end: they are not lost. */
    @Test
    void bytesThatCameBeforeTheShutdownOfReceivingAreDelivered() throws Exception {
        Channel channel = connected();
        cancelsEndLater(Outcome.OK, 4);
        submit(receive(channel));
        submit(receive(channel));
        submit(shutdown(channel, Request.SHUTDOWN_RECEIVE));
        assertThat(polled()).as("the end behind the bytes").containsExactly("SHUTDOWN OK",
                "RECEIVE OK 4", "RECEIVE EOF");
        assertThat(backend.started).isEmpty();
    }

    // ---- cancel ------------------------------------------------------------------------------

    @Test
    void whatWaitsInItsLaneIsCancelledWithoutTheBackend() throws Exception {
        Channel channel = connected();
        Request first = submit(send(channel, 1));
        Request second = submit(send(channel, 2));
        Request third = submit(send(channel, 3));
        assertThat(engine.cancel(second)).isTrue();
        assertThat(backend.calls).containsExactly("start SEND");
        backend.complete(first, Outcome.OK, 1);
        assertThat(backend.started).containsExactly(third);
        assertThat(polled()).containsExactly("SEND CANCELLED", "SEND OK 1");
    }

    @Test
    void cancellingTheHeadStartsTheNextOnlyWhenTheHeadHasEnded() throws Exception {
        Channel channel = connected();
        cancelsEndLater(Outcome.CANCELLED, 0);
        Request first = submit(receive(channel));
        Request second = submit(receive(channel));
        engine.cancel(first);
        assertThat(backend.started).containsExactly(first);
        assertThat(polled()).containsExactly("RECEIVE CANCELLED");
        assertThat(backend.started).containsExactly(second);
    }

    @Test
    void cancelOfWhatIsIdleOrHasEndedChangesNothing() throws Exception {
        Channel channel = connected();
        Request receive = receive(channel);
        assertThat(engine.cancel(receive)).isFalse();
        submit(receive);
        backend.complete(receive, Outcome.OK, 2);
        assertThat(engine.cancel(receive)).isFalse();
        assertThat(polled()).containsExactly("RECEIVE OK 2");
        assertThat(engine.cancel(receive)).isFalse();
        assertThat(polled()).isEmpty();
    }

    @Test
    void aSecondCancelDoesNotReachTheBackend() throws Exception {
        Channel channel = connected();
        cancelsEndLater(Outcome.CANCELLED, 0);
        Request receive = submit(receive(channel));
        assertThat(engine.cancel(receive)).isTrue();
        assertThat(engine.cancel(receive)).isTrue();
        assertThat(backend.calls).containsExactly("start RECEIVE", "cancel RECEIVE");
        assertThat(polled()).containsExactly("RECEIVE CANCELLED");
    }

    @Test
    void bytesThatMovedWinAgainstACancel() throws Exception {
        Channel channel = connected();
        cancelsEndLater(Outcome.OK, 3);
        Request send = submit(send(channel, 10));
        engine.cancel(send);
        assertThat(polled()).containsExactly("SEND OK 3");
    }

    @Test
    void aFailureBeforeTheCancelIsReportedAsItIs() throws Exception {
        Channel channel = connected();
        cancelsEndLater(Outcome.RESET, 0);
        Request receive = submit(receive(channel));
        engine.cancel(receive);
        assertThat(polled()).containsExactly("RECEIVE RESET");
    }

    /** A kernel that says "cancelled" although nobody asked: not ours to explain away. */
    @Test
    void aCancelOfAnEarlierSubmissionDoesNotColourTheNext() throws Exception {
        Channel channel = connected();
        Request receive = submit(receive(channel));
        engine.reschedule(receive, System.nanoTime());
        assertThat(polled()).containsExactly("RECEIVE DEADLINE");
        receive.deadlineNanos(Request.NO_DEADLINE);
        submit(receive);
        backend.complete(receive, Outcome.CANCELLED, 0);
        assertThat(polled()).containsExactly("RECEIVE CANCELLED");
    }

    @Test
    void cancelOfASocketEndsAllThatWasPendingAndNothingSubmittedAfterwards() throws Exception {
        Channel channel = connected();
        cancelsEndLater(Outcome.CANCELLED, 0);
        submit(receive(channel));
        submit(receive(channel));
        submit(send(channel, 1));
        submit(send(channel, 2));
        submit(request(RequestKind.POLL, channel));
        assertThat(engine.cancelAll(channel)).isEqualTo(5);
        Request later = submit(receive(channel));
        assertThat(polled()).containsExactlyInAnyOrder("RECEIVE CANCELLED", "RECEIVE CANCELLED",
                "SEND CANCELLED", "SEND CANCELLED", "POLL CANCELLED");
        assertThat(backend.started).containsExactly(later);
    }

    @Test
    void cancelOfASocketWithNothingPendingCancelsNothing() throws Exception {
        Channel channel = connected();
        submit(receive(channel));
        assertThat(engine.cancelAll(channel)).isEqualTo(1);
        assertThat(engine.cancelAll(channel)).isZero();
        assertThat(polled()).containsExactly("RECEIVE CANCELLED");
        assertThat(engine.cancelAll(channel)).isZero();
        assertThat(polled()).isEmpty();
    }

    // ---- deadlines ---------------------------------------------------------------------------

    @Test
    void aDeadlineCancelsWhatIsStartedAndWhatWaits() throws Exception {
        Channel channel = connected();
        cancelsEndLater(Outcome.CANCELLED, 0);
        Request head = receive(channel);
        Request behind = receive(channel);
        head.deadlineNanos(System.nanoTime());
        behind.deadlineNanos(head.deadlineNanos());
        submit(head);
        submit(behind);
        poll(FOREVER);
        poll();
        assertThat(events).containsExactly("RECEIVE DEADLINE", "RECEIVE DEADLINE");
        assertThat(engine.pendingOperations()).isZero();
    }

    /** What the kernel has ready when the poll begins is handled before deadlines are looked at. */
    @Test
    void dataThatIsThereWinsAgainstADeadlineThatIsOver() throws Exception {
        Channel channel = connected();
        Request receive = receive(channel);
        receive.deadlineNanos(System.nanoTime() - 1);
        submit(receive);
        backend.later(() -> backend.complete(receive, Outcome.OK, 8));
        poll(FOREVER);
        assertThat(events).containsExactly("RECEIVE OK 8");
        assertThat(backend.calls).doesNotContain("cancel RECEIVE");
    }

    @Test
    void aDeadlineAgainstBytesInTheSameMomentIsOneEvent() throws Exception {
        Channel channel = connected();
        cancelsEndLater(Outcome.OK, 5);
        Request receive = receive(channel);
        receive.deadlineNanos(System.nanoTime());
        submit(receive);
        poll();
        poll();
        assertThat(events).containsExactly("RECEIVE OK 5");
        assertThat(polled()).isEmpty();
    }

    @Test
    void aDeadlineAfterACancelDoesNotAskAgain() throws Exception {
        Channel channel = connected();
        backend.onCancel = request -> {};
        Request receive = receive(channel);
        receive.deadlineNanos(System.nanoTime());
        submit(receive);
        engine.cancel(receive);
        assertThat(polled()).isEmpty();
        assertThat(backend.calls).containsExactly("start RECEIVE", "cancel RECEIVE");
        backend.endCancelled(receive);
        assertThat(polled()).containsExactly("RECEIVE CANCELLED");
    }

    @Test
    void aMovedDeadlineHoldsAndAnOldOneIsForgotten() throws Exception {
        Channel channel = connected();
        long now = System.nanoTime();
        Request receive = receive(channel);
        receive.deadlineNanos(now);
        submit(receive);
        engine.reschedule(receive, now + 3_600_000_000_000L);
        assertThat(polled()).isEmpty();
        engine.reschedule(receive, Request.NO_DEADLINE);
        assertThat(polled()).isEmpty();
        engine.reschedule(receive, now);
        assertThat(polled()).containsExactly("RECEIVE DEADLINE");
        engine.reschedule(receive, now);
        assertThat(polled()).as("moved when it is idle").isEmpty();
    }

    @Test
    void aTimerWithoutADeadlineLeftIsEndedByCancel() {
        Request timer = submit(timer(System.nanoTime()));
        engine.reschedule(timer, Request.NO_DEADLINE);
        assertThat(polled()).isEmpty();
        engine.cancel(timer);
        assertThat(polled()).containsExactly("DELAY CANCELLED");
    }

    /** "For ever" in nanoseconds, although a timer is over already. */
    @Test
    void theLongestTimeoutDoesNotSleepOverATimer() {
        submit(timer(System.nanoTime()));
        poll(Long.MAX_VALUE);
        assertThat(events).containsExactly("DELAY OK");
    }

    // ---- what events bring -------------------------------------------------------------------

    @Test
    void aMultishotThatIsCancelledInItsHandlerBringsItsBufferOnce() throws Exception {
        Channel channel = connected();
        Request receive = receive(channel);
        receive.multishot = true;
        receive.pooled = true;
        submit(receive);
        PoolBuffer buffer = backend.pool.take();
        backend.completions.received(receive, 9, buffer, false);
        handler = request -> {
            if (request.more) {
                engine.cancel(request);
                assertThat(request.buffer()).as("taken after the cancel").isSameAs(buffer);
            } else {
                assertThat(request.buffer()).as("at the end").isNull();
            }
        };
        assertThat(polled()).containsExactly("RECEIVE OK 9 more", "RECEIVE CANCELLED");
    }

    @Test
    void aMultishotAcceptThatEndsDoesNotTouchTheSocketsItBrought() throws Exception {
        Channel listener = channel(Channel.State.LISTENING);
        Request accept = request(RequestKind.ACCEPT, listener);
        accept.multishot = true;
        submit(accept);
        Channel accepted = backend.sockets().open(RawAddress.IPV4, true);
        backend.accepted(accept, accepted);
        assertThat(polled()).containsExactly("ACCEPT OK more");
        assertThat(accept.accepted()).isSameAs(accepted);
        submit(close(accepted, Request.IMMEDIATE));
        assertThat(polled()).containsExactly("CLOSE OK");
        engine.cancel(accept);
        assertThat(accepted.state).isEqualTo(Channel.State.CLOSED);
        assertThat(polled()).containsExactly("ACCEPT CANCELLED");
        assertThat(accept.accepted()).as("of the end").isNull();
        assertThat(accepted.state).isEqualTo(Channel.State.CLOSED);
    }

    @Test
    void whatAnEndBroughtIsTheEventsAlone() throws Exception {
        Channel listener = channel(Channel.State.LISTENING);
        Request accept = submit(request(RequestKind.ACCEPT, listener));
        Channel accepted = backend.sockets().open(RawAddress.IPV4, true);
        backend.accepted(accept, accepted);
        assertThat(polled()).containsExactly("ACCEPT OK");
        assertThat(accept.accepted()).isSameAs(accepted);
        submit(accept);
        assertThat(accept.accepted()).isNull();
    }

    @Test
    void aResetIsNeverAnEndOfStreamAfterwards() throws Exception {
        Channel channel = connected();
        Request send = submit(send(channel, 5));
        Request receive = submit(receive(channel));
        backend.complete(send, Outcome.RESET, 0);
        backend.complete(receive, Outcome.EOF, 0);
        assertThat(polled()).containsExactly("SEND RESET", "RECEIVE RESET");
    }

    // ---- connects ----------------------------------------------------------------------------

    @Test
    void afterAFailedConnectTheSocketTakesNoOther() throws Exception {
        Channel channel = channel(Channel.State.OPEN);
        Request connect = submit(request(RequestKind.CONNECT, channel));
        backend.complete(connect, Outcome.REFUSED, 0);
        assertThat(polled()).containsExactly("CONNECT REFUSED");
        assertThat(engine.submit(connect)).isEqualTo(Submission.SOCKET_SPENT);
        submit(close(channel, Request.IMMEDIATE));
        assertThat(polled()).containsExactly("CLOSE OK");
    }

    /** It never reached the kernel: neither the connection nor the socket has lost anything. */
    @Test
    void aConnectThatOnlyWaitedIsCancelledWithoutHarm() throws Exception {
        Channel channel = channel(Channel.State.OPEN);
        Request first = submit(request(RequestKind.CONNECT, channel));
        Request second = submit(request(RequestKind.CONNECT, channel));
        engine.cancel(second);
        assertThat(channel.state).isEqualTo(Channel.State.CONNECTING);
        backend.complete(first, Outcome.OK, 0);
        assertThat(polled()).containsExactly("CONNECT CANCELLED", "CONNECT OK");
        assertThat(channel.state).isEqualTo(Channel.State.CONNECTED);
        assertThat(channel.connectFailed).isFalse();
    }

    @Test
    void aSecondConnectDoesNotTakeTheConnectionAway() throws Exception {
        Channel channel = connected();
        submit(request(RequestKind.CONNECT, channel));
        assertThat(backend.calls).isEmpty();
        assertThat(polled()).containsExactly("CONNECT INVALID");
        assertThat(channel.state).isEqualTo(Channel.State.CONNECTED);
        submit(shutdown(channel, Request.SHUTDOWN_SEND));
        assertThat(polled()).containsExactly("SHUTDOWN OK");
    }
}
