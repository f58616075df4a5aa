package dev.sluice.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * A send that waits for room on a connection whose peer has ended its side occupies no thread of the
 * kernel. Left alone, the kernel would block one of its own (iou-wrk) in each.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class KernelWorkersTest {
    private static final int SENDS = 24;
    private static final int BYTES = 8 << 20;
    private static final Path THREADS = Path.of("/proc/self/task");

    private final List<UringPort.Pair> pairs = new ArrayList<>();
    private final List<Request> sends = new ArrayList<>();
    private UringPort port;
    private MemorySegment memory;
    private MemorySegment room;

    /** Those that what ran before in this process has left idle. */
    private long workersBefore;

    @BeforeAll
    static void needsTheRing() {
        var report = UringProbe.probe();
        assumeTrue(report.available(), () -> "needs io_uring, which " + report.cause());
    }

    @BeforeEach
    void connect() throws Exception {
        workersBefore = workers();
        port = UringPort.of(RingSizes.ofThisPort(), null);
        memory = port.engine.arena().allocate(BYTES);
        room = port.engine.arena().allocate(1 << 20);
        for (int i = 0; i < SENDS; i++) {
            pairs.add(port.connect());
        }
    }

    @AfterEach
    void close() {
        port.close();
    }

    private void send() {
        for (UringPort.Pair pair : pairs) {
            sends.add(port.transfer(RequestKind.SEND, pair.here(), memory));
        }
    }

    private void endThePeersSides() {
        for (UringPort.Pair pair : pairs) {
            Request shutdown = UringPort.request(RequestKind.SHUTDOWN, pair.there());
            shutdown.argument = Request.SHUTDOWN_SEND;
            port.submit(shutdown);
            port.until(() -> !shutdown.isPending());
        }
    }

    /** Until nothing happens any more: the sends have filled what there is to fill. */
    private void letThemFill() {
        long endNanos = System.nanoTime() + Duration.ofMillis(300).toNanos();
        while (System.nanoTime() - endNanos < 0) {
            port.poll(Duration.ofMillis(20).toNanos());
        }
        assertThat(sends).allMatch(Request::isPending);
    }

    private void assertThatNoWorkerCame() throws IOException {
        assertThat(workers()).as("kernel threads with %d sends that wait", SENDS)
                .isLessThanOrEqualTo(workersBefore);
    }

    private static long workers() throws IOException {
        long count = 0;
        try (Stream<Path> threads = Files.list(THREADS)) {
            for (Path thread : threads.toList()) {
                count += nameOf(thread).startsWith("iou-wrk") ? 1 : 0;
            }
        }
        return count;
    }

    /** The name of a thread, or nothing if it ends while it is looked at. */
    private static String nameOf(Path thread) throws IOException {
        try {
            return Files.readString(thread.resolve("comm"));
        } catch (IOException failure) {
            if (Files.exists(thread)) {
                throw failure;
            }
            return "";
        }
    }

    private void drain(Channel channel) {
        long got = 0;
        while (got < BYTES) {
            Request receive = port.transfer(RequestKind.RECEIVE, channel, room);
            port.await(receive);
            got += receive.result;
        }
        assertThat(got).isEqualTo(BYTES);
    }

    private void assertThatAllSendsEnd() {
        pairs.forEach(pair -> drain(pair.there()));
        port.until(() -> sends.stream().noneMatch(Request::isPending));
        assertThat(sends).allMatch(send -> send.outcome == Outcome.OK && send.result == BYTES);
    }

    @Test
    void sendsAfterThePeersEndWaitWithoutOne() throws Exception {
        endThePeersSides();
        send();
        letThemFill();
        assertThatNoWorkerCame();
        assertThatAllSendsEnd();
    }

    @Test
    void sendsThatWaitWhenThePeerEndsKeepWaitingWithoutOne() throws Exception {
        send();
        letThemFill();
        endThePeersSides();
        letThemFill();
        assertThatNoWorkerCame();
        assertThatAllSendsEnd();
    }

    @Test
    void sendsThatWaitAfterThePeersEndAreCancelled() throws Exception {
        endThePeersSides();
        send();
        letThemFill();
        sends.forEach(send -> port.engine.cancel(send));
        port.until(() -> sends.stream().noneMatch(Request::isPending));
        assertThat(sends).allMatch(send -> send.outcome == Outcome.OK)
                .allMatch(send -> send.result > 0 && send.result < BYTES);
        assertThatNoWorkerCame();
    }
}
