package dev.sluice.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class TasksTest {
    private static final int SENDERS = 4;
    private static final long FOREVER = -1;

    private final FakeBackend backend = new FakeBackend();

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 64, 128, 1024})
    void takesAsManyAsItsLimit(int limit) {
        Tasks tasks = new Tasks(backend, limit);
        for (int i = 0; i < limit; i++) {
            assertThat(tasks.offer(() -> {})).isEqualTo(Tasks.Offer.ACCEPTED);
        }
        assertThat(tasks.offer(() -> {})).isEqualTo(Tasks.Offer.FULL);
        tasks.poll().run();
        assertThat(tasks.offer(() -> {})).isEqualTo(Tasks.Offer.ACCEPTED);
    }

    /** Any limit from the least that the options allow on is a limit that the queue can have. */
    @Test
    void everyLimitIsKeptWithinTheNextPowerOfTwo() {
        for (int limit = 4; limit < 300; limit++) {
            Tasks tasks = new Tasks(backend, limit);
            int taken = 0;
            while (tasks.offer(() -> {}) == Tasks.Offer.ACCEPTED) {
                taken++;
            }
            assertThat(taken).isGreaterThanOrEqualTo(limit).isLessThan(2 * limit);
            assertThat(tasks.limit()).as("what the message says").isEqualTo(taken);
        }
    }

    /** As without memory for the queue: the close of the port waits for the threads that add a task. */
    @Test
    @SuppressWarnings("NullAway") // Nothing else makes the queue throw.
    void aTaskThatCannotBeQueuedDoesNotHoldUpTheClose() {
        Tasks tasks = new Tasks(backend, 4);
        assertThatThrownBy(() -> tasks.offer(null)).isInstanceOf(NullPointerException.class);
        tasks.refuseTasks();
        assertThat(tasks.offer(() -> {})).isEqualTo(Tasks.Offer.CLOSED);
    }

    @Test
    void reportsOfTheEngineAreNeverRefusedAndComeFirst() {
        Tasks tasks = new Tasks(backend, 4);
        List<String> ran = new ArrayList<>();
        while (tasks.offer(() -> ran.add("task")) == Tasks.Offer.ACCEPTED) {
            assertThat(tasks.isEmpty()).isFalse();
        }
        tasks.refuseTasks();
        tasks.report(() -> ran.add("report"));
        tasks.runAllAtEnd(ignored -> {});
        assertThat(ran).containsExactly("report", "task", "task", "task", "task");
    }

    @Test
    void aWakeupCostsACallOnlyWhenTheOwnerSleeps() {
        Tasks tasks = new Tasks(backend, 16);
        tasks.offer(() -> {});
        tasks.wakeup();
        assertThat(backend.wakeups).hasValue(0);
        tasks.poll();
        assertThat(tasks.takeWakeup()).isTrue();
        assertThat(tasks.fallAsleep()).isTrue();
        tasks.offer(() -> {});
        tasks.offer(() -> {});
        tasks.wakeup();
        assertThat(backend.wakeups).as("one for the whole sleep").hasValue(1);
        tasks.awake();
    }

    @Test
    void ownerDoesNotSleepOverATaskAReportOrAWakeup() {
        Tasks tasks = new Tasks(backend, 16);
        tasks.offer(() -> {});
        assertThat(tasks.fallAsleep()).isFalse();
        tasks.poll();
        tasks.report(() -> {});
        assertThat(tasks.fallAsleep()).isFalse();
        tasks.poll();
        tasks.wakeup();
        assertThat(tasks.fallAsleep()).isFalse();
        assertThat(tasks.takeWakeup()).isTrue();
        assertThat(tasks.takeWakeup()).as("taken once").isFalse();
        assertThat(tasks.fallAsleep()).isTrue();
    }

    /** If a sleep missed a task the fake backend's wait would say that it lasts for ever. */
    @Test
    void noTaskOfManyThreadsIsSleptOver() throws InterruptedException {
        Tasks tasks = new Tasks(backend, 64);
        int each = 5000;
        AtomicInteger accepted = new AtomicInteger();
        AtomicInteger ran = new AtomicInteger();
        List<Thread> senders = senders(sender -> {
            for (int i = 0; i < each; i++) {
                while (tasks.offer(ran::incrementAndGet) != Tasks.Offer.ACCEPTED) {
                    Thread.onSpinWait();
                }
                accepted.incrementAndGet();
            }
        });
        while (ran.get() < SENDERS * each) {
            tasks.runAll();
            if (ran.get() < SENDERS * each && tasks.fallAsleep()) {
                backend.fetch(FOREVER);
                tasks.awake();
            }
        }
        for (Thread sender : senders) {
            sender.join();
        }
        assertThat(ran).hasValue(accepted.get());
    }

    /** The end in the order of a port's close, against threads that know nothing of it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void acceptedTasksRunAndNobodyWakesAClosedBackend(int round) throws InterruptedException {
        Tasks tasks = new Tasks(backend, 1024);
        AtomicIntegerArray accepted = new AtomicIntegerArray(SENDERS);
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(SENDERS);
        List<Thread> senders = senders(sender -> {
            begun.countDown();
            Tasks.Offer offer = Tasks.Offer.FULL;
            while (offer != Tasks.Offer.CLOSED) {
                offer = tasks.offer(ran::incrementAndGet);
                if (offer == Tasks.Offer.ACCEPTED) {
                    accepted.incrementAndGet(sender);
                }
                tasks.wakeup();
            }
            tasks.wakeup();
        });
        begun.await();
        for (int i = 0; i < round * 20; i++) {
            tasks.runAll();
            if (tasks.fallAsleep()) {
                backend.fetch(1000);
                tasks.awake();
            }
            tasks.takeWakeup();
        }
        tasks.refuseTasks();
        tasks.runAllAtEnd(failure -> {
            throw new AssertionError(failure);
        });
        tasks.fallAsleep();
        tasks.refuseWakeups();
        backend.close();
        for (Thread sender : senders) {
            sender.join();
        }
        int sum = 0;
        for (int i = 0; i < SENDERS; i++) {
            sum += accepted.get(i);
        }
        assertThat(ran).as("tasks that ran").hasValue(sum);
        assertThat(failures).isEmpty();
    }

    private interface Sender {
        void run(int number);
    }

    private final List<Throwable> failures = new ArrayList<>();

    private List<Thread> senders(Sender sender) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            int number = i;
            Thread thread = Thread.ofPlatform().daemon().unstarted(() -> sender.run(number));
            thread.setUncaughtExceptionHandler((of, failure) -> {
                synchronized (failures) {
                    failures.add(failure);
                }
            });
            threads.add(thread);
            thread.start();
        }
        return threads;
    }

    @Test
    void aTaskThatFailsAtTheEndDoesNotKeepTheOthersFromRunning() {
        Tasks tasks = new Tasks(backend, 16);
        List<String> ran = new ArrayList<>();
        tasks.offer(() -> ran.add("first"));
        tasks.offer(() -> {
            throw new IllegalStateException("of a task");
        });
        tasks.offer(() -> ran.add("last"));
        List<Throwable> thrown = new ArrayList<>();
        tasks.refuseTasks();
        tasks.runAllAtEnd(thrown::add);
        assertThat(ran).containsExactly("first", "last");
        assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
        assertThat(tasks.offer(() -> {})).isEqualTo(Tasks.Offer.CLOSED);
    }

    @Test
    void aTaskThatAddsATaskEachTimeDoesNotStopThePort() {
        Tasks tasks = new Tasks(backend, 8);
        AtomicInteger ran = new AtomicInteger();
        Runnable again = new Runnable() {
            @Override
            public void run() {
                ran.incrementAndGet();
                tasks.offer(this);
            }
        };
        tasks.offer(again);
        assertThat(tasks.runAll()).isTrue();
        assertThat(ran).hasValue(8);
        assertThat(tasks.fallAsleep()).isFalse();
    }
}
