package dev.sluice.bench.jmh;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.Connect;
import dev.sluice.Delay;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.Readiness;
import dev.sluice.SocketType;
import dev.sluice.SystemCallException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** An operation from its submission to its terminal event in poll. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SubmitAndPoll {
    /** The backend. */
    @Param({"epoll", "io_uring"})
    public String backend = "epoll";

    private @Nullable Parts parts;

    /** The operations, which are submitted again and again. */
    private record Parts(CompletionPort port, Readiness writable, Delay timer) {}

    /** Connects a socket to a listener of the same port. */
    @Setup
    public void open() throws SystemCallException {
        CompletionPort port = CompletionPort.open(
                PortOptions.DEFAULT.backend(Backend.named(backend)));
        Address address = port.listen(Address.loopback(0)).localAddress();
        NativeSocket socket = port.socket(SocketType.streamFor(address));
        Connect connect = new Connect(socket, address);
        port.submit(connect);
        while (connect.isPending()) {
            port.poll(CompletionPort.FOREVER);
        }
        Delay timer = new Delay(Duration.ofHours(1));
        parts = new Parts(port, Readiness.writable(socket), timer);
    }

    private Parts parts() {
        if (parts == null) {
            throw new IllegalStateException("not open");
        }
        return parts;
    }

    /** Asks whether a socket is writable, which it is. */
    @Benchmark
    public int readiness() {
        Parts of = parts();
        of.port().submit(of.writable());
        while (of.writable().isPending()) {
            of.port().poll(CompletionPort.FOREVER);
        }
        return of.writable().nativeCode();
    }

    /** Sets a timer, cancels it, and waits for its event. */
    @Benchmark
    public boolean timerAndCancel() {
        Parts of = parts();
        of.port().submit(of.timer());
        boolean cancelled = of.port().cancel(of.timer());
        while (of.timer().isPending()) {
            of.port().poll(CompletionPort.FOREVER);
        }
        return cancelled;
    }

    /** Polls while nothing happens. */
    @Benchmark
    public int emptyPoll() {
        return parts().port().poll(0);
    }

    /** Closes the port and with it the sockets. */
    @TearDown
    public void close() {
        parts().port().close();
    }
}
