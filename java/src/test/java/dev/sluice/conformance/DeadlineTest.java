package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Delay;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.ReceiveFrom;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An operation ends at its deadline or by what it waited for: one of them, and no byte is lost. */
class DeadlineTest extends ConformanceTest {
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONG = TimeUnit.SECONDS.toNanos(60);
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final int RACES = 400;

    @Test
    @Tag("aarch64")
    void eachKindThatWaitsEndsAtItsDeadlineAndNotBefore() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        NativeSocket datagrams = port.datagrams(OwnLoopback.at(0));
        List<Operation<?>> waiting = List.of(
                new Receive(pair.server()),
                new Receive(pair.server()).multishot(),
                new Receive(pair.client()).buffer(port.allocate(10).segment()),
                Readiness.hangup(pair.client()),
                new Accept(listener),
                new Accept(listener).multishot(),
                new ReceiveFrom(datagrams).buffer(port.allocate(10).segment()));
        for (Operation<?> each : waiting) {
            long begin = System.nanoTime();
            Event end = runFor(each, SHORT);
            assertThat(end.status()).as("%s", each).isEqualTo(Status.DEADLINE);
            assertThat(end.atNanos() - begin).as("%s", each).isGreaterThanOrEqualTo(SHORT);
        }
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 5)));
        assertThat(loop.run(new Receive(pair.server())).bytes()).isEqualTo(5);
        Pairs.connect(loop, listener);
    }

    private Event runFor(Operation<?> operation, long timeoutNanos) {
        operation.timeoutNanos(timeoutNanos);
        return submitAndAwait(operation);
    }

    private <O extends Operation<O>> Event submitAndAwait(Operation<?> operation) {
        @SuppressWarnings("unchecked") // An operation of whatever kind is one of its kind.
        O own = (O) operation;
        return loop.run(own);
    }

    @Test
    @Tag("aarch64")
    void aDeadlineOfWhatOnlyWaitsInLineEndsItToo() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive head = loop.submit(new Receive(pair.server()));
        Receive behind = new Receive(pair.server());
        assertThat(runFor(behind, SHORT).status()).isEqualTo(Status.DEADLINE);
        assertThat(head.isPending()).isTrue();
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 5)));
        assertThat(loop.await(head).bytes()).isEqualTo(5);
    }

    @Test
    @Tag("aarch64")
    void deadlinesFarFromNowAreOfThePastOrNeverComeAndHoldUpNoOther() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        for (long past : new long[]{Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MIN_VALUE / 2, -1}) {
            Receive receive = loop.submit(new Receive(pair.server()));
            port.moveDeadline(receive, past);
            assertThat(loop.await(receive).status()).as("%d", past).isEqualTo(Status.DEADLINE);
            Delay timer = loop.submit(new Delay(Duration.ofHours(1)));
            port.moveDeadline(timer, past);
            assertThat(loop.await(timer).status()).as("%d", past).isEqualTo(Status.OK);
        }
        Receive patient = loop.submit(new Receive(pair.server()));
        Delay slow = loop.submit(new Delay(Duration.ofSeconds(Long.MAX_VALUE)));
        for (long future : new long[]{
            Long.MAX_VALUE - 1, Long.MAX_VALUE / 2 + 1, Long.MAX_VALUE / 2, Long.MAX_VALUE}) {
            port.moveDeadline(patient, future);
            port.moveDeadline(slow, future);
            Delay quick = new Delay(Duration.ofNanos(SHORT));
            assertThat(loop.run(quick).status()).isEqualTo(Status.OK);
            Delay hurried = loop.submit(new Delay(Duration.ofNanos(Long.MAX_VALUE)));
            port.moveDeadline(hurried, Long.MIN_VALUE);
            assertThat(loop.await(hurried).status()).isEqualTo(Status.OK);
            assertThat(patient.isPending() && slow.isPending()).as("%d", future).isTrue();
        }
        port.moveDeadline(patient, System.nanoTime() + SHORT);
        assertThat(loop.await(patient).status()).isEqualTo(Status.DEADLINE);
    }

    /** One thread sends a byte about when the receive's time is over, again and again. */
    @Test
    void aDeadlineAgainstBytesIsEitherAndNeverBothAndLosesNone() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        AtomicInteger round = new AtomicInteger(-1);
        Thread sender = Thread.ofPlatform().daemon().start(() -> sendInTime(peer, round));
        Receive timed = new Receive(mixed.socket());
        Receive patient = new Receive(mixed.socket());
        Random random = new Random(25);
        int overdue = 0;
        for (int i = 0; i < RACES; i++) {
            timed.timeoutNanos(1 + random.nextInt(200_000));
            round.set(i);
            Event event = loop.run(timed);
            if (event.status() == Status.DEADLINE) {
                overdue++;
                event = loop.run(patient);
            }
            assertThat(event.status()).isEqualTo(Status.OK);
            assertThat(event.text()).isEqualTo(letter(i));
        }
        sender.join();
        assertThat(loop.events().of(timed)).hasSize(RACES);
        assertThat(loop.events().of(patient)).hasSize(overdue);
    }

    private static String letter(int round) {
        return String.valueOf((char) ('a' + round % 26));
    }

    private static void sendInTime(PlainPeer peer, AtomicInteger round) {
        Random random = new Random(26);
        for (int i = 0; i < RACES; i++) {
            while (round.get() < i) {
                Thread.onSpinWait();
            }
            long until = System.nanoTime() + random.nextInt(200_000);
            while (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
            peer.write(letter(i));
        }
    }

    /** The same without threads: the deadline is over and the byte is there when the poll begins. */
    @Test
    @Tag("aarch64")
    void bytesThatAreThereWhenTheTimeIsOverAreNotLost() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive timed = new Receive(pair.server()).timeoutNanos(1);
        MemorySegment one = Pattern.allocate(port, 1);
        for (int i = 0; i < 200; i++) {
            loop.submit(timed);
            assertThat(pair.client().trySend(one)).isEqualTo(1);
            Event event = loop.await(timed);
            if (event.status() == Status.DEADLINE) {
                event = loop.run(new Receive(pair.server()));
            }
            assertThat(event.bytes()).isEqualTo(1);
        }
    }

    @Test
    void aSendThatRunsOutOfTimeReportsWhatThePeerGets() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, 8192);
        Send send = new Send(pair.client()).buffer(Pattern.allocate(port, 4 << 20));
        Event end = runFor(send, SHORT);
        assertThat(end.status()).as("bytes moved").isEqualTo(Status.OK);
        assertThat(end.bytes()).isBetween(1L, (4L << 20) - 1);
        loop.submit(Shutdown.send(pair.client()));
        Receive receive = new Receive(pair.server());
        long received = 0;
        Event event = loop.run(receive);
        while (event.status() == Status.OK) {
            Pattern.check(event.data(), received);
            received += event.bytes();
            event = loop.run(receive);
        }
        assertThat(received).isEqualTo(end.bytes());
        Send stuck = new Send(pair.server()).buffer(port.allocate(4 << 20).segment());
        loop.submit(stuck);
        assertThat(
                runFor(new Send(pair.server()).buffer(port.allocate(10).segment()), SHORT).status())
                .as("nothing moved").isEqualTo(Status.DEADLINE);
        assertThat(stuck.isPending()).isTrue();
    }

    // ---- deadlines that move ---------------------------------------------------------------------

    @Test
    @Tag("aarch64")
    void aDeadlineMovesCloserAndAwayWhileItsOperationIsPending() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = new Receive(pair.server()).timeoutNanos(HOUR);
        loop.submit(receive);
        port.poll(0);
        port.moveDeadline(receive, System.nanoTime() + SHORT);
        assertThat(loop.await(receive).status()).isEqualTo(Status.DEADLINE);
        receive.timeoutNanos(SHORT);
        loop.submit(receive);
        long later = System.nanoTime() + 5 * SHORT;
        port.moveDeadline(receive, later);
        Event end = loop.await(receive);
        assertThat(end.status()).isEqualTo(Status.DEADLINE);
        assertThat(end.atNanos()).isGreaterThanOrEqualTo(later);
    }

    @Test
    @Tag("aarch64")
    void aDeadlineIsGivenToAnOperationThatHadNone() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive head = loop.submit(new Receive(pair.server()));
        Receive behind = loop.submit(new Receive(pair.server()));
        port.poll(0);
        port.moveDeadline(behind, System.nanoTime());
        assertThat(loop.await(behind).status()).isEqualTo(Status.DEADLINE);
        port.moveDeadline(head, System.nanoTime() - 1);
        assertThat(loop.await(head).status()).isEqualTo(Status.DEADLINE);
    }

    @Test
    @Tag("aarch64")
    void movingTheDeadlineOfWhatIsNotPendingConcernsNoLaterSubmission() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = new Receive(pair.server());
        port.moveDeadline(receive, System.nanoTime());
        loop.submit(receive);
        loop.pollFor(Duration.ofNanos(SHORT));
        assertThat(receive.isPending()).isTrue();
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 5)));
        assertThat(loop.await(receive).bytes()).isEqualTo(5);
        port.moveDeadline(receive, System.nanoTime());
        loop.pollFor(Duration.ofNanos(SHORT));
        assertThat(loop.events().of(receive)).hasSize(1);
    }

    @Test
    @Tag("aarch64")
    void aDeadlineIsMovedWithEachByteAsIdleTimesAre() throws Exception {
        long windowNanos = 10 * SHORT;
        while (!endsOnlyAfterTheLastOfTenBytes(windowNanos)) {
            windowNanos *= 4;
            assertThat(windowNanos).as("a machine too slow for any window").isLessThan(LONG);
        }
    }

    /** False when this machine was too slow for the window, so that the deadline was right to end. */
    private boolean endsOnlyAfterTheLastOfTenBytes(long windowNanos) throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = new Receive(pair.server()).multishot();
        loop.submit(receive);
        MemorySegment one = Pattern.allocate(port, 1);
        long last = Long.MAX_VALUE;
        for (int i = 1; i <= 10; i++) {
            long next = System.nanoTime() + windowNanos;
            port.moveDeadline(receive, next);
            if (i > 1 && System.nanoTime() - last >= 0) {
                return false;
            }
            last = next;
            pair.client().trySend(one);
            int wanted = i;
            loop.until("a byte", () -> loop.events().of(receive).size() >= wanted);
            Event latest = loop.events().of(receive).getLast();
            if (latest.status() == Status.DEADLINE) {
                assertThat(latest.atNanos()).isGreaterThanOrEqualTo(last);
                return false;
            }
        }
        Event end = loop.await(receive);
        assertThat(end.status()).isEqualTo(Status.DEADLINE);
        assertThat(end.atNanos()).isGreaterThanOrEqualTo(last);
        assertThat(loop.events().of(receive)).hasSize(11);
        return true;
    }
}
