package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.linux.UringConstants;

/**
 * How the kernel may do the work of a ring, best first.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/io_uring_setup.2.html">io_uring_setup(2)</a>
 */
enum RingKind {
    /**
     * For one thread, which does all work inside its own io_uring_enter (Linux 6.1). The ring is made
     * disabled: the thread that enables it is the one.
     */
    OWNER_BOUND(
            UringConstants.IORING_SETUP_SINGLE_ISSUER
                    | UringConstants.IORING_SETUP_DEFER_TASKRUN
                    | UringConstants.IORING_SETUP_COOP_TASKRUN
                    | UringConstants.IORING_SETUP_TASKRUN_FLAG
                    | UringConstants.IORING_SETUP_SUBMIT_ALL
                    | UringConstants.IORING_SETUP_R_DISABLED),

    /** The thread is not interrupted, but works at any of its system calls (Linux 5.19). */
    COOPERATIVE(
            UringConstants.IORING_SETUP_COOP_TASKRUN
                    | UringConstants.IORING_SETUP_TASKRUN_FLAG
                    | UringConstants.IORING_SETUP_SUBMIT_ALL),

    /**
     * The kernel interrupts the thread that submitted. The only kind for a virtual thread, which
     * submits on one thread of the system and waits on another: the first may not come back to the
     * kernel by itself (Linux 5.18).
     */
    PLAIN(UringConstants.IORING_SETUP_SUBMIT_ALL),

    /** The same before Linux 5.18: an entry that is refused stops the submission behind it. */
    OLD(0);

    /** Flags of io_uring_setup. */
    final int flags;

    RingKind(int flags) {
        this.flags = flags;
    }

    /** The next best, for a kernel that does not know this one. */
    RingKind older() {
        return switch (this) {
            case OWNER_BOUND -> COOPERATIVE;
            case COOPERATIVE -> PLAIN;
            case PLAIN, OLD -> OLD;
        };
    }

    /** Whether the kernel works on the ring only inside its owner's io_uring_enter. */
    boolean deferred() {
        return this == OWNER_BOUND;
    }

    /**
     * The best kind for an owner. The kernel refuses an {@link #OWNER_BOUND} ring to all threads of
     * the system but one (EEXIST), and work of a {@link #COOPERATIVE} one waits for the thread that
     * submitted, which may be a carrier that sleeps: neither is for a virtual thread of any carrier.
     *
     * @param onOneThread whether the owner is always on the same thread of the system
     * @param deferred whether deferred work is there and wanted
     */
    static RingKind bestFor(boolean onOneThread, boolean deferred) {
        if (!onOneThread) {
            return PLAIN;
        }
        return deferred ? OWNER_BOUND : COOPERATIVE;
    }
}
