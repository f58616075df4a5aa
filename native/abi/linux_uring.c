/* io_uring. */
#include <linux/io_uring.h>
#include <linux/time_types.h>
#include <sys/syscall.h>

#include "linux_parts.h"
#include "uring_newer.h"

void abi_linux_uring(void)
{
    STRUCT(struct __kernel_timespec);
    FIELD(struct __kernel_timespec, tv_sec);
    FIELD(struct __kernel_timespec, tv_nsec);

    STRUCT(struct io_uring_sqe);
    FIELD(struct io_uring_sqe, opcode);
    FIELD(struct io_uring_sqe, flags);
    FIELD(struct io_uring_sqe, ioprio);
    FIELD(struct io_uring_sqe, fd);
    FIELD(struct io_uring_sqe, off);
    FIELD(struct io_uring_sqe, addr2);
    FIELD(struct io_uring_sqe, addr);
    FIELD(struct io_uring_sqe, len);
    FIELD(struct io_uring_sqe, rw_flags);
    FIELD(struct io_uring_sqe, msg_flags);
    FIELD(struct io_uring_sqe, timeout_flags);
    FIELD(struct io_uring_sqe, accept_flags);
    FIELD(struct io_uring_sqe, cancel_flags);
    FIELD(struct io_uring_sqe, poll32_events);
    FIELD(struct io_uring_sqe, user_data);
    FIELD(struct io_uring_sqe, buf_index);
    FIELD(struct io_uring_sqe, buf_group);
    FIELD(struct io_uring_sqe, personality);
    FIELD(struct io_uring_sqe, splice_fd_in);
    FIELD(struct io_uring_sqe, file_index);
    FIELD(struct io_uring_sqe, addr_len);
    FIELD(struct io_uring_sqe, addr3);

    STRUCT(struct io_uring_cqe);
    FIELD(struct io_uring_cqe, user_data);
    FIELD(struct io_uring_cqe, res);
    FIELD(struct io_uring_cqe, flags);

    STRUCT(struct io_sqring_offsets);
    FIELD(struct io_sqring_offsets, head);
    FIELD(struct io_sqring_offsets, tail);
    FIELD(struct io_sqring_offsets, ring_mask);
    FIELD(struct io_sqring_offsets, ring_entries);
    FIELD(struct io_sqring_offsets, flags);
    FIELD(struct io_sqring_offsets, dropped);
    FIELD(struct io_sqring_offsets, array);
    FIELD(struct io_sqring_offsets, user_addr);

    STRUCT(struct io_cqring_offsets);
    FIELD(struct io_cqring_offsets, head);
    FIELD(struct io_cqring_offsets, tail);
    FIELD(struct io_cqring_offsets, ring_mask);
    FIELD(struct io_cqring_offsets, ring_entries);
    FIELD(struct io_cqring_offsets, overflow);
    FIELD(struct io_cqring_offsets, cqes);
    FIELD(struct io_cqring_offsets, flags);
    FIELD(struct io_cqring_offsets, user_addr);

    STRUCT(struct io_uring_params);
    FIELD(struct io_uring_params, sq_entries);
    FIELD(struct io_uring_params, cq_entries);
    FIELD(struct io_uring_params, flags);
    FIELD(struct io_uring_params, sq_thread_cpu);
    FIELD(struct io_uring_params, sq_thread_idle);
    FIELD(struct io_uring_params, features);
    FIELD(struct io_uring_params, wq_fd);
    FIELD(struct io_uring_params, sq_off);
    FIELD(struct io_uring_params, cq_off);

    STRUCT(struct io_uring_getevents_arg);
    FIELD(struct io_uring_getevents_arg, sigmask);
    FIELD(struct io_uring_getevents_arg, sigmask_sz);
    FIELD(struct io_uring_getevents_arg, min_wait_usec);
    FIELD(struct io_uring_getevents_arg, ts);

    STRUCT(struct io_uring_buf);
    FIELD(struct io_uring_buf, addr);
    FIELD(struct io_uring_buf, len);
    FIELD(struct io_uring_buf, bid);
    FIELD(struct io_uring_buf, resv);

    STRUCT(struct io_uring_buf_ring);
    FIELD(struct io_uring_buf_ring, tail);

    STRUCT(struct io_uring_buf_reg);
    FIELD(struct io_uring_buf_reg, ring_addr);
    FIELD(struct io_uring_buf_reg, ring_entries);
    FIELD(struct io_uring_buf_reg, bgid);
    FIELD(struct io_uring_buf_reg, flags);

    STRUCT(struct io_uring_buf_status);
    FIELD(struct io_uring_buf_status, buf_group);
    FIELD(struct io_uring_buf_status, head);

    STRUCT(struct io_uring_recvmsg_out);
    FIELD(struct io_uring_recvmsg_out, namelen);
    FIELD(struct io_uring_recvmsg_out, controllen);
    FIELD(struct io_uring_recvmsg_out, payloadlen);
    FIELD(struct io_uring_recvmsg_out, flags);

    STRUCT(struct io_uring_sync_cancel_reg);
    FIELD(struct io_uring_sync_cancel_reg, addr);
    FIELD(struct io_uring_sync_cancel_reg, fd);
    FIELD(struct io_uring_sync_cancel_reg, flags);
    FIELD(struct io_uring_sync_cancel_reg, timeout);

    STRUCT(struct io_uring_rsrc_register);
    FIELD(struct io_uring_rsrc_register, nr);
    FIELD(struct io_uring_rsrc_register, flags);
    FIELD(struct io_uring_rsrc_register, resv2);
    FIELD(struct io_uring_rsrc_register, data);
    FIELD(struct io_uring_rsrc_register, tags);

    STRUCT(struct io_uring_rsrc_update);
    FIELD(struct io_uring_rsrc_update, offset);
    FIELD(struct io_uring_rsrc_update, resv);
    FIELD(struct io_uring_rsrc_update, data);

    STRUCT(struct io_uring_probe);
    FIELD(struct io_uring_probe, last_op);
    FIELD(struct io_uring_probe, ops_len);
    FIELD(struct io_uring_probe, ops);

    STRUCT(struct io_uring_probe_op);
    FIELD(struct io_uring_probe_op, op);
    FIELD(struct io_uring_probe_op, flags);

    /* system call numbers, equal on every architecture */
    CONSTANT(SYS_io_uring_setup);
    CONSTANT(SYS_io_uring_enter);
    CONSTANT(SYS_io_uring_register);

    /* io_uring_setup(2) flags */
    CONSTANT(IORING_SETUP_IOPOLL);
    CONSTANT(IORING_SETUP_SQPOLL);
    CONSTANT(IORING_SETUP_SQ_AFF);
    CONSTANT(IORING_SETUP_CQSIZE);
    CONSTANT(IORING_SETUP_CLAMP);
    CONSTANT(IORING_SETUP_ATTACH_WQ);
    CONSTANT(IORING_SETUP_R_DISABLED);
    CONSTANT(IORING_SETUP_SUBMIT_ALL);
    CONSTANT(IORING_SETUP_COOP_TASKRUN);
    CONSTANT(IORING_SETUP_TASKRUN_FLAG);
    CONSTANT(IORING_SETUP_SQE128);
    CONSTANT(IORING_SETUP_CQE32);
    CONSTANT(IORING_SETUP_SINGLE_ISSUER);
    CONSTANT(IORING_SETUP_DEFER_TASKRUN);
    CONSTANT(IORING_SETUP_NO_MMAP);
    CONSTANT(IORING_SETUP_REGISTERED_FD_ONLY);
    CONSTANT(IORING_SETUP_NO_SQARRAY);
    CONSTANT(IORING_SETUP_HYBRID_IOPOLL);
    CONSTANT(IORING_SETUP_CQE_MIXED);

    /* io_uring_params.features */
    CONSTANT(IORING_FEAT_SINGLE_MMAP);
    CONSTANT(IORING_FEAT_NODROP);
    CONSTANT(IORING_FEAT_SUBMIT_STABLE);
    CONSTANT(IORING_FEAT_RW_CUR_POS);
    CONSTANT(IORING_FEAT_CUR_PERSONALITY);
    CONSTANT(IORING_FEAT_FAST_POLL);
    CONSTANT(IORING_FEAT_POLL_32BITS);
    CONSTANT(IORING_FEAT_SQPOLL_NONFIXED);
    CONSTANT(IORING_FEAT_EXT_ARG);
    CONSTANT(IORING_FEAT_NATIVE_WORKERS);
    CONSTANT(IORING_FEAT_RSRC_TAGS);
    CONSTANT(IORING_FEAT_CQE_SKIP);
    CONSTANT(IORING_FEAT_LINKED_FILE);
    CONSTANT(IORING_FEAT_REG_REG_RING);
    CONSTANT(IORING_FEAT_RECVSEND_BUNDLE);
    CONSTANT(IORING_FEAT_MIN_TIMEOUT);
    CONSTANT(IORING_FEAT_RW_ATTR);
    CONSTANT(IORING_FEAT_NO_IOWAIT);

    /* mmap(2) offsets */
    CONSTANT(IORING_OFF_SQ_RING);
    CONSTANT(IORING_OFF_CQ_RING);
    CONSTANT(IORING_OFF_SQES);
    CONSTANT(IORING_OFF_PBUF_RING);
    CONSTANT(IORING_OFF_PBUF_SHIFT);

    /* io_uring_enter(2) flags */
    CONSTANT(IORING_ENTER_GETEVENTS);
    CONSTANT(IORING_ENTER_SQ_WAKEUP);
    CONSTANT(IORING_ENTER_SQ_WAIT);
    CONSTANT(IORING_ENTER_EXT_ARG);
    CONSTANT(IORING_ENTER_REGISTERED_RING);
    CONSTANT(IORING_ENTER_ABS_TIMER);
    CONSTANT(IORING_ENTER_EXT_ARG_REG);
    CONSTANT(IORING_ENTER_NO_IOWAIT);

    /* submission ring flags */
    CONSTANT(IORING_SQ_NEED_WAKEUP);
    CONSTANT(IORING_SQ_CQ_OVERFLOW);
    CONSTANT(IORING_SQ_TASKRUN);

    /* completion ring flags */
    CONSTANT(IORING_CQ_EVENTFD_DISABLED);

    /* io_uring_sqe.flags */
    CONSTANT(IOSQE_FIXED_FILE);
    CONSTANT(IOSQE_IO_DRAIN);
    CONSTANT(IOSQE_IO_LINK);
    CONSTANT(IOSQE_IO_HARDLINK);
    CONSTANT(IOSQE_ASYNC);
    CONSTANT(IOSQE_BUFFER_SELECT);
    CONSTANT(IOSQE_CQE_SKIP_SUCCESS);

    /* io_uring_sqe.opcode */
    CONSTANT(IORING_OP_NOP);
    CONSTANT(IORING_OP_READV);
    CONSTANT(IORING_OP_WRITEV);
    CONSTANT(IORING_OP_POLL_ADD);
    CONSTANT(IORING_OP_POLL_REMOVE);
    CONSTANT(IORING_OP_SENDMSG);
    CONSTANT(IORING_OP_RECVMSG);
    CONSTANT(IORING_OP_TIMEOUT);
    CONSTANT(IORING_OP_TIMEOUT_REMOVE);
    CONSTANT(IORING_OP_ACCEPT);
    CONSTANT(IORING_OP_ASYNC_CANCEL);
    CONSTANT(IORING_OP_LINK_TIMEOUT);
    CONSTANT(IORING_OP_CONNECT);
    CONSTANT(IORING_OP_CLOSE);
    CONSTANT(IORING_OP_FILES_UPDATE);
    CONSTANT(IORING_OP_READ);
    CONSTANT(IORING_OP_WRITE);
    CONSTANT(IORING_OP_SEND);
    CONSTANT(IORING_OP_RECV);
    CONSTANT(IORING_OP_EPOLL_CTL);
    CONSTANT(IORING_OP_PROVIDE_BUFFERS);
    CONSTANT(IORING_OP_REMOVE_BUFFERS);
    CONSTANT(IORING_OP_SHUTDOWN);
    CONSTANT(IORING_OP_MSG_RING);
    CONSTANT(IORING_OP_SOCKET);
    CONSTANT(IORING_OP_URING_CMD);
    CONSTANT(IORING_OP_SEND_ZC);
    CONSTANT(IORING_OP_SENDMSG_ZC);
    CONSTANT(IORING_OP_READ_MULTISHOT);
    CONSTANT(IORING_OP_FIXED_FD_INSTALL);
    CONSTANT(IORING_OP_BIND);
    CONSTANT(IORING_OP_LISTEN);
    CONSTANT(IORING_OP_RECV_ZC);
    CONSTANT(IORING_OP_EPOLL_WAIT);

    /* io_uring_sqe.file_index */
    CONSTANT(IORING_FILE_INDEX_ALLOC);

    /* io_uring_sqe.timeout_flags */
    CONSTANT(IORING_TIMEOUT_ABS);
    CONSTANT(IORING_TIMEOUT_UPDATE);
    CONSTANT(IORING_TIMEOUT_BOOTTIME);
    CONSTANT(IORING_TIMEOUT_REALTIME);
    CONSTANT(IORING_TIMEOUT_ETIME_SUCCESS);
    CONSTANT(IORING_TIMEOUT_MULTISHOT);
    CONSTANT(IORING_LINK_TIMEOUT_UPDATE);

    /* io_uring_sqe.len of POLL_ADD */
    CONSTANT(IORING_POLL_ADD_MULTI);
    CONSTANT(IORING_POLL_UPDATE_EVENTS);
    CONSTANT(IORING_POLL_UPDATE_USER_DATA);
    CONSTANT(IORING_POLL_ADD_LEVEL);

    /* io_uring_sqe.cancel_flags */
    CONSTANT(IORING_ASYNC_CANCEL_ALL);
    CONSTANT(IORING_ASYNC_CANCEL_FD);
    CONSTANT(IORING_ASYNC_CANCEL_ANY);
    CONSTANT(IORING_ASYNC_CANCEL_FD_FIXED);
    CONSTANT(IORING_ASYNC_CANCEL_USERDATA);
    CONSTANT(IORING_ASYNC_CANCEL_OP);

    /* io_uring_sqe.ioprio of send and receive */
    CONSTANT(IORING_RECVSEND_POLL_FIRST);
    CONSTANT(IORING_RECV_MULTISHOT);
    CONSTANT(IORING_RECVSEND_FIXED_BUF);
    CONSTANT(IORING_RECVSEND_BUNDLE);
    CONSTANT(IORING_SEND_ZC_REPORT_USAGE);
    CONSTANT(IORING_SEND_VECTORIZED);
    CONSTANT(IORING_NOTIF_USAGE_ZC_COPIED);

    /* io_uring_sqe.ioprio of ACCEPT */
    CONSTANT(IORING_ACCEPT_MULTISHOT);
    CONSTANT(IORING_ACCEPT_DONTWAIT);
    CONSTANT(IORING_ACCEPT_POLL_FIRST);

    /* MSG_RING: addr and flags */
    CONSTANT(IORING_MSG_DATA);
    CONSTANT(IORING_MSG_SEND_FD);
    CONSTANT(IORING_MSG_RING_CQE_SKIP);
    CONSTANT(IORING_MSG_RING_FLAGS_PASS);

    /* io_uring_cqe.flags */
    CONSTANT(IORING_CQE_F_BUFFER);
    CONSTANT(IORING_CQE_F_MORE);
    CONSTANT(IORING_CQE_F_SOCK_NONEMPTY);
    CONSTANT(IORING_CQE_F_NOTIF);
    CONSTANT(IORING_CQE_F_BUF_MORE);
    CONSTANT(IORING_CQE_F_SKIP);
    CONSTANT(IORING_CQE_F_32);

    /* io_uring_cqe.flags: where the buffer id begins */
    CONSTANT(IORING_CQE_BUFFER_SHIFT);

    /* URING_CMD: operations on sockets */
    CONSTANT(SOCKET_URING_OP_SIOCINQ);
    CONSTANT(SOCKET_URING_OP_SIOCOUTQ);
    CONSTANT(SOCKET_URING_OP_GETSOCKOPT);
    CONSTANT(SOCKET_URING_OP_SETSOCKOPT);

    /* io_uring_register(2) */
    CONSTANT(IORING_REGISTER_BUFFERS);
    CONSTANT(IORING_REGISTER_FILES);
    CONSTANT(IORING_REGISTER_EVENTFD);
    CONSTANT(IORING_REGISTER_FILES_UPDATE);
    CONSTANT(IORING_REGISTER_EVENTFD_ASYNC);
    CONSTANT(IORING_REGISTER_PROBE);
    CONSTANT(IORING_REGISTER_PERSONALITY);
    CONSTANT(IORING_REGISTER_RESTRICTIONS);
    CONSTANT(IORING_REGISTER_ENABLE_RINGS);
    CONSTANT(IORING_REGISTER_FILES2);
    CONSTANT(IORING_REGISTER_FILES_UPDATE2);
    CONSTANT(IORING_REGISTER_BUFFERS2);
    CONSTANT(IORING_REGISTER_BUFFERS_UPDATE);
    CONSTANT(IORING_REGISTER_IOWQ_AFF);
    CONSTANT(IORING_REGISTER_IOWQ_MAX_WORKERS);
    CONSTANT(IORING_REGISTER_RING_FDS);
    CONSTANT(IORING_REGISTER_PBUF_RING);
    CONSTANT(IORING_REGISTER_SYNC_CANCEL);
    CONSTANT(IORING_REGISTER_FILE_ALLOC_RANGE);
    CONSTANT(IORING_REGISTER_PBUF_STATUS);
    CONSTANT(IORING_REGISTER_NAPI);
    CONSTANT(IORING_REGISTER_CLOCK);
    CONSTANT(IORING_REGISTER_CLONE_BUFFERS);
    CONSTANT(IORING_REGISTER_SEND_MSG_RING);
    CONSTANT(IORING_REGISTER_RESIZE_RINGS);
    CONSTANT(IORING_REGISTER_MEM_REGION);
    CONSTANT(IORING_REGISTER_QUERY);
    CONSTANT(IORING_UNREGISTER_BUFFERS);
    CONSTANT(IORING_UNREGISTER_FILES);
    CONSTANT(IORING_UNREGISTER_EVENTFD);
    CONSTANT(IORING_UNREGISTER_PERSONALITY);
    CONSTANT(IORING_UNREGISTER_IOWQ_AFF);
    CONSTANT(IORING_UNREGISTER_RING_FDS);
    CONSTANT(IORING_UNREGISTER_PBUF_RING);
    CONSTANT(IORING_UNREGISTER_NAPI);

    /* io_uring_register(2): the descriptor is that of a registered ring */
    CONSTANT(IORING_REGISTER_USE_REGISTERED_RING);

    /* io_uring_register(2): an unused place of the file table */
    CONSTANT(IORING_REGISTER_FILES_SKIP);

    /* io_uring_rsrc_register.flags */
    CONSTANT(IORING_RSRC_REGISTER_SPARSE);

    /* io_uring_buf_reg.flags */
    CONSTANT(IOU_PBUF_RING_MMAP);
    CONSTANT(IOU_PBUF_RING_INC);

    /* io_uring_probe_op.flags */
    CONSTANT(IO_URING_OP_SUPPORTED);
}
