package dev.sluice.internal.ffi.linux;

/**
 * {@code struct io_uring_sqe} of {@code <linux/io_uring.h>}.
 *
 * <p>A submission queue entry of io_uring_enter(2). Fields that share a place have several names.
 *
 * <pre>
 *       +---------+---------+-------------------+---------------------------------------+
 *     0 | opcode  | flags   | ioprio            | fd                                    |
 *       +---------+---------+-------------------+---------------------------------------+
 *     8 | off                                                                           |
 *       +-------------------------------------------------------------------------------+
 *    16 | addr                                                                          |
 *       +---------------------------------------+---------------------------------------+
 *    24 | len                                   | rw_flags                              |
 *       +---------------------------------------+---------------------------------------+
 *    32 | user_data                                                                     |
 *       +-------------------+-------------------+---------------------------------------+
 *    40 | buf_index         | personality       | splice_fd_in                          |
 *       +-------------------+-------------------+---------------------------------------+
 *    48 | addr3                                                                         |
 *       +-------------------------------------------------------------------------------+
 *    56 |                                                                               |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class IoUringSqe {
    /** The C name of the structure. */
    public static final String STRUCT = "struct io_uring_sqe";

    /** The size in bytes. */
    public static final int SIZE = 64;

    public static final int OPCODE = 0;
    public static final int FLAGS = 1;
    public static final int IOPRIO = 2;
    public static final int FD = 4;
    public static final int OFF = 8;
    public static final int ADDR2 = 8;
    public static final int ADDR = 16;
    public static final int LEN = 24;
    public static final int RW_FLAGS = 28;
    public static final int MSG_FLAGS = 28;
    public static final int TIMEOUT_FLAGS = 28;
    public static final int ACCEPT_FLAGS = 28;
    public static final int CANCEL_FLAGS = 28;
    public static final int POLL32_EVENTS = 28;
    public static final int USER_DATA = 32;
    public static final int BUF_INDEX = 40;
    public static final int BUF_GROUP = 40;
    public static final int PERSONALITY = 42;
    public static final int SPLICE_FD_IN = 44;
    public static final int FILE_INDEX = 44;
    public static final int ADDR_LEN = 44;
    public static final int ADDR3 = 48;

    private IoUringSqe() {}
}
