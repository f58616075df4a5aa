package dev.sluice;

import dev.sluice.internal.engine.Engine;
import dev.sluice.internal.engine.PortCounters;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.CallKind;
import java.lang.invoke.VarHandle;

/**
 * What a {@link CompletionPort} holds and has done, at one moment: see {@link
 * CompletionPort#statistics}. Numbers that count something grow from the opening of the port on, so
 * that two snapshots give a rate. The port runs on while a snapshot is taken: its numbers may differ by
 * what happened meanwhile.
 *
 * <p>The kinds of system calls exclude one another. Not counted are calls of other threads that end a
 * wait, and closes that another thread makes because they block.
 *
 * @param backend epoll, io_uring or iocp
 * @param sockets open sockets, listeners and sockets that are closing among them
 * @param pendingOperations operations in flight
 * @param waitingTasks tasks that {@link CompletionPort#execute} accepted and that have not run
 * @param freeBuffers buffers of the pool that nobody holds; see {@link PortOptions#poolBuffers}
 * @param usedBuffers buffers of the pool that the program, an undelivered event or an operation holds
 * @param providedBuffers buffers of the pool that the kernel has for receives to come, on io_uring
 *     (io_uring_register_buf_ring(3)); also free to the program when no other is left
 * @param polls calls of {@link CompletionPort#poll}
 * @param events events that were delivered
 * @param waitCalls system calls that fetch events, whether or not they block: epoll_wait(2),
 *     GetQueuedCompletionStatusEx, and io_uring_enter(2) with IORING_ENTER_GETEVENTS, which submits as
 *     well
 * @param submitCalls system calls that only leave operations to the kernel: WSARecv, WSASend, AcceptEx,
 *     and io_uring_enter(2) that fetches nothing
 * @param tryCalls system calls that carry out an operation at once or not at all, such as recv(2),
 *     send(2), sendfile(2), accept4(2) and connect(2), those of other threads among them ({@link
 *     NativeSocket#tryReceive})
 * @param otherCalls system calls of the port's thread that open, close, set or ask something, such as
 *     socket(2), epoll_ctl(2), setsockopt(2) and close(2)
 * @param acceptFailures accepts that failed for a cause that can pass, such as no free descriptor
 * @param asleepNanos time in the kernel's wait, in nanoseconds, since the first snapshot of the port;
 *     the present wait included
 * @param longestHandlingNanos the longest time, in nanoseconds, for which a poll ran tasks and handlers
 *     at a stretch: within the last 10 to 20 seconds, and since the first snapshot of the port
 */
public record PortStatistics(
        Backend backend,
        int sockets,
        int pendingOperations,
        int waitingTasks,
        int freeBuffers,
        int usedBuffers,
        int providedBuffers,
        long polls,
        long events,
        long waitCalls,
        long submitCalls,
        long tryCalls,
        long otherCalls,
        long acceptFailures,
        long asleepNanos,
        long longestHandlingNanos) {
    static PortStatistics of(CompletionPort port) {
        Engine engine = port.engine();
        PortCounters counters = engine.counters();
        counters.measure();
        // The sizes below are plain fields of the port's thread: each is read anew, and recent.
        VarHandle.acquireFence();
        BufferPool pool = engine.pool();
        int free = pool.unreserved();
        int provided = pool.inReserve();
        return new PortStatistics(
                port.backend(),
                port.life.isOver() ? 0 : engine.openSockets(),
                engine.pendingOperations(),
                engine.tasks().waiting(),
                free,
                Math.max(0, pool.count() - free - provided),
                provided,
                counters.polls(),
                counters.events(),
                engine.systemCalls(CallKind.WAIT),
                engine.systemCalls(CallKind.SUBMISSION),
                engine.systemCalls(CallKind.TRY),
                engine.systemCalls(CallKind.OTHER),
                counters.acceptFailures(),
                counters.asleepNanos(),
                counters.longestHandlingNanos());
    }

    /**
     * Returns all system calls that were counted.
     *
     * @return the sum of the four kinds
     */
    public long systemCalls() {
        return waitCalls + submitCalls + tryCalls + otherCalls;
    }

    /**
     * Adds the statistics of another port.
     *
     * @param other a port of the same group; its backend is not looked at
     * @return sums; of the longest times the longer one; the backend of this one
     */
    public PortStatistics plus(PortStatistics other) {
        return new PortStatistics(
                backend,
                sockets + other.sockets,
                pendingOperations + other.pendingOperations,
                waitingTasks + other.waitingTasks,
                freeBuffers + other.freeBuffers,
                usedBuffers + other.usedBuffers,
                providedBuffers + other.providedBuffers,
                polls + other.polls,
                events + other.events,
                waitCalls + other.waitCalls,
                submitCalls + other.submitCalls,
                tryCalls + other.tryCalls,
                otherCalls + other.otherCalls,
                acceptFailures + other.acceptFailures,
                asleepNanos + other.asleepNanos,
                Math.max(longestHandlingNanos, other.longestHandlingNanos));
    }
}
