package dev.sluice.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

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
class TaskQueueTest {
    private static final int SENDERS = 4;
    private static final long FOREVER = -1;

    private final FakeBackend backend = new FakeBackend();

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 64, 128, 1024})
    void takesAsManyAsItsLimit(int limit) {
        TaskQueue queue = new TaskQueue(backend, limit);
        for (int i = 0; i < limit; i++) {
            assertThat(queue.offer(() -> {})).isEqualTo(Tasks.Offer.ACCEPTED);
        }
        assertThat(queue.offer(() -> {})).isEqualTo(Tasks.Offer.FULL);
        queue.poll().run();
        assertThat(queue.offer(() -> {})).isEqualTo(Tasks.Offer.ACCEPTED);
    }

    /** Any limit from the least that the options allow on is a limit that the queue can have. */
    @Test
    void everyLimitIsKeptWithinTheNextPowerOfTwo() {
        for (int limit = 4; limit < 300; limit++) {
            TaskQueue queue = new TaskQueue(backend, limit);
            int taken = 0;
            while (queue.offer(() -> {}) == Tasks.Offer.ACCEPTED) {
                taken++;
            }
            assertThat(taken).isGreaterThanOrEqualTo(limit).isLessThan(2 * limit);
            assertThat(queue.limit()).as("what the message says").isEqualTo(taken);
        }
    }

    @Test
    void reportsOfTheBackendAreNeverRefusedAndComeFirst() {
        TaskQueue queue = new TaskQueue(backend, 4);
        List<String> ran = new ArrayList<>();
        while (queue.offer(() -> ran.add("task")) == Tasks.Offer.ACCEPTED) {
            assertThat(queue.isEmpty()).isFalse();
        }
        queue.refuseTasks();
        queue.report(() -> ran.add("report"));
        new Tasks(queue).runAllAtEnd(ignored -> {});
        assertThat(ran).containsExactly("report", "task", "task", "task", "task");
    }

    @Test
    void aWakeupCostsACallOnlyWhenTheOwnerSleeps() {
        TaskQueue queue = new TaskQueue(backend, 16);
        queue.offer(() -> {});
        queue.wakeup();
        assertThat(backend.wakeups).hasValue(0);
        queue.poll();
        assertThat(queue.takeWakeup()).isTrue();
        assertThat(queue.goToSleep()).isTrue();
        queue.offer(() -> {});
        queue.offer(() -> {});
        queue.wakeup();
        assertThat(backend.wakeups).as("one for the whole sleep").hasValue(1);
        queue.awake();
    }

    @Test
    void ownerDoesNotSleepOverATaskAReportOrAWakeup() {
        TaskQueue queue = new TaskQueue(backend, 16);
        queue.offer(() -> {});
        assertThat(queue.goToSleep()).isFalse();
        queue.poll();
        queue.report(() -> {});
        assertThat(queue.goToSleep()).isFalse();
        queue.poll();
        queue.wakeup();
        assertThat(queue.goToSleep()).isFalse();
        assertThat(queue.takeWakeup()).isTrue();
        assertThat(queue.takeWakeup()).as("taken once").isFalse();
        assertThat(queue.goToSleep()).isTrue();
    }

    /** If a sleep missed a task the fake backend's wait would say that it lasts for ever. */
    @Test
    void noTaskOfManyThreadsIsSleptOver() throws InterruptedException {
        TaskQueue queue = new TaskQueue(backend, 64);
        int each = 5000;
        AtomicInteger accepted = new AtomicInteger();
        AtomicInteger ran = new AtomicInteger();
        List<Thread> senders = senders(sender -> {
            for (int i = 0; i < each; i++) {
                while (queue.offer(ran::incrementAndGet) != Tasks.Offer.ACCEPTED) {
                    Thread.onSpinWait();
                }
                accepted.incrementAndGet();
            }
        });
        Tasks tasks = new Tasks(queue);
        while (ran.get() < SENDERS * each) {
            tasks.runAll();
            if (ran.get() < SENDERS * each && queue.goToSleep()) {
                backend.fetch(FOREVER);
                queue.awake();
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
        TaskQueue queue = new TaskQueue(backend, 1024);
        Tasks tasks = new Tasks(queue);
        AtomicIntegerArray accepted = new AtomicIntegerArray(SENDERS);
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(SENDERS);
        List<Thread> senders = senders(sender -> {
            begun.countDown();
            Tasks.Offer offer = Tasks.Offer.FULL;
            while (offer != Tasks.Offer.CLOSED) {
                offer = queue.offer(ran::incrementAndGet);
                if (offer == Tasks.Offer.ACCEPTED) {
                    accepted.incrementAndGet(sender);
                }
                queue.wakeup();
            }
            queue.wakeup();
        });
        begun.await();
        for (int i = 0; i < round * 20; i++) {
            tasks.runAll();
            if (queue.goToSleep()) {
                backend.fetch(1000);
                queue.awake();
            }
            queue.takeWakeup();
        }
        tasks.refuse();
        tasks.runAllAtEnd(failure -> {
            throw new AssertionError(failure);
        });
        queue.goToSleep();
        queue.refuseWakeups();
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
        TaskQueue queue = new TaskQueue(backend, 16);
        List<String> ran = new ArrayList<>();
        queue.offer(() -> ran.add("first"));
        queue.offer(() -> {
            throw new IllegalStateException("of a task");
        });
        queue.offer(() -> ran.add("last"));
        List<Throwable> thrown = new ArrayList<>();
        Tasks tasks = new Tasks(queue);
        tasks.refuse();
        tasks.runAllAtEnd(thrown::add);
        assertThat(ran).containsExactly("first", "last");
        assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
        assertThat(queue.offer(() -> {})).isEqualTo(Tasks.Offer.CLOSED);
    }

    @Test
    void aTaskThatAddsATaskEachTimeDoesNotStopThePort() {
        TaskQueue queue = new TaskQueue(backend, 8);
        Tasks tasks = new Tasks(queue);
        AtomicInteger ran = new AtomicInteger();
        Runnable again = new Runnable() {
            @Override
            public void run() {
                ran.incrementAndGet();
                queue.offer(this);
            }
        };
        queue.offer(again);
        assertThat(tasks.runAll()).isTrue();
        assertThat(ran).hasValue(8);
        assertThat(queue.goToSleep()).isFalse();
    }
}
