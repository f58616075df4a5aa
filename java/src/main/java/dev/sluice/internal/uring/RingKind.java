package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.linux.UringConstants;

/**
 * How the kernel may do the work of a ring; the best comes first.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/io_uring_setup.2.html">io_uring_setup(2)</a>
 */
enum RingKind {
    /**
     * The ring belongs to one thread, which does all work inside its own io_uring_enter (Linux 6.1). It is
     * made disabled, and belongs to the thread that enables it.
     */
    OWNER_BOUND(
            UringConstants.IORING_SETUP_SINGLE_ISSUER
                    | UringConstants.IORING_SETUP_DEFER_TASKRUN
                    | UringConstants.IORING_SETUP_COOP_TASKRUN
                    | UringConstants.IORING_SETUP_TASKRUN_FLAG
                    | UringConstants.IORING_SETUP_SUBMIT_ALL
                    | UringConstants.IORING_SETUP_R_DISABLED),

    /** The thread is not interrupted; it does the work in its next system call (Linux 5.19). */
    COOPERATIVE(
            UringConstants.IORING_SETUP_COOP_TASKRUN
                    | UringConstants.IORING_SETUP_TASKRUN_FLAG
                    | UringConstants.IORING_SETUP_SUBMIT_ALL),

    /**
     * The kernel interrupts the thread that submitted (Linux 5.18). The only kind for a virtual thread,
     * which submits on one platform thread and waits on another: the first may make no further system
     * call.
     */
    PLAIN(UringConstants.IORING_SETUP_SUBMIT_ALL),

    /** The kind before Linux 5.18: a refused entry stops the submission behind it. */
    OLD(0);

    /** Flags of io_uring_setup. */
    final int flags;

    RingKind(int flags) {
        this.flags = flags;
    }

    /** Returns the next best kind, for a kernel that does not know this one. */
    RingKind older() {
        return switch (this) {
            case OWNER_BOUND -> COOPERATIVE;
            case COOPERATIVE -> PLAIN;
            case PLAIN, OLD -> OLD;
        };
    }

    /** Returns true if the kernel works on the ring only inside its owner's io_uring_enter. */
    boolean deferred() {
        return this == OWNER_BOUND;
    }

    /**
     * Returns the best kind for an owner. The kernel refuses an {@link #OWNER_BOUND} ring to all platform
     * threads but one (EEXIST), and the work of a {@link #COOPERATIVE} one waits for the thread that
     * submitted, which may be a sleeping carrier: neither suits a virtual thread that changes its carrier.
     *
     * @param onOneThread true if the owner always runs on the same platform thread
     * @param deferred true if the kernel has deferred work and no setting forbids it
     */
    static RingKind bestFor(boolean onOneThread, boolean deferred) {
        if (!onOneThread) {
            return PLAIN;
        }
        return deferred ? OWNER_BOUND : COOPERATIVE;
    }
}
