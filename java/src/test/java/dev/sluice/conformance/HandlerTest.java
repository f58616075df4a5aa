package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.CompletionPort;
import dev.sluice.Delay;
import dev.sluice.Operation;
import dev.sluice.PortOptions;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.SocketType;
import dev.sluice.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What handlers and tasks may do and what becomes of what they throw. */
@Tag("aarch64")
class HandlerTest extends ConformanceTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final List<String> seen = new ArrayList<>();

    private Delay overAtOnce(String name) {
        return new Delay(Duration.ZERO).onCompletion(timer -> seen.add(name));
    }

    private static final class OfAHandler extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OfAHandler(String name) {
            super(name);
        }
    }

    private Delay throwing(String name) {
        return new Delay(Duration.ZERO).onCompletion(timer -> {
            seen.add(name);
            throw new OfAHandler(name);
        });
    }

    @Test
    void whatAHandlerThrowsLeavesThePollAndTheEventsBehindItComeNext() {
        port.submit(overAtOnce("first"));
        port.submit(throwing("second"));
        port.submit(overAtOnce("third"));
        port.submit(throwing("fourth"));
        port.submit(overAtOnce("fifth"));
        assertThatThrownBy(() -> port.poll(0)).isInstanceOf(OfAHandler.class)
                .hasMessage("second");
        assertThat(seen).containsExactly("first", "second");
        assertThatThrownBy(() -> port.poll(CompletionPort.FOREVER)).hasMessage("fourth");
        assertThat(port.poll(CompletionPort.FOREVER)).isEqualTo(1);
        assertThat(seen).containsExactly("first", "second", "third", "fourth", "fifth");
        assertThat(port.pendingOperations()).isZero();
    }

    @Test
    void anOperationWhoseHandlerThrewIsFreeAndItsBufferIsBack() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = new Receive(pair.server());
        receive.onCompletion(event -> {
            throw new OfAHandler(event.bytes() + " bytes");
        });
        for (int i = 0; i < 2 * loop.poolBuffers(); i++) {
            port.submit(receive);
            assertThat(pair.client().trySend(Pattern.allocate(port, 5))).isEqualTo(5);
            assertThatThrownBy(() -> loop.until("the receive", () -> !receive.isPending()))
                    .hasMessage("5 bytes");
        }
        assertThat(receive.isPending()).isFalse();
        assertThat(port.availableBuffers()).isEqualTo(loop.poolBuffers());
    }

    @Test
    void eventsWithoutAHandlerGoToTheOneOfThePort() throws Exception {
        Delay own = overAtOnce("own");
        Delay none = new Delay(Duration.ZERO).attach("none");
        port.submit(none);
        assertThat(port.poll(0)).as("dropped, and counted").isEqualTo(1);
        assertThat(none.status()).isEqualTo(Status.OK);
        List<Object> fallback = new ArrayList<>();
        port.onCompletion((Operation<?> event) -> fallback.add(event.attachment()));
        port.submit(own);
        port.submit(none);
        assertThat(port.poll(0)).isEqualTo(2);
        assertThat(seen).containsExactly("own");
        assertThat(fallback).containsExactly("none");
        port.submit(none.delayNanos(Long.MAX_VALUE));
        port.close();
        assertThat(none.status()).isEqualTo(Status.CLOSED_LOCALLY);
        assertThat(fallback).as("also at the close").containsExactly("none", "none");
    }

    @Test
    void aPollWithinAHandlerOrTaskIsRefused() {
        List<Throwable> thrown = new ArrayList<>();
        Runnable poll = () -> {
            try {
                port.poll(0);
            } catch (IllegalStateException refused) {
                thrown.add(refused);
            }
        };
        port.submit(new Delay(Duration.ZERO).onCompletion(timer -> poll.run()));
        port.execute(poll);
        port.poll(0);
        assertThat(thrown).hasSize(2).allSatisfy(refused -> assertThat(refused)
                .hasMessageContaining("within a handler")
                .hasMessageContaining("return from the handler"));
        assertThat(port.poll(0)).isZero();
    }

    // ---- closing from within -------------------------------------------------------------------

    @Test
    void aPortClosedInAHandlerClosesWhenItReturnsAndAllEventsCome() throws Exception {
        Loop other = openLoop(options());
        CompletionPort closing = other.port();
        Pairs.Pair pair = Pairs.connected(other);
        closing.submit(new Delay(Duration.ZERO).onCompletion(timer -> {
            closing.close();
            closing.close();
            seen.add("asked");
            closing.submit(new Delay(HOUR).onCompletion(late -> seen.add("late " + late.status())));
        }));
        closing.submit(overAtOnce("behind"));
        Receive receive = other.submit(new Receive(pair.client()));
        assertThat(closing.poll(CompletionPort.FOREVER)).isEqualTo(1);
        assertThat(seen).startsWith("asked").containsExactlyInAnyOrder("asked", "behind",
                "late CLOSED_LOCALLY");
        assertThat(other.events().statusesOf(receive)).containsExactly(Status.CLOSED_LOCALLY);
        assertThatThrownBy(() -> closing.poll(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aPortClosedInATaskClosesWithoutAnEvent() throws Exception {
        CompletionPort closing = openLoop(options()).port();
        closing.execute(closing::close);
        assertThat(closing.poll(CompletionPort.FOREVER)).isZero();
        assertThatThrownBy(() -> closing.poll(0)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void aHandlerThatClosesThePortAndThrowsDoesBoth() throws Exception {
        CompletionPort closing = openLoop(options()).port();
        closing.submit(new Delay(Duration.ZERO).onCompletion(timer -> {
            closing.close();
            throw new OfAHandler("after close");
        }));
        closing.submit(new Delay(HOUR).onCompletion(timer -> {
            throw new OfAHandler("at the end");
        }));
        assertThatThrownBy(() -> closing.poll(CompletionPort.FOREVER)).hasMessage("after close")
                .satisfies(thrown -> assertThat(thrown.getSuppressed()).singleElement()
                        .satisfies(end -> assertThat(end).hasMessage("at the end")));
        assertThatThrownBy(() -> closing.poll(0)).hasMessageContaining("closed");
    }

    @Test
    void whatHandlersThrowAtTheEndComesOutWhenEverythingIsClosed() throws Exception {
        CompletionPort closing = openLoop(options()).port();
        for (String name : List.of("first", "second", "third")) {
            closing.submit(new Delay(HOUR).onCompletion(timer -> {
                seen.add(name);
                throw new OfAHandler(name);
            }));
        }
        closing.execute(() -> {
            throw new OfAHandler("of a task");
        });
        assertThatThrownBy(closing::close).hasMessage("of a task")
                .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(3));
        assertThat(seen).containsExactlyInAnyOrder("first", "second", "third");
        closing.close();
    }

    @Test
    void handlersAtTheEndMayOpenNothingThatStays() throws Exception {
        CompletionPort closing = openLoop(options()).port();
        closing.submit(new Delay(HOUR).onCompletion(timer -> {
            seen.add(timer.status().toString());
            assertThatThrownBy(() -> closing.socket(SocketType.TCP4))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> closing.submit(timer))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
            assertThatThrownBy(() -> closing.poll(0)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> closing.execute(() -> {}))
                    .isInstanceOf(RejectedExecutionException.class);
            closing.close();
        }));
        closing.close();
        assertThat(seen).containsExactly("CLOSED_LOCALLY");
    }

    // ---- tasks ---------------------------------------------------------------------------------

    @Test
    void whatATaskThrowsLeavesThePollAndTheOthersRunNext() {
        port.execute(() -> seen.add("first"));
        port.execute(() -> {
            throw new OfAHandler("of a task");
        });
        port.execute(() -> seen.add("third"));
        assertThatThrownBy(() -> port.poll(0)).hasMessage("of a task");
        assertThat(port.poll(CompletionPort.FOREVER)).isZero();
        assertThat(seen).containsExactly("first", "third");
    }

    @Test
    void aTaskMaySubmitAndItsEventsComeInTheSamePoll() {
        port.execute(() -> port.submit(overAtOnce("submitted")));
        assertThat(port.poll(CompletionPort.FOREVER)).isEqualTo(1);
        assertThat(seen).containsExactly("submitted");
    }

    @Test
    void aFullQueueOfTasksNamesTheLimit() throws Exception {
        CompletionPort small = openLoop(options().maxTasks(4)).port();
        for (int i = 0; i < 4; i++) {
            small.execute(() -> seen.add("ran"));
        }
        assertThatThrownBy(() -> small.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("4 tasks wait").hasMessageContaining("maxTasks");
        assertThatThrownBy(() -> small.execute(null)).isInstanceOf(NullPointerException.class);
        small.poll(0);
        assertThat(seen).hasSize(4);
        small.execute(() -> seen.add("ran"));
        small.close();
        assertThat(seen).hasSize(5);
    }

    // ---- limits of one poll --------------------------------------------------------------------

    @Test
    void aPollDeliversNoMoreThanItsLimitAndLosesNothing() throws Exception {
        Loop slow = openLoop(PortOptions.DEFAULT.maxEventsPerPoll(3).maxTurnsPerSocket(16));
        for (int i = 0; i < 10; i++) {
            slow.submit(new Delay(Duration.ZERO));
        }
        List<Integer> counts = new ArrayList<>();
        while (slow.port().pendingOperations() > 0) {
            counts.add(slow.port().poll(CompletionPort.FOREVER));
        }
        assertThat(counts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(10);
        assertThat(counts).allMatch(count -> count <= 3);
        assertThat(slow.events().all()).hasSize(10);
    }

    @Test
    void aHandlerThatSubmitsWhatEndsAtOnceDoesNotKeepThePollForEver() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        boolean[] again = {true};
        Readiness writable = Readiness.writable(pair.client());
        writable.onCompletion(event -> {
            if (again[0]) {
                port.submit(event);
            }
        });
        port.submit(writable);
        Receive receive = loop.submit(new Receive(pair.server()));
        Delay timer = loop.submit(new Delay(Duration.ofMillis(1)));
        assertThat(pair.client().trySend(Pattern.allocate(port, 5))).isEqualTo(5);
        while (receive.isPending() || timer.isPending()) {
            assertThat(port.poll(0)).isLessThanOrEqualTo(PortOptions.DEFAULT.maxEventsPerPoll());
        }
        again[0] = false;
        loop.until("its last end", () -> !writable.isPending());
    }
}
