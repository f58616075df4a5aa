package dev.sluice.cli.semantics;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.Connect;
import dev.sluice.Linger;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Runs one scenario once, on a port of its own and on the port's thread. */
final class ScenarioRun {
    private static final int HELLO_BYTES = 12;

    /** More than the buffers of both sides hold, so that a send of it waits for the peer. */
    private static final int MANY_BYTES = 4 << 20;

    private static final int SEND_BUFFER = 256 << 10;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final CompletionPort port;
    private final Scenario scenario;
    private final TcpTable table;
    private final List<EndedOperation> ended = new ArrayList<>();
    private @Nullable Send send;
    private @Nullable Receive receive;
    private @Nullable Close close;
    private long receivedBytes;
    private long submittedNanos;
    private long closeNanos;
    private int strays;

    ScenarioRun(CompletionPort port, Scenario scenario, TcpTable table) {
        this.port = port;
        this.scenario = scenario;
        this.table = table;
    }

    /** Opens the connection to the peer. */
    @FunctionalInterface
    private interface Opening {
        NativeSocket open() throws SystemCallException, StuckException;
    }

    /** Runs the scenario and returns what was seen, even if it got stuck half-way. */
    Observation run() throws IOException, InterruptedException {
        PeerBehaviour behaviour = scenario.situation().behaviour;
        if (scenario.situation() == Situation.CLIENT) {
            try (PlainPeer peer = PlainPeer.accepting(behaviour, port::wakeup)) {
                return run(peer, () -> connect(Address.from(peer.address())));
            }
        }
        NativeSocket listener = port.listen(Address.loopback(0));
        Address address = listener.localAddress();
        try (PlainPeer peer = PlainPeer.connecting(address.toInetSocketAddress(), behaviour,
                port::wakeup)) {
            return run(peer, () -> accept(listener));
        }
    }

    private NativeSocket connect(Address address) throws SystemCallException, StuckException {
        NativeSocket socket = port.socket(SocketType.TCP4);
        await(new Connect(socket, address));
        return socket;
    }

    private NativeSocket accept(NativeSocket listener) throws SystemCallException, StuckException {
        Accept accept = new Accept(listener);
        await(accept);
        return accept.accepted();
    }

    private Observation run(PlainPeer peer, Opening opening)
            throws IOException, InterruptedException {
        try {
            NativeSocket socket = opening.open();
            int here = socket.localAddress().port();
            int there = socket.peerAddress().port();
            send(socket, peer);
            prepare(socket, peer);
            end(socket, peer);
            peer.resume();
            await("the peer's end", peer::isDone);
            strays += port.pendingOperations();
            return observation(peer, table.leftOf(here, there), null);
        } catch (StuckException stuck) {
            return observation(peer, TimeWait.UNKNOWN, stuck.getMessage());
        }
    }

    /** Sends a few bytes that the peer reads, or many that it does not read yet. */
    private void send(NativeSocket socket, PlainPeer peer)
            throws SystemCallException, StuckException {
        boolean blocks = scenario.situation().isSending();
        if (blocks) {
            socket.set(SockOpt.SNDBUF, SEND_BUFFER);
        }
        MemorySegment bytes = port.allocate(blocks ? MANY_BYTES : HELLO_BYTES).segment();
        StreamBytes.fill(bytes);
        Send sending = new Send(socket).buffer(bytes).onCompletion(this::sent);
        send = sending;
        port.submit(sending);
        // One byte shows that the send has begun; it cannot end before the peer reads the rest.
        await("our bytes at the peer", () -> peer.received() >= (blocks ? 1 : HELLO_BYTES));
        if (!blocks) {
            await("the event of the send", () -> !sending.isPending());
        }
    }

    private void sent(Send event) {
        if (scenario.situation().isSending()) {
            note(new EndedOperation("send", event.status(), event.bytes(), MANY_BYTES));
        }
    }

    private void note(EndedOperation one) {
        ended.add(one);
        if (close != null && !close.isPending()) {
            strays++;
        }
    }

    private void prepare(NativeSocket socket, PlainPeer peer)
            throws SystemCallException, StuckException {
        switch (scenario.situation()) {
            case UNREAD -> await(Readiness.readable(socket));
            case RECEIVING -> startReceive(socket);
            case SHUT -> {
                await(Shutdown.send(socket));
                await("the peer's end of stream", peer::sawEnd);
            }
            case PEER_ENDED -> await(new Receive(socket));
            case QUIET, SENDING, PEER_ANSWERS, PEER_STAYS, PEER_DEAF, PEER_READS_ON, CLIENT -> {
                // Only the send.
            }
        }
        Optional<Linger> linger = scenario.ending().linger();
        if (linger.isPresent()) {
            socket.set(SockOpt.LINGER, linger.get());
        }
    }

    private void startReceive(NativeSocket socket) {
        Receive receiving = new Receive(socket).multishot().onCompletion(this::received);
        receive = receiving;
        port.submit(receiving);
    }

    private void received(Receive event) {
        receivedBytes += event.bytes();
        if (!event.hasMore()) {
            note(new EndedOperation("receive", event.status(), receivedBytes, EndedOperation.OPEN));
        }
    }

    private void end(NativeSocket socket, PlainPeer peer) throws StuckException {
        boolean continues = scenario.situation().letsPeerContinue(scenario.ending());
        if (scenario.ending() == Ending.HALF_CLOSE) {
            halfClose(socket, peer);
        }
        Close closing = scenario.ending().close(socket, scenario.situation());
        close = closing;
        closing.onCompletion(event -> closeNanos = System.nanoTime() - submittedNanos);
        submittedNanos = System.nanoTime();
        port.submit(closing);
        if (continues) {
            peer.resume();
        }
        await("the CLOSE event", () -> !closing.isPending());
    }

    private void halfClose(NativeSocket socket, PlainPeer peer) throws StuckException {
        Shutdown shutdown = Shutdown.send(socket);
        port.submit(shutdown);
        peer.resume();
        if (receive == null) {
            startReceive(socket);
        }
        Receive receiving = Objects.requireNonNull(receive);
        await("the event of the shutdown", () -> !shutdown.isPending());
        if (!shutdown.isOk()) {
            note(new EndedOperation("shutdown", shutdown.status(), 0, EndedOperation.OPEN));
        }
        await("the peer's end by a receive", () -> !receiving.isPending());
    }

    private void await(Operation<?> operation) throws SystemCallException, StuckException {
        port.submit(operation);
        await("the event of " + operation, () -> !operation.isPending());
        boolean isEnd = operation instanceof Receive && operation.status() == Status.EOF;
        if (!operation.isOk() && !isEnd) {
            throw operation.failure();
        }
    }

    /** Polls until the condition holds. Whatever changes it wakes the port. */
    private void await(String what, BooleanSupplier isSo) throws StuckException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!isSo.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new StuckException(what);
            }
            port.poll(left);
        }
    }

    private Observation observation(PlainPeer peer, TimeWait left, @Nullable String stuckAt) {
        Exception failure = peer.failure();
        Optional<Close> closed = Optional.ofNullable(close).filter(one -> !one.isPending());
        return new Observation(
                send == null ? 0 : send.bytes(),
                peer.received(),
                peer.end(),
                closed.map(Close::status),
                closeNanos,
                closed.map(Close::discardedBytes).orElse(0L),
                ended,
                left,
                strays,
                Optional.ofNullable(failure == null ? stuckAt : "a peer without " + failure));
    }
}
