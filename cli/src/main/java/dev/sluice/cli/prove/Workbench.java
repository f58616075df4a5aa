package dev.sluice.cli.prove;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.PortOptions;
import dev.sluice.Receive;
import dev.sluice.SocketType;
import dev.sluice.Status;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A port for one question. What a question leaves open is closed with it. */
final class Workbench implements AutoCloseable {
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final double NANOS_PER_MILLI = 1e6;

    private final CompletionPort port;

    private Workbench(CompletionPort port) {
        this.port = port;
    }

    static Workbench open(Backend backend) throws IOException {
        return new Workbench(CompletionPort.open(PortOptions.DEFAULT.backend(backend)));
    }

    /** The two ends of a connection on the loopback. */
    record Pair(NativeSocket client, NativeSocket server) {}

    CompletionPort port() {
        return port;
    }

    NativeSocket stream() throws IOException {
        return port.socket(SocketType.TCP4);
    }

    NativeSocket listener() throws IOException {
        return port.listen(Address.loopback(0));
    }

    Pair pair() throws IOException {
        NativeSocket listener = listener();
        Pair pair = pair(listener);
        run(Close.immediate(listener));
        return pair;
    }

    Pair pair(NativeSocket listener) throws IOException {
        NativeSocket client = stream();
        Accept accept = new Accept(listener);
        port.submit(accept);
        succeed(new Connect(client, listener.localAddress()));
        await(accept);
        return new Pair(client, accept.accepted());
    }

    MemorySegment memory(int bytes) {
        return port.allocate(bytes).segment();
    }

    /** Runs an operation to its end. */
    <O extends Operation<O>> O run(O operation) throws IOException {
        port.submit(operation);
        await(operation);
        return operation;
    }

    /** Runs an operation that must succeed. */
    <O extends Operation<O>> O succeed(O operation) throws IOException {
        O ended = run(operation);
        if (!ended.isOk()) {
            throw ended.failure();
        }
        return ended;
    }

    void await(Operation<?> operation) throws IOException {
        await(operation.getClass().getSimpleName(), () -> !operation.isPending());
    }

    void await(String what, BooleanSupplier condition) throws IOException {
        long startNanos = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - startNanos > MOST_NANOS) {
                throw new IOException("no end within " + TimeUnit.NANOSECONDS.toSeconds(MOST_NANOS)
                        + " s: " + what);
            }
            port.poll(TURN_NANOS);
        }
    }

    /** Lets time pass. */
    void pass(long millis) {
        long startNanos = System.nanoTime();
        while (System.nanoTime() - startNanos < TimeUnit.MILLISECONDS.toNanos(millis)) {
            port.poll(TURN_NANOS);
        }
    }

    /** Receives until the stream ends or fails. */
    Rest readToEnd(NativeSocket socket) throws IOException {
        Receive receive = new Receive(socket).buffer(memory(1 << 16));
        long bytes = 0;
        while (run(receive).status() == Status.OK) {
            bytes += receive.bytes();
        }
        return new Rest(bytes, receive.status());
    }

    /**
     * The rest of a stream.
     *
     * @param bytes how many came
     * @param end how it ended
     */
    record Rest(long bytes, Status end) {}

    static String millis(long nanos) {
        double millis = nanos / NANOS_PER_MILLI;
        return String.format(Locale.ROOT, millis < 10 ? "%.2f ms" : "%.0f ms", millis);
    }

    @Override
    public void close() {
        port.close();
    }
}
