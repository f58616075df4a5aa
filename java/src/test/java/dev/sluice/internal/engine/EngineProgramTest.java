package dev.sluice.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.OperationQueue;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random programs against a backend that ends each request inline, later, when it is cancelled or
 * long afterwards, as the dice say. Whatever happens: each submission ends exactly once, a close is
 * the last of its socket, queues start in the order of submission, nothing is left at the end.
 */
class EngineProgramTest extends EngineFixture {
    private static final int STEPS = 400;
    private static final RequestKind[] TRANSFERS = {
        RequestKind.RECEIVE, RequestKind.RECEIVE, RequestKind.SEND, RequestKind.SEND,
        RequestKind.SEND, RequestKind.POLL, RequestKind.SHUTDOWN};
    private static final Outcome[] ENDS = {
        Outcome.OK, Outcome.OK, Outcome.OK, Outcome.OK, Outcome.EOF, Outcome.RESET,
        Outcome.BROKEN_PIPE};

    private final List<Channel> channels = new ArrayList<>();
    private final List<Request> idle = new ArrayList<>();
    private final Map<Request, Integer> pending = new LinkedHashMap<>();
    private final Set<Channel> closed = new HashSet<>();
    private final Map<String, Integer> lastStarted = new HashMap<>();
    private final Map<Request, Integer> numbers = new HashMap<>();
    private int submissions;
    private Random random = new Random(0);

