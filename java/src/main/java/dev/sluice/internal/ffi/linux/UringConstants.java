package dev.sluice.internal.ffi.linux;

/**
 * Constants of io_uring, up to Linux 6.18: {@code <linux/io_uring.h>}.
 *
 * <p>A kernel refuses those that it does not know; the features and the probe list them.
 */
public final class UringConstants {
    // system call numbers, equal on every architecture
    public static final int SYS_io_uring_setup = 425;
    public static final int SYS_io_uring_enter = 426;
    public static final int SYS_io_uring_register = 427;

    // io_uring_setup(2) flags
    public static final int IORING_SETUP_IOPOLL = 0x1;
    public static final int IORING_SETUP_SQPOLL = 0x2;
    public static final int IORING_SETUP_SQ_AFF = 0x4;
    public static final int IORING_SETUP_CQSIZE = 0x8;
    public static final int IORING_SETUP_CLAMP = 0x10;
    public static final int IORING_SETUP_ATTACH_WQ = 0x20;
    public static final int IORING_SETUP_R_DISABLED = 0x40;
    public static final int IORING_SETUP_SUBMIT_ALL = 0x80;
    public static final int IORING_SETUP_COOP_TASKRUN = 0x100;
    public static final int IORING_SETUP_TASKRUN_FLAG = 0x200;
    public static final int IORING_SETUP_SQE128 = 0x400;
    public static final int IORING_SETUP_CQE32 = 0x800;
    public static final int IORING_SETUP_SINGLE_ISSUER = 0x1000;
    public static final int IORING_SETUP_DEFER_TASKRUN = 0x2000;
    public static final int IORING_SETUP_NO_MMAP = 0x4000;
    public static final int IORING_SETUP_REGISTERED_FD_ONLY = 0x8000;
    public static final int IORING_SETUP_NO_SQARRAY = 0x10000;
    public static final int IORING_SETUP_HYBRID_IOPOLL = 0x20000;
    public static final int IORING_SETUP_CQE_MIXED = 0x40000;

    // io_uring_params.features
    public static final int IORING_FEAT_SINGLE_MMAP = 0x1;
    public static final int IORING_FEAT_NODROP = 0x2;
    public static final int IORING_FEAT_SUBMIT_STABLE = 0x4;
    public static final int IORING_FEAT_RW_CUR_POS = 0x8;
    public static final int IORING_FEAT_CUR_PERSONALITY = 0x10;
    public static final int IORING_FEAT_FAST_POLL = 0x20;
    public static final int IORING_FEAT_POLL_32BITS = 0x40;
    public static final int IORING_FEAT_SQPOLL_NONFIXED = 0x80;
    public static final int IORING_FEAT_EXT_ARG = 0x100;
    public static final int IORING_FEAT_NATIVE_WORKERS = 0x200;
    public static final int IORING_FEAT_RSRC_TAGS = 0x400;
    public static final int IORING_FEAT_CQE_SKIP = 0x800;
    public static final int IORING_FEAT_LINKED_FILE = 0x1000;
    public static final int IORING_FEAT_REG_REG_RING = 0x2000;
    public static final int IORING_FEAT_RECVSEND_BUNDLE = 0x4000;
    public static final int IORING_FEAT_MIN_TIMEOUT = 0x8000;
    public static final int IORING_FEAT_RW_ATTR = 0x10000;
    public static final int IORING_FEAT_NO_IOWAIT = 0x20000;

    // mmap(2) offsets
    public static final long IORING_OFF_SQ_RING = 0x0L;
    public static final long IORING_OFF_CQ_RING = 0x8000000L;
    public static final long IORING_OFF_SQES = 0x10000000L;
    public static final long IORING_OFF_PBUF_RING = 0x80000000L;
    public static final int IORING_OFF_PBUF_SHIFT = 0x10;

    // io_uring_enter(2) flags
    public static final int IORING_ENTER_GETEVENTS = 0x1;
    public static final int IORING_ENTER_SQ_WAKEUP = 0x2;
    public static final int IORING_ENTER_SQ_WAIT = 0x4;
    public static final int IORING_ENTER_EXT_ARG = 0x8;
    public static final int IORING_ENTER_REGISTERED_RING = 0x10;
    public static final int IORING_ENTER_ABS_TIMER = 0x20;
    public static final int IORING_ENTER_EXT_ARG_REG = 0x40;
    public static final int IORING_ENTER_NO_IOWAIT = 0x80;

    // submission ring flags
    public static final int IORING_SQ_NEED_WAKEUP = 0x1;
    public static final int IORING_SQ_CQ_OVERFLOW = 0x2;
    public static final int IORING_SQ_TASKRUN = 0x4;

    // completion ring flags
    public static final int IORING_CQ_EVENTFD_DISABLED = 0x1;

