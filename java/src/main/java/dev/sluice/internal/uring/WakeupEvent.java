package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.EpollConstants;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.linux.LinuxTryCalls;
import dev.sluice.internal.spi.NativeFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The eventfd that ends a wait. The ring watches it with one multishot poll. It is never read: each write
 * is a completion, and the counter cannot overflow in the life of a machine. Before Linux 5.13 a poll
 * ends once; then it is read after each one: the next would find the old count.
 */
final class WakeupEvent {
    private final MemorySegment ownerCapture;

    /** Other threads write, with memory of their own for errno. */
    private final MemorySegment capture;

    private final long one;
    private final long count;
    private final boolean multishot;
    private final int fd;

    WakeupEvent(CallState callState, boolean multishot) throws NativeFailure {
        this.multishot = multishot;
        Arena arena = Arena.ofAuto();
        ownerCapture = callState.segment();
        capture = new CallState(arena).segment();
        one = arena.allocate(Long.BYTES, Long.BYTES).address();
        Memory.setLong(one, 1);
        count = arena.allocate(Long.BYTES, Long.BYTES).address();
        int flags = EpollConstants.EFD_CLOEXEC | EpollConstants.EFD_NONBLOCK;
        fd = Libc.eventfd(ownerCapture, 0, flags);
        if (fd < 0) {
            throw LinuxTryCalls.failure("eventfd", callState.errno());
        }
    }

    /** Fills an entry with the poll that reports each write, or the next one. */
    void watch(long sqe, long userData) {
        Sqe.fill(
                sqe,
                UringConstants.IORING_OP_POLL_ADD,
                fd,
                0,
                multishot ? UringConstants.IORING_POLL_ADD_MULTI : 0,
                userData);
        Sqe.operationFlags(sqe, EpollConstants.POLLIN);
    }

    /**
     * Returns true if the poll has ended with a completion of these flags. It may read here, while the
     * owner is awake and looks at its queues before it waits again; but not in {@link #watch}, which
     * the owner may call when others count on a wake-up already.
     */
    boolean ended(int flags) {
        boolean ended = (flags & UringConstants.IORING_CQE_F_MORE) == 0;
        if (ended && !multishot) {
            long read = Libc.read(ownerCapture, fd, count, Long.BYTES);
            assert read != 0 : "an eventfd has no end";
        }
        return ended;
    }

    /** Ends a wait. Any thread may call, before {@link #close}. */
    synchronized void signal() {
        Libc.write(capture, fd, one, Long.BYTES);
    }

    void close() {
        Libc.close(ownerCapture, fd);
    }
}
