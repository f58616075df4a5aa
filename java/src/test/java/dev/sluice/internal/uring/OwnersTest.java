package dev.sluice.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Which ring an owner gets, and that a plain one goes from thread to thread. */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class OwnersTest {
    @BeforeAll
    static void needsTheRing() {
        var report = UringProbe.probe();
        assumeTrue(report.available(), () -> "needs io_uring, which " + report.cause());
    }

    private static <T> T on(Thread.Builder builder, Callable<T> body) throws Exception {
        FutureTask<T> task = new FutureTask<>(body);
        builder.start(task);
        return task.get(60, TimeUnit.SECONDS);
    }

    private static <T> T onNewThread(Callable<T> body) throws Exception {
        FutureTask<T> task = new FutureTask<>(body);
        Thread thread = Thread.ofPlatform().daemon().start(task);
        T result = task.get(60, TimeUnit.SECONDS);
        // The kernel must have ended it, and with it what it thinks is the thread's alone.
        thread.join();
        return result;
    }

    private static UringPort open() throws NativeFailure {
        return UringPort.of(new RingSizes(64, 256), null);
    }

    private static RingKind useAndClose(UringPort port) throws NativeFailure {
        UringPort.Pair pair = port.connect();
        Request receive = port.receive(pair.there());
        port.await(port.send(pair.here()));
        port.await(receive);
        RingKind kind = port.ring().kind;
        port.close();
        return kind;
    }

    private static RingKind bestOfPlatformThreads() throws NativeFailure {
        return RingKind.bestFor(true, UringFeatures.ofThisPort().deferTaskrun());
    }

    @Test
    void aVirtualThreadGetsAPlainRingFromTheStart() throws Exception {
        RingKind used = on(Thread.ofVirtual(), () -> {
            UringPort port = open();
            assertThat(port.ring().kind).isEqualTo(RingKind.PLAIN);
            return useAndClose(port);
        });
        assertThat(used).isEqualTo(RingKind.PLAIN);
    }

    @Test
    void aPlatformThreadGetsTheBestRing() throws Exception {
        assertThat(useAndClose(open())).isEqualTo(bestOfPlatformThreads());
    }

    @Test
    void aPortHandedOverToTheOtherKindOfThreadGetsItsRing() throws Exception {
        UringPort port = open();
        assertThat(on(Thread.ofVirtual(), () -> useAndClose(port))).isEqualTo(RingKind.PLAIN);
        UringPort back = on(Thread.ofVirtual(), OwnersTest::open);
        assertThat(useAndClose(back)).isEqualTo(bestOfPlatformThreads());
    }

    /**
     * Each step runs on a thread that then ends, as a carrier does that has nothing to carry for a
     * while: the kernel cancels what that thread had submitted, which must not show.
     */
    @Test
    void nothingEndsWithTheThreadThatSubmittedIt() throws Exception {
        UringPort port = onNewThread(() -> UringPort.of(new RingSizes(64, 256), RingKind.PLAIN));
        UringPort.Pair pair = onNewThread(port::connect);
        Request own = onNewThread(() -> port.receive(pair.there()));
        Request many = onNewThread(() -> {
            Request request = UringPort.request(RequestKind.RECEIVE, pair.here());
            request.pooled = true;
            request.multishot = true;
            return port.submit(request);
        });
        // The kernel learns of both here, and the thread ends.
        onNewThread(() -> port.poll(0));
        for (int i = 0; i < 10; i++) {
            onNewThread(() -> port.poll(0));
        }
        assertThat(own.isPending()).as("%s", own).isTrue();
        assertThat(many.isPending()).as("%s", many).isTrue();

        int[] bytes = {0};
        port.handler = event -> {
            if (event.equals(many) && event.outcome == Outcome.OK) {
                bytes[0] += (int) event.result;
            }
        };
        onNewThread(() -> port.send(pair.here()));
        onNewThread(() -> {
            port.await(own);
            return port.send(pair.there());
        });
        onNewThread(() -> {
            port.until(() -> bytes[0] == 16);
            return bytes[0];
        });
        assertThat(many.isPending()).as("%s", many).isTrue();
        onNewThread(() -> {
            port.close();
            return true;
        });
        assertThat(many.outcome).isEqualTo(Outcome.CLOSED_LOCALLY);
    }

    /** The poll that watches the wake-up event belongs to a thread as well. */
    @Test
    void aWakeupEndsTheWaitAfterTheFirstThreadHasEnded() throws Exception {
        UringPort port = onNewThread(() -> UringPort.of(new RingSizes(64, 256), RingKind.PLAIN));
        onNewThread(() -> port.poll(0));
        onNewThread(() -> port.poll(0));
        Thread waker = Thread.ofPlatform().daemon().unstarted(() -> port.engine.tasks().wakeup());
        int events = onNewThread(() -> {
            waker.start();
            return port.poll(-1);
        });
        assertThat(events).isZero();
        waker.join();
        onNewThread(() -> {
            port.close();
            return true;
        });
    }
}