    // io_uring_sqe.flags
    public static final int IOSQE_FIXED_FILE = 0x1;
    public static final int IOSQE_IO_DRAIN = 0x2;
    public static final int IOSQE_IO_LINK = 0x4;
    public static final int IOSQE_IO_HARDLINK = 0x8;
    public static final int IOSQE_ASYNC = 0x10;
    public static final int IOSQE_BUFFER_SELECT = 0x20;
    public static final int IOSQE_CQE_SKIP_SUCCESS = 0x40;

    // io_uring_sqe.opcode
    public static final int IORING_OP_NOP = 0;
    public static final int IORING_OP_READV = 1;
    public static final int IORING_OP_WRITEV = 2;
    public static final int IORING_OP_POLL_ADD = 6;
    public static final int IORING_OP_POLL_REMOVE = 7;
    public static final int IORING_OP_SENDMSG = 9;
    public static final int IORING_OP_RECVMSG = 10;
    public static final int IORING_OP_TIMEOUT = 11;
    public static final int IORING_OP_TIMEOUT_REMOVE = 12;
    public static final int IORING_OP_ACCEPT = 13;
    public static final int IORING_OP_ASYNC_CANCEL = 14;
    public static final int IORING_OP_LINK_TIMEOUT = 15;
    public static final int IORING_OP_CONNECT = 16;
    public static final int IORING_OP_CLOSE = 19;
    public static final int IORING_OP_FILES_UPDATE = 20;
    public static final int IORING_OP_READ = 22;
    public static final int IORING_OP_WRITE = 23;
    public static final int IORING_OP_SEND = 26;
    public static final int IORING_OP_RECV = 27;
    public static final int IORING_OP_EPOLL_CTL = 29;
    public static final int IORING_OP_PROVIDE_BUFFERS = 31;
    public static final int IORING_OP_REMOVE_BUFFERS = 32;
    public static final int IORING_OP_SHUTDOWN = 34;
    public static final int IORING_OP_MSG_RING = 40;
    public static final int IORING_OP_SOCKET = 45;
    public static final int IORING_OP_URING_CMD = 46;
    public static final int IORING_OP_SEND_ZC = 47;
    public static final int IORING_OP_SENDMSG_ZC = 48;
    public static final int IORING_OP_READ_MULTISHOT = 49;
    public static final int IORING_OP_FIXED_FD_INSTALL = 54;
    public static final int IORING_OP_BIND = 56;
    public static final int IORING_OP_LISTEN = 57;
    public static final int IORING_OP_RECV_ZC = 58;
    public static final int IORING_OP_EPOLL_WAIT = 59;

    // io_uring_sqe.file_index
    public static final int IORING_FILE_INDEX_ALLOC = -1;

    // io_uring_sqe.timeout_flags
    public static final int IORING_TIMEOUT_ABS = 0x1;
    public static final int IORING_TIMEOUT_UPDATE = 0x2;
    public static final int IORING_TIMEOUT_BOOTTIME = 0x4;
    public static final int IORING_TIMEOUT_REALTIME = 0x8;
    public static final int IORING_TIMEOUT_ETIME_SUCCESS = 0x20;
    public static final int IORING_TIMEOUT_MULTISHOT = 0x40;
    public static final int IORING_LINK_TIMEOUT_UPDATE = 0x10;

    // io_uring_sqe.len of POLL_ADD
    public static final int IORING_POLL_ADD_MULTI = 0x1;
    public static final int IORING_POLL_UPDATE_EVENTS = 0x2;
    public static final int IORING_POLL_UPDATE_USER_DATA = 0x4;
    public static final int IORING_POLL_ADD_LEVEL = 0x8;

    // io_uring_sqe.cancel_flags
    public static final int IORING_ASYNC_CANCEL_ALL = 0x1;
    public static final int IORING_ASYNC_CANCEL_FD = 0x2;
    public static final int IORING_ASYNC_CANCEL_ANY = 0x4;
    public static final int IORING_ASYNC_CANCEL_FD_FIXED = 0x8;
    public static final int IORING_ASYNC_CANCEL_USERDATA = 0x10;
    public static final int IORING_ASYNC_CANCEL_OP = 0x20;

    // io_uring_sqe.ioprio of send and receive
    public static final int IORING_RECVSEND_POLL_FIRST = 0x1;
    public static final int IORING_RECV_MULTISHOT = 0x2;
    public static final int IORING_RECVSEND_FIXED_BUF = 0x4;
    public static final int IORING_RECVSEND_BUNDLE = 0x10;
    public static final int IORING_SEND_ZC_REPORT_USAGE = 0x8;
    public static final int IORING_SEND_VECTORIZED = 0x20;
    public static final int IORING_NOTIF_USAGE_ZC_COPIED = 0x80000000;

