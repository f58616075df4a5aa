package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.CallCounts;
import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.IoCqringOffsets;
import dev.sluice.internal.ffi.linux.IoSqringOffsets;
import dev.sluice.internal.ffi.linux.IoUring;
import dev.sluice.internal.ffi.linux.IoUringCqe;
import dev.sluice.internal.ffi.linux.IoUringGeteventsArg;
import dev.sluice.internal.ffi.linux.IoUringParams;
import dev.sluice.internal.ffi.linux.IoUringRsrcUpdate;
import dev.sluice.internal.ffi.linux.IoUringSqe;
import dev.sluice.internal.ffi.linux.KernelTimespec;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.LibcSystem;
import dev.sluice.internal.ffi.linux.SystemConstants;
import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.linux.LinuxTryCalls;
import dev.sluice.internal.spi.NativeFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One io_uring: its descriptor, its mapped queues, and the system calls on it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/io_uring.7.html">io_uring(7)</a>
 */
final class Ring {
    /** Features that the backend needs; Linux 5.11 has all of them. */
    private static final int NEEDED =
            UringConstants.IORING_FEAT_SINGLE_MMAP
                    | UringConstants.IORING_FEAT_NODROP
                    | UringConstants.IORING_FEAT_SUBMIT_STABLE
                    | UringConstants.IORING_FEAT_FAST_POLL
                    | UringConstants.IORING_FEAT_EXT_ARG;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    final RingKind kind;
    final SubmissionQueue submissions;
    final CompletionQueue completions;

    private final CallState callState;
    private final MemorySegment capture;
    private final CallCounts calls;
    private final int features;
    private final int fd;
    private final long queues;
    private final long queuesBytes;
    private final long sqes;
    private final long sqesBytes;
    private final long wait;
    private final long timespec;
    private final Arena arena;

    /** The descriptor for io_uring_enter: the process's, or an index in the thread's table. */
    private int enterFd;

    private int enterFlags;

    private Ring(RingKind kind, CallState callState, int fd, long params, Arena arena)
            throws NativeFailure {
        this.kind = kind;
        this.callState = callState;
        this.capture = callState.segment();
        this.calls = callState.calls();
        this.fd = fd;
        this.enterFd = fd;
        this.arena = arena;
        this.features = Memory.getInt(params + IoUringParams.FEATURES);
        long submission = params + IoUringParams.SQ_OFF;
        long completion = params + IoUringParams.CQ_OFF;
        long entries = Memory.getInt(params + IoUringParams.SQ_ENTRIES);
        long results = Memory.getInt(params + IoUringParams.CQ_ENTRIES);
        long submissionEnd =
                Memory.getInt(submission + IoSqringOffsets.ARRAY) + entries * Integer.BYTES;
        long completionEnd =
                Memory.getInt(completion + IoCqringOffsets.CQES) + results * IoUringCqe.SIZE;
        queuesBytes = Math.max(submissionEnd, completionEnd);
        sqesBytes = entries * IoUringSqe.SIZE;
        queues = map(queuesBytes, UringConstants.IORING_OFF_SQ_RING);
        try {
            sqes = map(sqesBytes, UringConstants.IORING_OFF_SQES);
        } catch (NativeFailure failure) {
            LibcSystem.munmap(capture, queues, queuesBytes);
            throw failure;
        }
        submissions = new SubmissionQueue(queues, submission, sqes);
        completions = new CompletionQueue(queues, completion);
        wait = arena.allocate(IoUringGeteventsArg.SIZE, Long.BYTES).address();
        timespec = arena.allocate(KernelTimespec.SIZE, Long.BYTES).address();
        Memory.setLong(wait + IoUringGeteventsArg.TS, timespec);
    }

    /** Opens a ring of this kind, or of the next one that the kernel knows. */
    static Ring openBest(RingKind best, RingSizes sizes, CallState callState) throws NativeFailure {
        RingKind kind = best;
        while (true) {
            try {
                return open(kind, sizes, callState);
            } catch (NativeFailure failure) {
                if (failure.nativeCode() != Errno.EINVAL || kind == RingKind.OLD) {
                    throw failure;
                }
                kind = kind.older();
            }
        }
    }