    @SuppressWarnings("unused") // named by @MethodSource
    private static LongStream seeds() {
        return LongStream.range(0, 150);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everySubmissionEndsOnceInOrderAndNothingIsLeft(long seed) throws Exception {
        random = new Random(seed);
        engine = new Engine(backend, seed % 3 == 0 ? SMALL : ROOMY);
        backend.onStart = this::started;
        backend.onCancel = this::cancelled;
        backend.lingering.countDown();
        handler = this::delivered;
        for (int step = 0; step < STEPS; step++) {
            act();
        }
        closePort();
        assertThat(pending).as("without an end").isEmpty();
        assertThat(engine.openSockets()).as("sockets whose close was not delivered")
                .isEqualTo((int) channels.stream().filter(channel -> !closed.contains(channel))
                        .count());
        assertThat(channels).allMatch(backend::wasGivenBack);
    }

    private void act() throws Exception {
        int what = random.nextInt(100);
        if (what < 10) {
            if (engine.hasRoomForSocket()) {
                Channel channel = engine.open(RawAddress.IPV4, random.nextInt(8) > 0);
                channel.state = Channel.State.CONNECTED;
                channels.add(channel);
            }
        } else if (what < 60) {
            submitTransfer();
        } else if (what < 66) {
            submitRandom(timer(System.nanoTime() + random.nextInt(100_000)));
        } else if (what < 72) {
            cancelAny();
        } else if (what < 78) {
            submitClose();
        } else if (what < 84 && !pending.isEmpty()) {
            engine.cancel(anyPending());
        } else if (what < 88 && !pending.isEmpty()) {
            engine.reschedule(anyPending(), System.nanoTime() + random.nextInt(50_000));
        } else {
            poll(random.nextInt(3) == 0 ? 50_000 : 0);
        }
    }

    private Request anyPending() {
        return new ArrayList<>(pending.keySet()).get(random.nextInt(pending.size()));
    }

    private void submitTransfer() {
        if (channels.isEmpty()) {
            return;
        }
        Channel channel = channels.get(random.nextInt(channels.size()));
        RequestKind kind = TRANSFERS[random.nextInt(TRANSFERS.length)];
        Request request = request(kind, channel);
        request.memory(request.address(), 10);
        request.argument =
                (byte) (kind == RequestKind.SHUTDOWN ? random.nextInt(3) : Request.READABLE);
        if (random.nextInt(4) == 0) {
            request.deadlineNanos(System.nanoTime() + random.nextInt(100_000));
        }
        boolean again = !idle.isEmpty() && random.nextBoolean();
        submitRandom(again ? idle.remove(random.nextInt(idle.size())) : request);
    }

    private void cancelAny() {
        if (pending.isEmpty()) {
            return;
        }
        Request target = anyPending();
        if (random.nextBoolean() || target.channel == null) {
            engine.cancel(target);
        } else {
            engine.cancelAll(target.channel);
        }
    }

    private void submitClose() {
        if (channels.isEmpty()) {
            return;
        }
        Channel channel = channels.get(random.nextInt(channels.size()));
        Request close = close(channel, random.nextInt(3));
        if (channel.isOpen()) {
            channel.lingerSeconds = random.nextInt(3) == 0 ? 1 : -1;
        }
        if (random.nextBoolean()) {
            close.deadlineNanos(System.nanoTime() + random.nextInt(200_000));
        }
        submitRandom(close);
    }

    private void submitRandom(Request request) {
        int number = submissions++;
        numbers.put(request, number);
        pending.put(request, number);
        boolean open = request.channel == null || request.channel.isOpen();
        Submission submission = engine.submit(request);
        if (submission == Submission.ACCEPTED) {
            return;
        }
        pending.remove(request);
        assertThat(request.state).isEqualTo(Request.State.IDLE);
        assertThat(request.slot).isEqualTo(-1);
        assertThat(request.kind == RequestKind.CLOSE && open).as("a close refused").isFalse();
    }

    private void delivered(Request request) {
        assertThat(pending.remove(request)).as("a second end of %s", request).isNotNull();
        assertThat(request.state).isEqualTo(Request.State.IDLE);
        Channel channel = request.channel;
        if (channel != null) {
            assertThat(closed).as("closed before %s", request).doesNotContain(channel);
            if (request.kind == RequestKind.CLOSE) {
                closed.add(channel);
                assertThat(pending.keySet()).noneMatch(other -> channel.equals(other.channel));
            }
        }
        boolean again = request.kind != RequestKind.CLOSE && request.kind != RequestKind.DELAY;
        if (again) {
            idle.add(request);
        }
    }

    // ---- the backend's dice --------------------------------------------------------------------

    private void started(Request request) {
        checkOrder(request);
        int dice = random.nextInt(10);
        if (dice < 4) {
            end(request);
        } else if (dice < 8) {
            endLater(request);
        }
    }

    /** What is drained inside of a close has no number: nobody submitted it. */
    private void checkOrder(Request request) {
        Integer number = numbers.get(request);
        if (number == null || request.kind.queue == OperationQueue.POLLS) {
            return;
        }
        String queue = System.identityHashCode(request.channel) + " " + request.kind.queue;
        Integer before = lastStarted.put(queue, number);
        assertThat(before == null || before < number).as("order of %s", request).isTrue();
    }

    private void end(Request request) {
        Outcome outcome = ENDS[random.nextInt(ENDS.length)];
        boolean receive = request.kind == RequestKind.RECEIVE;
        boolean fits = receive ? outcome != Outcome.BROKEN_PIPE : outcome != Outcome.EOF;
        Outcome fitting = fits ? outcome : Outcome.OK;
        backend.complete(request, fitting, fitting == Outcome.OK ? 10 : 0);
    }

    private void endLater(Request request) {
        int number = numbers.getOrDefault(request, -1);
        backend.later(() -> {
            boolean same = numbers.getOrDefault(request, -1) == number;
            if (same && backend.started.contains(request)) {
                end(request);
            }
        });
    }

    private void cancelled(Request request) {
        switch (random.nextInt(4)) {
            case 0 -> backend.endCancelled(request);
            case 1 -> backend.complete(request, Outcome.OK, random.nextInt(10) + 1);
            case 2 -> endLater(request);
            default -> backend.later(() -> {
                if (backend.started.contains(request) && request.cancelReason != null) {
                    backend.endCancelled(request);
                }
            });
        }
    }
}