    // io_uring_sqe.ioprio of ACCEPT
    public static final int IORING_ACCEPT_MULTISHOT = 0x1;
    public static final int IORING_ACCEPT_DONTWAIT = 0x2;
    public static final int IORING_ACCEPT_POLL_FIRST = 0x4;

    // MSG_RING: addr and flags
    public static final int IORING_MSG_DATA = 0;
    public static final int IORING_MSG_SEND_FD = 1;
    public static final int IORING_MSG_RING_CQE_SKIP = 1;
    public static final int IORING_MSG_RING_FLAGS_PASS = 2;

    // io_uring_cqe.flags
    public static final int IORING_CQE_F_BUFFER = 0x1;
    public static final int IORING_CQE_F_MORE = 0x2;
    public static final int IORING_CQE_F_SOCK_NONEMPTY = 0x4;
    public static final int IORING_CQE_F_NOTIF = 0x8;
    public static final int IORING_CQE_F_BUF_MORE = 0x10;
    public static final int IORING_CQE_F_SKIP = 0x20;
    public static final int IORING_CQE_F_32 = 0x8000;

    // io_uring_cqe.flags: where the buffer id begins
    public static final int IORING_CQE_BUFFER_SHIFT = 16;

    // URING_CMD: operations on sockets
    public static final int SOCKET_URING_OP_SIOCINQ = 0;
    public static final int SOCKET_URING_OP_SIOCOUTQ = 1;
    public static final int SOCKET_URING_OP_GETSOCKOPT = 2;
    public static final int SOCKET_URING_OP_SETSOCKOPT = 3;

    // io_uring_register(2)
    public static final int IORING_REGISTER_BUFFERS = 0;
    public static final int IORING_REGISTER_FILES = 2;
    public static final int IORING_REGISTER_EVENTFD = 4;
    public static final int IORING_REGISTER_FILES_UPDATE = 6;
    public static final int IORING_REGISTER_EVENTFD_ASYNC = 7;
    public static final int IORING_REGISTER_PROBE = 8;
    public static final int IORING_REGISTER_PERSONALITY = 9;
    public static final int IORING_REGISTER_RESTRICTIONS = 11;
    public static final int IORING_REGISTER_ENABLE_RINGS = 12;
    public static final int IORING_REGISTER_FILES2 = 13;
    public static final int IORING_REGISTER_FILES_UPDATE2 = 14;
    public static final int IORING_REGISTER_BUFFERS2 = 15;
    public static final int IORING_REGISTER_BUFFERS_UPDATE = 16;
    public static final int IORING_REGISTER_IOWQ_AFF = 17;
    public static final int IORING_REGISTER_IOWQ_MAX_WORKERS = 19;
    public static final int IORING_REGISTER_RING_FDS = 20;
    public static final int IORING_REGISTER_PBUF_RING = 22;
    public static final int IORING_REGISTER_SYNC_CANCEL = 24;
    public static final int IORING_REGISTER_FILE_ALLOC_RANGE = 25;
    public static final int IORING_REGISTER_PBUF_STATUS = 26;
    public static final int IORING_REGISTER_NAPI = 27;
    public static final int IORING_REGISTER_CLOCK = 29;
    public static final int IORING_REGISTER_CLONE_BUFFERS = 30;
    public static final int IORING_REGISTER_SEND_MSG_RING = 31;
    public static final int IORING_REGISTER_RESIZE_RINGS = 33;
    public static final int IORING_REGISTER_MEM_REGION = 34;
    public static final int IORING_REGISTER_QUERY = 35;
    public static final int IORING_UNREGISTER_BUFFERS = 1;
    public static final int IORING_UNREGISTER_FILES = 3;
    public static final int IORING_UNREGISTER_EVENTFD = 5;
    public static final int IORING_UNREGISTER_PERSONALITY = 10;
    public static final int IORING_UNREGISTER_IOWQ_AFF = 18;
    public static final int IORING_UNREGISTER_RING_FDS = 21;
    public static final int IORING_UNREGISTER_PBUF_RING = 23;
    public static final int IORING_UNREGISTER_NAPI = 28;

    // io_uring_register(2): the descriptor is that of a registered ring
    public static final int IORING_REGISTER_USE_REGISTERED_RING = 0x80000000;

    // io_uring_register(2): an unused place of the file table
    public static final int IORING_REGISTER_FILES_SKIP = -2;

    // io_uring_rsrc_register.flags
    public static final int IORING_RSRC_REGISTER_SPARSE = 0x1;

    // io_uring_buf_reg.flags
    public static final int IOU_PBUF_RING_MMAP = 0x1;
    public static final int IOU_PBUF_RING_INC = 0x2;

    // io_uring_probe_op.flags
    public static final int IO_URING_OP_SUPPORTED = 0x1;

    private UringConstants() {}
}