    /** Opens a ring, smaller than requested if memory is short. */
    static Ring open(RingKind kind, RingSizes sizes, CallState callState) throws NativeFailure {
        int entries = sizes.submissions();
        int results = sizes.completions();
        Arena arena = Arena.ofShared();
        long params = arena.allocate(IoUringParams.SIZE, Long.BYTES).address();
        int divisor = 1;
        int fd = setup(kind, entries, results, callState, params);
        while (fd < 0 && callState.errno() == Errno.ENOMEM && entries / (divisor * 4) >= 64) {
            // Before Linux 5.12 rings count against RLIMIT_MEMLOCK.
            divisor *= 4;
            fd = setup(kind, entries / divisor, results / divisor, callState, params);
        }
        try {
            if (fd < 0) {
                throw refusal(callState.errno());
            }
            requireFeatures(params);
            return new Ring(kind, callState, fd, params, arena);
        } catch (NativeFailure failure) {
            if (fd >= 0) {
                Libc.close(callState.segment(), fd);
            }
            arena.close();
            throw failure;
        }
    }

    private static int setup(
            RingKind kind, int entries, int results, CallState callState, long params) {
        Memory.fill(params, IoUringParams.SIZE, (byte) 0);
        int flags =
                kind.flags
                        | UringConstants.IORING_SETUP_CLAMP
                        | UringConstants.IORING_SETUP_CQSIZE;
        Memory.setInt(params + IoUringParams.FLAGS, flags);
        Memory.setInt(params + IoUringParams.CQ_ENTRIES, results);
        return IoUring.io_uring_setup(callState.segment(), entries, params);
    }

    private static void requireFeatures(long params)
            throws NativeFailure {
        int features = Memory.getInt(params + IoUringParams.FEATURES);
        if ((features & NEEDED) != NEEDED) {
            throw new NativeFailure(
                    "io_uring_setup",
                    LinuxErrors.outcomeOf(Errno.ENOSYS),
                    Errno.ENOSYS,
                    "the kernel is older than Linux 5.11 (features 0x"
                            + Integer.toHexString(features)
                            + ")");
        }
    }

    /** Returns the failure of io_uring_setup, with its likely cause. */
    private static NativeFailure refusal(int errno) {
        String cause =
                switch (errno) {
                    case Errno.ENOSYS -> "the kernel, or a filter on it, has no io_uring";
                    case Errno.EPERM ->
                        "refused by seccomp, or by the sysctl kernel.io_uring_disabled";
                    case Errno.ENOMEM -> "not enough memory, or RLIMIT_MEMLOCK is too low";
                    case Errno.EMFILE, Errno.ENFILE -> "no descriptor is left";
                    case Errno.EINVAL -> "the kernel does not know the flags";
                    default -> "refused";
                };
        return new NativeFailure(
                "io_uring_setup",
                LinuxErrors.outcomeOf(errno),
                errno,
                LinuxErrors.describe(errno) + ": " + cause);
    }

    private long map(long bytes, long offset) throws NativeFailure {
        int protection = SystemConstants.PROT_READ | SystemConstants.PROT_WRITE;
        int how = SystemConstants.MAP_SHARED | SystemConstants.MAP_POPULATE;
        long address = LibcSystem.mmap(capture, 0, bytes, protection, how, fd, offset);
        if (address == SystemConstants.MAP_FAILED) {
            throw LinuxTryCalls.failure("mmap of io_uring", callState.errno());
        }
        return address;
    }

    boolean hasFeature(int feature) {
        return (features & feature) != 0;
    }

    /** Returns an arena that lives as long as the ring, for memory that the kernel uses at its time. */
    Arena arena() {
        return arena;
    }

    /** Binds the ring to the calling thread, if its kind needs that; returns errno, or 0. */
    int enable() {
        return (kind.flags & UringConstants.IORING_SETUP_R_DISABLED) != 0
                ? register(UringConstants.IORING_REGISTER_ENABLE_RINGS, 0, 0)
                : 0;
    }

    /**
     * Registers the descriptor in the calling thread's table, which saves a look-up at each enter (Linux
     * 5.18). The thread must stay the same.
     *
     * @return errno, or 0
     */
    int registerDescriptor() {
        long update = arena.allocate(IoUringRsrcUpdate.SIZE, Long.BYTES).address();
        Memory.setInt(update + IoUringRsrcUpdate.OFFSET, -1);
        Memory.setLong(update + IoUringRsrcUpdate.DATA, fd);
        int opcode = UringConstants.IORING_REGISTER_RING_FDS;
        calls.addOther();
        if (IoUring.io_uring_register(capture, fd, opcode, update, 1) != 1) {
            return callState.errno();
        }
        enterFd = Memory.getInt(update + IoUringRsrcUpdate.OFFSET);
        enterFlags = UringConstants.IORING_ENTER_REGISTERED_RING;
        return 0;
    }

