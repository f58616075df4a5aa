package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.CompletionPort;
import dev.sluice.PortOptions;
import dev.sluice.SystemCallException;
import dev.sluice.WaitStrategy;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other threads reach a port by tasks and wake-ups alone, also while it closes. */
class CrossThreadTest extends ConformanceTest {
    private static final int THREADS = 4;

    private static List<Thread> start(IntConsumer body) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            threads.add(Thread.ofPlatform().daemon().start(() -> body.accept(number)));
        }
        return threads;
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void aWakeupEndsAWaitWithoutEnd() throws Exception {
        for (int i = 0; i < 50; i++) {
            Thread other = Thread.ofPlatform().daemon().start(port::wakeup);
            assertThat(port.poll(CompletionPort.FOREVER)).isZero();
            other.join();
            port.poll(0);
        }
    }

    @Test
    void aWakeupBeforeTheWaitIsRemembered() {
        port.wakeup();
        port.wakeup();
        assertThat(port.poll(CompletionPort.FOREVER)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"block", "spin", "spin then block"})
    void tasksOfManyThreadsRunOnceEachOnTheOwnersThread(String waiting) throws Exception {
        WaitStrategy strategy = switch (waiting) {
            case "block" -> WaitStrategy.BLOCK;
            case "spin" -> WaitStrategy.SPIN;
            default -> WaitStrategy.spinThenBlock(10);
        };
        CompletionPort own = openLoop(options().waitStrategy(strategy)).port();
        int each = 1000;
        AtomicInteger foreign = new AtomicInteger();
        int[] ran = new int[THREADS];
        Thread owner = Thread.currentThread();
        List<Thread> threads = start(number -> {
            for (int i = 0; i < each; i++) {
                int expected = i;
                own.execute(() -> {
                    // In the order in which its thread sent them, and on the owner's thread.
                    boolean right = Thread.currentThread().equals(owner) && ran[number] == expected;
                    foreign.addAndGet(right ? 0 : 1);
                    ran[number]++;
                });
            }
        });
        while (ran[0] + ran[1] + ran[2] + ran[3] < THREADS * each) {
            own.poll(CompletionPort.FOREVER);
        }
        join(threads);
        assertThat(foreign).hasValue(0);
        assertThat(ran).containsOnly(each);
    }

    @Test
    void executeCloseIsTheRemedyForClosingFromAnotherThread() throws Exception {
        CompletionPort closing = openLoop(options()).port();
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        Thread other = Thread.ofPlatform().daemon().start(() -> {
            try {
                closing.close();
                refused.complete(new AssertionError("another thread closed the port"));
            } catch (WrongThreadException thrown) {
                refused.complete(thrown);
            }
            closing.execute(closing::close);
        });
        assertThat(closing.poll(CompletionPort.FOREVER)).isZero();
        assertThat(refused.join()).isInstanceOf(WrongThreadException.class)
                .hasMessageContaining("port.execute(port::close)");
        other.join();
        assertThatThrownBy(() -> closing.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class).hasMessageContaining("closed");
        closing.wakeup();
    }

    /**
     * Threads send tasks and wake-ups as fast as they can while their port closes. What was accepted
     * has run, and no wake-up went into a descriptor that was opened after the port's were closed:
     * the pipes opened then would have bytes, and an event counter would be where none was asked for.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4, 8})
    void whileThePortClosesNoTaskIsLostAndNoForeignDescriptorIsWritten(int polls)
            throws Exception {
        List<Pipe> pipes = new ArrayList<>();
        try {
            for (int round = 0; round < 6; round++) {
                closeUnderFire(polls, pipes);
            }
            for (Pipe pipe : pipes) {
                pipe.source().configureBlocking(false);
                assertThat(pipe.source().read(ByteBuffer.allocate(64))).isZero();
            }
        } finally {
            for (Pipe pipe : pipes) {
                pipe.source().close();
                pipe.sink().close();
            }
        }
    }

    private void closeUnderFire(int polls, List<Pipe> pipes) throws Exception {
        CompletionPort closing = open();
        AtomicInteger accepted = new AtomicInteger();
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(THREADS);
        CountDownLatch pipesOpen = new CountDownLatch(1);
        List<Thread> threads = start(number -> {
            begun.countDown();
            fireUntilRejected(closing, accepted, ran);
            do {
                closing.wakeup();
            } while (pipesOpen.getCount() > 0);
            closing.wakeup();
        });
        begun.await();
        for (int i = 0; i < polls; i++) {
            closing.poll(10_000);
        }
        closing.close();
        // The numbers of the port's descriptors are free now and the next that are given out.
        for (int i = 0; i < 3; i++) {
            pipes.add(Pipe.open());
        }
        pipesOpen.countDown();
        join(threads);
        assertThat(ran).as("tasks that ran").hasValue(accepted.get());
    }

    private static void fireUntilRejected(
            CompletionPort closing, AtomicInteger accepted, AtomicInteger ran) {
        boolean rejected = false;
        while (!rejected) {
            try {
                closing.execute(ran::incrementAndGet);
                accepted.incrementAndGet();
            } catch (RejectedExecutionException refusal) {
                rejected = refusal.getMessage().contains("closed");
            }
            closing.wakeup();
        }
    }

    private PortOptions quick() {
        return options().maxTasks(64).maxOperations(16).maxSockets(4).poolBuffers(1)
                .poolBufferBytes(64);
    }

    /** A task that another thread sends in the very moment of closing runs or is rejected. */
    @Test
    void aTaskInTheMomentOfClosingRunsOrIsRejected() throws Exception {
        for (int round = 0; round < 100; round++) {
            AtomicInteger ran = new AtomicInteger();
            CompletionPort closing = open();
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<Boolean> accepted = CompletableFuture.supplyAsync(() -> {
                begun.countDown();
                try {
                    closing.execute(ran::incrementAndGet);
                    return true;
                } catch (RejectedExecutionException refusal) {
                    return false;
                }
            });
            begun.await();
            closing.close();
            assertThat(ran).hasValue(accepted.get() ? 1 : 0);
        }
    }

    private CompletionPort open() throws SystemCallException {
        return CompletionPort.open(quick().backend(backend));
    }
}
