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
 * is a completion, and the counter cannot overflow in the life of a machine.
 */
final class WakeupEvent {
    private final MemorySegment ownerCapture;

    /** Other threads write, with memory of their own for errno. */
    private final MemorySegment capture;

    private final long one;
    private final int fd;

    WakeupEvent(CallState callState) throws NativeFailure {
        Arena arena = Arena.ofAuto();
        ownerCapture = callState.segment();
        capture = new CallState(arena).segment();
        one = arena.allocate(Long.BYTES, Long.BYTES).address();
        Memory.setLong(one, 1);
        int flags = EpollConstants.EFD_CLOEXEC | EpollConstants.EFD_NONBLOCK;
        fd = Libc.eventfd(ownerCapture, 0, flags);
        if (fd < 0) {
            throw LinuxTryCalls.failure("eventfd", callState.errno());
        }
    }

    /** Fills an entry with the poll that reports each write. */
    void watch(long sqe, long userData) {
        Sqe.fill(
                sqe,
                UringConstants.IORING_OP_POLL_ADD,
                fd,
                0,
                UringConstants.IORING_POLL_ADD_MULTI,
                userData);
        Sqe.operationFlags(sqe, EpollConstants.POLLIN);
    }

    /** Ends a wait. Any thread may call, before {@link #close}. */
    synchronized void signal() {
        Libc.write(capture, fd, one, Long.BYTES);
    }

    void close() {
        Libc.close(ownerCapture, fd);
    }
}
