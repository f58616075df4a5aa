package dev.sluice.bench.jmh;

import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.PortOptions;
import dev.sluice.SystemCallException;
import dev.sluice.WaitStrategy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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

/** A task from another thread to a port's owner, until it has run. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CrossThread {
    /** The backend. */
    @Param({"epoll", "io_uring"})
    public String backend = "epoll";

    /** Whether the owner sleeps in between. */
    @Param({"block", "spin"})
    public String waiting = "block";

    private @Nullable CompletionPort port;
    private @Nullable Thread owner;
    private volatile boolean closing;
    private final AtomicLong done = new AtomicLong();
    private final Runnable task = done::incrementAndGet;
    private long asked;

    /** Starts the owner. */
    @Setup
    public void open() throws SystemCallException {
        CompletionPort opened = CompletionPort.open(PortOptions.DEFAULT
                .backend(Backend.named(backend)).waitStrategy("spin".equals(waiting)
                        ? WaitStrategy.spinThenBlock()
                        : WaitStrategy.BLOCK));
        Thread thread = Thread.ofPlatform().name("owner").unstarted(() -> run(opened));
        opened.handOver(thread);
        thread.start();
        port = opened;
        owner = thread;
    }

    private void run(CompletionPort opened) {
        while (!closing) {
            opened.poll(CompletionPort.FOREVER);
        }
        opened.close();
    }

    /** Sends a task and waits for its answer in a field. */
    @Benchmark
    public long execute() {
        if (port == null) {
            throw new IllegalStateException("not open");
        }
        long wanted = ++asked;
        port.execute(task);
        while (done.get() < wanted) {
            Thread.onSpinWait();
        }
        return wanted;
    }

    /** Ends the owner. */
    @TearDown
    public void close() throws InterruptedException {
        closing = true;
        if (port != null && owner != null) {
            port.wakeup();
            owner.join();
        }
    }
}
