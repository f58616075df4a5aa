package dev.sluice.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PortSettings;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** An engine over a {@link FakeBackend}, with short words for what tests do. */
@Timeout(300)
abstract class EngineFixture {
    static final long FOREVER = -1;

    /** Room for few things, so that limits are easy to reach. */
    static final PortSettings SMALL = new PortSettings(4, 2, 1024, 16, 4, 64, 0, 8);

    static final PortSettings ROOMY = new PortSettings(256, 64, 1024, 16, 16, 64, 0, 64);

    final FakeBackend backend = new FakeBackend();
    Engine engine;

    /** Events as "RECEIVE CANCELLED", "SEND OK 5", "ACCEPT OK more". */
    final List<String> events = new ArrayList<>();

    /** What the handler of the next events does, before they are written down. */
    Consumer<Request> handler = request -> {};

    @BeforeEach
    void openEngine() throws NativeFailure {
        engine = new Engine(backend, ROOMY);
    }

    final Channel channel(Channel.State state) throws NativeFailure {
        Channel channel = engine.open(RawAddress.IPV4, true);
        channel.state = state;
        return channel;
    }

    final Channel connected() throws NativeFailure {
        return channel(Channel.State.CONNECTED);
    }

    static Request request(RequestKind kind, Channel channel) {
        Request request = new Request(kind, "test");
        request.channel = channel;
        return request;
    }

    static Request receive(Channel channel) {
        return request(RequestKind.RECEIVE, channel);
    }

    static Request send(Channel channel, long bytes) {
        Request request = request(RequestKind.SEND, channel);
        request.memory(request.address(), bytes);
        return request;
    }

    static Request shutdown(Channel channel, int direction) {
        Request request = request(RequestKind.SHUTDOWN, channel);
        request.argument = (byte) direction;
        return request;
    }

    static Request close(Channel channel, int mode) {
        Request request = request(RequestKind.CLOSE, channel);
        request.argument = (byte) mode;
        return request;
    }

    static Request timer(long deadlineNanos) {
        Request request = new Request(RequestKind.DELAY, "test");
        request.deadlineNanos(deadlineNanos);
        return request;
    }

    final Request submit(Request request) {
        assertThat(engine.submit(request)).as("submission of %s", request)
                .isEqualTo(Submission.ACCEPTED);
        return request;
    }

    /** One poll that does not wait. */
    final void poll() {
        poll(0);
    }

    final void poll(long timeoutNanos) {
        engine.beginPoll(timeoutNanos);
        Request request = engine.nextEvent();
        while (request != null) {
            note(request);
            request = engine.nextEvent();
        }
    }

    private void note(Request request) {
        handler.accept(request);
        String bytes = request.result == 0 ? "" : " " + request.result;
        String event = request.kind + " " + request.outcome + bytes;
        events.add(request.more ? event + " more" : event);
    }

    /** The events of one poll. */
    final List<String> polled() {
        events.clear();
        poll();
        return events;
    }

    /** Closes the port as its public face does; the events go to {@link #events}. */
    final void closePort() {
        PortEnd end = engine.end();
        end.begin(failure -> {
            throw new AssertionError(failure);
        });
        Request request = end.next();
        while (request != null) {
            note(request);
            request = end.next();
        }
        end.finish();
        assertThat(engine.pendingOperations()).isZero();
        assertThat(backend.closed).isTrue();
    }

    /** Lets cancels end in a later step, as io_uring and IOCP do. */
    final void cancelsEndLater(Outcome outcome, long bytes) {
        backend.onCancel = request -> backend.later(
                () -> backend.complete(request, outcome, bytes));
    }
}