    /** Calls io_uring_register(2); returns errno, or 0. */
    int register(int opcode, long argument, int count) {
        calls.addOther();
        int result = IoUring.io_uring_register(capture, fd, opcode, argument, count);
        return result < 0 ? callState.errno() : 0;
    }

    /** Submits the filled entries and fetches no results; returns errno, or 0. */
    int submit() {
        return enter(submissions.publish(), 0, 0, 0, 0);
    }

    /** Submits, and lets the kernel finish what needs no wait; returns errno, or 0. */
    int submitAndLook(int toSubmit) {
        return enter(toSubmit, 0, UringConstants.IORING_ENTER_GETEVENTS, 0, 0);
    }

    /**
     * Submits, and blocks until a completion is there or the time is over.
     *
     * @param timeoutNanos negative without end
     * @return errno (ETIME if the time was over), or 0
     */
    int submitAndWait(int toSubmit, long timeoutNanos) {
        int flags = UringConstants.IORING_ENTER_GETEVENTS;
        if (timeoutNanos < 0) {
            return enter(toSubmit, 1, flags, 0, 0);
        }
        Memory.setLong(timespec + KernelTimespec.TV_SEC, timeoutNanos / NANOS_PER_SECOND);
        Memory.setLong(timespec + KernelTimespec.TV_NSEC, timeoutNanos % NANOS_PER_SECOND);
        flags |= UringConstants.IORING_ENTER_EXT_ARG;
        return enter(toSubmit, 1, flags, wait, IoUringGeteventsArg.SIZE);
    }

    /**
     * Returns true if io_uring_enter(2) took nothing now and may do so later. EAGAIN, ENOMEM: no memory for
     * a request or for what a thread needs once. EBUSY: kernels before 5.19 take nothing while results
     * wait for an entry. ENOBUFS: no kernel does so today. If it took some entries it returns a count;
     * the head of the queue shows how many it took, whatever it returned.
     */
    static boolean isRefusal(int errno) {
        return errno == Errno.EAGAIN
                || errno == Errno.EBUSY
                || errno == Errno.ENOBUFS
                || errno == Errno.ENOMEM;
    }

    private int enter(int toSubmit, int minComplete, int flags, long argument, int bytes) {
        if ((flags & UringConstants.IORING_ENTER_GETEVENTS) != 0) {
            calls.addWait();
        } else {
            calls.addSubmission();
        }
        int result =
                IoUring.io_uring_enter(
                        capture,
                        enterFd,
                        toSubmit,
                        minComplete,
                        flags | enterFlags,
                        argument,
                        bytes);
        return result < 0 ? callState.errno() : 0;
    }

    /**
     * Closes the ring. A descriptor that is closed while its queues are mapped stays alive, and with it
     * every socket that it knows; so the queues are unmapped first.
     */
    void close() {
        if (enterFlags != 0) {
            long update = arena.allocate(IoUringRsrcUpdate.SIZE, Long.BYTES).address();
            Memory.setInt(update + IoUringRsrcUpdate.OFFSET, enterFd);
            int errno = register(UringConstants.IORING_UNREGISTER_RING_FDS, update, 1);
            assert errno == 0 : "unregister the ring: " + LinuxErrors.describe(errno);
        }
        int result = LibcSystem.munmap(capture, sqes, sqesBytes);
        assert result == 0 : "munmap: " + LinuxErrors.describe(callState.errno());
        result = LibcSystem.munmap(capture, queues, queuesBytes);
        assert result == 0 : "munmap: " + LinuxErrors.describe(callState.errno());
        result = Libc.close(capture, fd);
        assert result == 0 : "close: " + LinuxErrors.describe(callState.errno());
        arena.close();
    }

    /**
     * Closes a ring that may have requests. The kernel cancels them in its time, and until then uses their
     * memory and that of this ring's arena, which is therefore never freed.
     */
    void closeFailed() {
        LibcSystem.munmap(capture, sqes, sqesBytes);
        LibcSystem.munmap(capture, queues, queuesBytes);
        Libc.close(capture, fd);
    }
}
