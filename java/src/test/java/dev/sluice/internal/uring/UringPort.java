package dev.sluice.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.engine.Engine;
import dev.sluice.internal.engine.PortEnd;
import dev.sluice.internal.engine.Submission;
import dev.sluice.internal.linux.LinuxBackendFactory;
import dev.sluice.internal.spi.BackendFactory;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PortSettings;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A port below its public face: with rings of any size and kind, and for any thread, one after
 * another, as carriers of a virtual thread come.
 */
final class UringPort {
    private static final long LIMIT_NANOS = Duration.ofSeconds(60).toNanos();
    private static final long SLICE_NANOS = Duration.ofMillis(5).toNanos();

    final Engine engine;
    private UringBackend backend;

    /** Sees each event after it was delivered. */
    Consumer<Request> handler = request -> {};

    private UringPort(RingSizes sizes, @Nullable RingKind kind) throws NativeFailure {
        BackendFactory factory = new LinuxBackendFactory(port -> {
            backend = new UringBackend(port, sizes, kind);
            return backend;
        });
        engine = new Engine(factory, new PortSettings(8192, 2048, 1024, 16, 64, 256, 0, 64));
    }

    boolean hasReadyWork() {
        return backend.hasReadyWork();
    }

    /** The ring in use, or to be used. */
    Ring ring() {
        return backend.ring();
    }

    /**
     * Opens a port.
     *
     * @param kind of the ring for any owner, or null for what suits the owner
     */
    static UringPort of(RingSizes sizes, @Nullable RingKind kind) throws NativeFailure {
        return new UringPort(sizes, kind);
    }

    /** Two connected sockets of the port. */
    record Pair(Channel here, Channel there) {}

    Pair connect() throws NativeFailure {
        RawAddress address = new RawAddress();
        address.family = RawAddress.IPV4;
        address.low = 0x7F00_0001L;
        Channel listener = engine.open(RawAddress.IPV4, true);
        engine.sockets().bind(listener, address);
        engine.listen(listener, 4);
        engine.sockets().localAddress(listener, address);
        Request accept = submit(request(RequestKind.ACCEPT, listener));
        Channel here = engine.open(RawAddress.IPV4, true);
        Request connect = request(RequestKind.CONNECT, here);
        connect.peer(address);
        submit(connect);
        await(connect);
        await(accept);
        Channel there = accept.accepted();
        assertThat(there).isNotNull();
        Request close = request(RequestKind.CLOSE, listener);
        close.argument = Request.IMMEDIATE;
        await(submit(close));
        return new Pair(here, there);
    }

    static Request request(RequestKind kind, Channel channel) {
        Request request = new Request(kind, "test");
        request.channel = channel;
        return request;
    }

    Request transfer(RequestKind kind, Channel channel, MemorySegment memory) {
        Request request = request(kind, channel);
        request.memory(memory.address(), memory.byteSize());
        return submit(request);
    }

    Request receive(Channel channel) {
        return transfer(RequestKind.RECEIVE, channel, engine.arena().allocate(16));
    }

    Request send(Channel channel) {
        return transfer(RequestKind.SEND, channel, engine.arena().allocate(16));
    }

    Request submit(Request request) {
        assertThat(engine.submit(request)).as("submission of %s", request)
                .isEqualTo(Submission.ACCEPTED);
        return request;
    }

    void await(Request request) {
        until(() -> !request.isPending());
        assertThat(request.outcome).as("%s", request).isEqualTo(Outcome.OK);
    }

    /** Polls until the condition holds. */
    void until(BooleanSupplier condition) {
        long endNanos = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - endNanos)
                    .as("timed out waiting for the condition").isNegative();
            poll(SLICE_NANOS);
        }
    }

    int poll(long timeoutNanos) {
        int count = 0;
        engine.beginPoll(timeoutNanos);
        Request request = engine.nextEvent();
        while (request != null) {
            handler.accept(request);
            count++;
            request = engine.nextEvent();
        }
        return count;
    }

    /** Ends the port; the thread that does so is its owner. */
    void close() {
        PortEnd end = engine.end();
        end.begin(failure -> {
            throw new AssertionError(failure);
        });
        Request request = end.next();
        while (request != null) {
            handler.accept(request);
            request = end.next();
        }
        end.finish();
    }
}
