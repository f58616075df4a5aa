package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.CompletionPort;
import dev.sluice.Delay;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** An interrupt of the owner: poll waits on, and the flag is there afterwards. */
class InterruptTest extends ConformanceTest {
    private static List<Thread.Builder> owners() {
        return List.of(Thread.ofPlatform().daemon().name("owner"), Thread.ofVirtual());
    }

    private static <T> CompletableFuture<T> start(Thread.Builder owner, Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        owner.start(() -> {
            try {
                done.complete(work.call());
            } catch (Throwable failure) {
                done.completeExceptionally(failure);
            }
        });
        return done;
    }

    private static <T> T result(CompletableFuture<T> done) throws Exception {
        return done.get(Loop.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void anInterruptFromBeforeDoesNotShortenAPoll() throws Exception {
        for (Thread.Builder owner : owners()) {
            int delivered = result(start(owner, () -> {
                try (CompletionPort mine = CompletionPort.open(options().backend(backend))) {
                    mine.submit(new Delay(Duration.ofMillis(50)));
                    Thread.currentThread().interrupt();
                    int events = mine.poll(CompletionPort.FOREVER);
                    assertThat(Thread.interrupted()).as("the flag afterwards").isTrue();
                    return events;
                }
            }));
            assertThat(delivered).as("events of the first poll").isEqualTo(1);
        }
    }

    @Test
    void anInterruptMeanwhileDoesNotEndAPoll() throws Exception {
        for (Thread.Builder owner : owners()) {
            CompletableFuture<CompletionPort> opened = new CompletableFuture<>();
            CompletableFuture<Thread> waiting = new CompletableFuture<>();
            CompletableFuture<Integer> polls = start(owner, () -> {
                try (CompletionPort mine = CompletionPort.open(options().backend(backend))) {
                    boolean[] ran = new boolean[1];
                    opened.complete(mine);
                    mine.execute(() -> {});
                    mine.poll(CompletionPort.FOREVER);
                    mine.submit(new Delay(Duration.ofSeconds(1)).onCompletion(_ -> ran[0] = true));
                    waiting.complete(Thread.currentThread());
                    int count = 0;
                    while (!ran[0]) {
                        mine.poll(CompletionPort.FOREVER);
                        count++;
                    }
                    assertThat(Thread.interrupted()).as("the flag afterwards").isTrue();
                    return count;
                }
            });
            assertThat(result(opened).backend()).isEqualTo(backend);
            Thread interrupted = result(waiting);
            // Before, or in the middle of its wait: both must change nothing.
            for (int i = 0; i < 20 && !polls.isDone(); i++) {
                interrupted.interrupt();
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(result(polls)).as("polls until the timer").isEqualTo(1);
        }
    }

    @Test
    void otherThreadsEndAWaitByWakeup() throws Exception {
        for (Thread.Builder owner : owners()) {
            CompletableFuture<CompletionPort> opened = new CompletableFuture<>();
            CompletableFuture<Integer> polled = start(owner, () -> {
                try (CompletionPort mine = CompletionPort.open(options().backend(backend))) {
                    opened.complete(mine);
                    return mine.poll(CompletionPort.FOREVER);
                }
            });
            result(opened).wakeup();
            assertThat(result(polled)).isZero();
        }
    }
}
