package dev.sluice.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kernel says that it found no place for results; all of them come all the same. */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class RingOverflowTest {
    private static final int POLLS = 2000;
    private static final int MESSAGES = 500;
    private static final int ROUNDS = 50;
    private static final RingSizes TINY = new RingSizes(2, 4);

    private int overflows;

    @BeforeAll
    static void needsTheRing() {
        var report = UringProbe.probe();
        assumeTrue(report.available(), () -> "needs io_uring, which " + report.cause());
    }

    private UringPort open(RingKind kind) throws Exception {
        UringPort port = UringPort.of(TINY, kind);
        port.handler = event -> look(port);
        return port;
    }

    private void look(UringPort port) {
        overflows += port.ring().submissions.overflown() ? 1 : 0;
    }

    @ParameterizedTest
    @EnumSource(RingKind.class)
    void pollsThatEndTogetherAllEnd(RingKind kind) throws Exception {
        UringPort port = open(kind);
        UringPort.Pair pair = port.connect();
        List<Request> polls = new ArrayList<>();
        for (int i = 0; i < POLLS; i++) {
            Request poll = UringPort.request(RequestKind.POLL, pair.there());
            poll.argument = Request.READABLE;
            polls.add(port.submit(poll));
        }
        look(port);
        port.until(() -> !port.hasReadyWork());
        port.await(port.send(pair.here()));
        look(port);
        port.until(() -> polls.stream().noneMatch(Request::isPending));
        assertThat(polls).allMatch(poll -> poll.outcome == Outcome.OK)
                .allMatch(poll -> poll.result == Request.READABLE);
        assertThat(overflows).as("times that the kernel said it overflowed").isPositive();
        assertThat(port.ring().completions.lost()).isZero();
        port.close();
    }

    /** An overflow ends the multishot receives of the kernel; their bytes come all the same. */
    @ParameterizedTest
    @EnumSource(RingKind.class)
    void multishotReceivesContinueThroughOverflows(RingKind kind) throws Exception {
        UringPort port = open(kind);
        List<UringPort.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pairs.add(port.connect());
        }
        long[] received = {0};
        port.handler = event -> {
            look(port);
            if (event.kind == RequestKind.RECEIVE && event.outcome == Outcome.OK) {
                received[0] += event.result;
            }
        };
        List<Request> receives = new ArrayList<>();
        for (UringPort.Pair pair : pairs) {
            Request receive = UringPort.request(RequestKind.RECEIVE, pair.there());
            receive.pooled = true;
            receive.multishot = true;
            receives.add(port.submit(receive));
        }
        List<Request> sends = new ArrayList<>();
        for (int round = 0; round < MESSAGES; round += pairs.size()) {
            pairs.forEach(pair -> sends.add(port.send(pair.here())));
        }
        port.until(() -> received[0] == 16L * sends.size());
        port.until(() -> sends.stream().noneMatch(Request::isPending));
        assertThat(sends).allMatch(send -> send.outcome == Outcome.OK && send.result == 16);
        assertThat(receives).allMatch(Request::isPending);
        assertThat(overflows).as("times that the kernel said it overflowed").isPositive();
        port.close();
        assertThat(receives).allMatch(receive -> receive.outcome == Outcome.CLOSED_LOCALLY);
    }

    /** A cancel that meets a poll which an overflow has ended is an end, and not a new beginning. */
    @ParameterizedTest
    @EnumSource(RingKind.class)
    void multishotPollsThatAreCancelledWhileResultsFindNoPlaceEnd(RingKind kind) throws Exception {
        UringPort port = open(kind);
        UringPort.Pair pair = port.connect();
        List<Request> polls = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            polls.clear();
            for (int i = 0; i < 200; i++) {
                Request poll = UringPort.request(RequestKind.POLL, pair.there());
                poll.argument = Request.READABLE;
                poll.multishot = true;
                polls.add(port.submit(poll));
            }
            port.until(() -> !port.hasReadyWork());
            port.await(port.send(pair.here()));
            look(port);
            polls.forEach(port.engine::cancel);
            port.until(() -> polls.stream().noneMatch(Request::isPending));
            assertThat(polls).allMatch(poll -> poll.outcome == Outcome.CANCELLED);
        }
        assertThat(overflows).as("times that the kernel said it overflowed").isPositive();
        port.close();
    }

    /** The end of a port cancels its polls, while its peers still make them ready. */
    @ParameterizedTest
    @EnumSource(RingKind.class)
    void aPortEndsWhileItsMultishotPollsOverflow(RingKind kind) throws Exception {
        UringPort port = open(kind);
        List<Request> polls = new ArrayList<>();
        List<UringPort.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            UringPort.Pair pair = port.connect();
            pairs.add(pair);
            Request poll = UringPort.request(RequestKind.POLL, pair.there());
            poll.argument = Request.READABLE | Request.WRITABLE;
            poll.multishot = true;
            polls.add(port.submit(poll));
        }
        port.poll(0);
        pairs.forEach(pair -> port.send(pair.here()));
        look(port);
        port.close();
        assertThat(polls).allMatch(poll -> poll.outcome == Outcome.CLOSED_LOCALLY);
    }
}
