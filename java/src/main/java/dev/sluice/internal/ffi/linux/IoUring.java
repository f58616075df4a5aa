package dev.sluice.internal.ffi.linux;

import java.lang.foreign.MemorySegment;

/**
 * The three system calls of io_uring, for which glibc has no functions.
 *
 * <p>Unlike the raw calls, a failure is -1 with the cause in {@code callState}, because {@code
 * syscall(2)} translates it. The results of single operations come negated in the ring, without
 * {@code errno}.
 */
public final class IoUring {
    private IoUring() {}

    /** {@code int io_uring_setup(u32 entries, struct io_uring_params *p)}: {@link IoUringParams}. */
    public static int io_uring_setup(MemorySegment callState, int entries, long params) {
        return (int) Libc.syscall(
                callState, UringConstants.SYS_io_uring_setup, entries, params, 0, 0, 0, 0);
    }

    /**
     * {@code int io_uring_enter(unsigned int fd, u32 to_submit, u32 min_complete, u32 flags, const
     * void *argp, size_t argsz)}: {@code argp} is a signal mask, or {@link IoUringGeteventsArg} with
     * {@code IORING_ENTER_EXT_ARG}.
     */
    public static int io_uring_enter(
            MemorySegment callState, int fd, int toSubmit, int minComplete, int flags, long argp,
            long argsz) {
        return (int) Libc.syscall(
                callState, UringConstants.SYS_io_uring_enter, fd, toSubmit, minComplete, flags,
                argp, argsz);
    }

    /**
     * {@code int io_uring_register(unsigned int fd, unsigned int opcode, void *arg, unsigned int
     * nr_args)}.
     */
    public static int io_uring_register(
            MemorySegment callState, int fd, int opcode, long arg, int nrArgs) {
        return (int) Libc.syscall(
                callState, UringConstants.SYS_io_uring_register, fd, opcode, arg, nrArgs, 0, 0);
    }
}
