package dev.sluice.net;

import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.PortOptions;
import dev.sluice.SocketException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One port and the virtual thread that owns it. It runs on the same carriers as those who wait for
 * it: it polls, wakes all whose sockets became ready, and lets them run before it polls again. Only
 * when nothing happens it sleeps, and its port has a platform thread wait for it.
 */
final class Poller {
    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);

    /** A yield that took less time than this let nobody else run, so nobody waits to. */
    private static final long NOBODY_RAN_NANOS = 2_000;

    private final CompletionPort port;
    private final Thread thread;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** Whether the port tells of each change of readiness once it was asked. */
    private final boolean tellsEdges;

    private volatile boolean stopping;

    private Poller(CompletionPort port, String name) {
        this.port = port;
        this.tellsEdges = port.backend() != Backend.IOCP;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
        port.handOver(thread);
    }

    static Poller open(PortOptions options, String name) throws SocketException {
        Poller poller = new Poller(CompletionPort.open(options), name);
        poller.thread.start();
        return poller;
    }

    CompletionPort port() {
        return port;
    }

    boolean tellsEdges() {
        return tellsEdges;
    }

    /** Runs a task on the port's thread, which it must not block; false once the port is closed. */
    boolean execute(Runnable task) {
        if (stopping) {
            return false;
        }
        try {
            port.execute(task);
            return true;
        } catch (RejectedExecutionException refused) {
            LOG.debug("a task was refused", refused);
            return false;
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // Those who were woken shall run before the next look.
    private void run() {
        try {
            boolean alone = false;
            while (!stopping) {
                try {
                    port.poll(alone ? CompletionPort.FOREVER : 0);
                    long before = System.nanoTime();
                    Thread.yield();
                    alone = System.nanoTime() - before < NOBODY_RAN_NANOS;
                    if (!alone) {
                        // Those who were woken have run; did they leave anybody?
                        before = System.nanoTime();
                        Thread.yield();
                        alone = System.nanoTime() - before < NOBODY_RAN_NANOS;
                    }
                } catch (RuntimeException failure) {
                    LOG.error("a task or handler of {} failed", thread.getName(), failure);
                }
            }
            port.close();
        } finally {
            ended.complete(null);
        }
    }

    /** Closes the port with all its sockets, which does not wait for peers. */
    void close() {
        stopping = true;
        port.wakeup();
        ended.join();
    }
}
