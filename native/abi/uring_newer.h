/*
 * What headers before Linux 6.18 lack of io_uring, written down here so that the probe also builds
 * on a stable distribution. Everything in this file is a FALLBACK, whose values are ours until the
 * header is new enough; with newer headers the recorded output must stay the same.
 *
 * Enumerators cannot be seen by #ifdef, so they go by the version of the headers.
 */
#ifndef SLUICE_ABI_URING_NEWER_H
#define SLUICE_ABI_URING_NEWER_H

#include <linux/io_uring.h>
#include <linux/version.h>
#include <stddef.h>

/* Linux 6.3 */
#ifndef IORING_FEAT_REG_REG_RING
#define IORING_FEAT_REG_REG_RING (1U << 13)
#endif
#ifndef IORING_MSG_RING_FLAGS_PASS
#define IORING_MSG_RING_FLAGS_PASS (1U << 1)
#endif

/* Linux 6.4 */
#ifndef IORING_OFF_PBUF_RING
#define IORING_OFF_PBUF_RING 0x80000000ULL
#endif
#ifndef IORING_OFF_PBUF_SHIFT
#define IORING_OFF_PBUF_SHIFT 16
#endif
#ifndef IORING_TIMEOUT_MULTISHOT
#define IORING_TIMEOUT_MULTISHOT (1U << 6)
#endif

/* Linux 6.5 */
#ifndef IORING_SETUP_NO_MMAP
#define IORING_SETUP_NO_MMAP (1U << 14)
#endif
#ifndef IORING_SETUP_REGISTERED_FD_ONLY
#define IORING_SETUP_REGISTERED_FD_ONLY (1U << 15)
#endif

/* Linux 6.6 */
#ifndef IORING_ASYNC_CANCEL_USERDATA
#define IORING_ASYNC_CANCEL_USERDATA (1U << 4)
#endif
#ifndef IORING_ASYNC_CANCEL_OP
#define IORING_ASYNC_CANCEL_OP (1U << 5)
#endif
#ifndef IORING_SETUP_NO_SQARRAY
#define IORING_SETUP_NO_SQARRAY (1U << 16)
#endif

/* Linux 6.10 */
#ifndef IORING_FEAT_RECVSEND_BUNDLE
#define IORING_FEAT_RECVSEND_BUNDLE (1U << 14)
#endif
#ifndef IORING_RECVSEND_BUNDLE
#define IORING_RECVSEND_BUNDLE (1U << 4)
#endif
#ifndef IORING_ACCEPT_DONTWAIT
#define IORING_ACCEPT_DONTWAIT (1U << 1)
#endif
#ifndef IORING_ACCEPT_POLL_FIRST
#define IORING_ACCEPT_POLL_FIRST (1U << 2)
#endif

/* Linux 6.12 */
#ifndef IORING_FEAT_MIN_TIMEOUT
#define IORING_FEAT_MIN_TIMEOUT (1U << 15)
#endif
#ifndef IORING_ENTER_ABS_TIMER
#define IORING_ENTER_ABS_TIMER (1U << 5)
#endif
#ifndef IORING_CQE_F_BUF_MORE
#define IORING_CQE_F_BUF_MORE (1U << 4)
#endif

/* Linux 6.13 */
#ifndef IORING_SETUP_HYBRID_IOPOLL
#define IORING_SETUP_HYBRID_IOPOLL (1U << 17)
#endif
#ifndef IORING_ENTER_EXT_ARG_REG
#define IORING_ENTER_EXT_ARG_REG (1U << 6)
#endif

/* Linux 6.14 */
#ifndef IORING_FEAT_RW_ATTR
#define IORING_FEAT_RW_ATTR (1U << 16)
#endif

/* Linux 6.15 */
#ifndef IORING_FEAT_NO_IOWAIT
#define IORING_FEAT_NO_IOWAIT (1U << 17)
#endif
#ifndef IORING_ENTER_NO_IOWAIT
#define IORING_ENTER_NO_IOWAIT (1U << 7)
#endif

/* Linux 6.17 */
#ifndef IORING_SEND_VECTORIZED
#define IORING_SEND_VECTORIZED (1U << 5)
#endif

/* Linux 6.18 */
#ifndef IORING_SETUP_CQE_MIXED
#define IORING_SETUP_CQE_MIXED (1U << 18)
#endif
#ifndef IORING_CQE_F_SKIP
#define IORING_CQE_F_SKIP (1U << 5)
#endif
#ifndef IORING_CQE_F_32
#define IORING_CQE_F_32 (1U << 15)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define IORING_REGISTER_USE_REGISTERED_RING (1U << 31)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#define IOU_PBUF_RING_MMAP 1
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define SOCKET_URING_OP_SIOCINQ 0
#define SOCKET_URING_OP_SIOCOUTQ 1
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
#define SOCKET_URING_OP_GETSOCKOPT 2
#define SOCKET_URING_OP_SETSOCKOPT 3
#define IORING_OP_READ_MULTISHOT 49
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#define IORING_OP_FIXED_FD_INSTALL 54
#define IORING_REGISTER_PBUF_STATUS 26
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
#define IORING_REGISTER_NAPI 27
#define IORING_UNREGISTER_NAPI 28
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
#define IORING_OP_BIND 56
#define IORING_OP_LISTEN 57
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#define IORING_REGISTER_CLOCK 29
#define IORING_REGISTER_CLONE_BUFFERS 30
#define IOU_PBUF_RING_INC 2
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define IORING_REGISTER_SEND_MSG_RING 31
#define IORING_REGISTER_RESIZE_RINGS 33
#define IORING_REGISTER_MEM_REGION 34
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#define IORING_OP_RECV_ZC 58
#define IORING_OP_EPOLL_WAIT 59
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
#define IORING_REGISTER_QUERY 35
#endif

/*
 * Structures that only gave a name to what was reserved before. The macro keeps the C name in the
 * output.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
struct newer_io_uring_buf_reg {
    __u64 ring_addr;
    __u32 ring_entries;
    __u16 bgid;
    __u16 flags;
    __u64 resv[3];
};
_Static_assert(sizeof(struct newer_io_uring_buf_reg) == sizeof(struct io_uring_buf_reg), "size");
_Static_assert(offsetof(struct newer_io_uring_buf_reg, flags)
                   == offsetof(struct io_uring_buf_reg, pad),
               "flags take the place of the padding");
#define io_uring_buf_reg newer_io_uring_buf_reg
#endif

/* A structure that came later than its neighbours. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
struct io_uring_buf_status {
    __u32 buf_group;
    __u32 head;
    __u32 resv[8];
};
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
struct newer_io_sqring_offsets {
    __u32 head;
    __u32 tail;
    __u32 ring_mask;
    __u32 ring_entries;
    __u32 flags;
    __u32 dropped;
    __u32 array;
    __u32 resv1;
    __u64 user_addr;
};
_Static_assert(sizeof(struct newer_io_sqring_offsets) == sizeof(struct io_sqring_offsets), "size");
_Static_assert(offsetof(struct newer_io_sqring_offsets, user_addr)
                   == offsetof(struct io_sqring_offsets, resv2),
               "user_addr takes the place of resv2");
#define io_sqring_offsets newer_io_sqring_offsets

struct newer_io_cqring_offsets {
    __u32 head;
    __u32 tail;
    __u32 ring_mask;
    __u32 ring_entries;
    __u32 overflow;
    __u32 cqes;
    __u32 flags;
    __u32 resv1;
    __u64 user_addr;
};
_Static_assert(sizeof(struct newer_io_cqring_offsets) == sizeof(struct io_cqring_offsets), "size");
_Static_assert(offsetof(struct newer_io_cqring_offsets, user_addr)
                   == offsetof(struct io_cqring_offsets, resv2),
               "user_addr takes the place of resv2");
#define io_cqring_offsets newer_io_cqring_offsets
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
struct newer_io_uring_getevents_arg {
    __u64 sigmask;
    __u32 sigmask_sz;
    __u32 min_wait_usec;
    __u64 ts;
};
_Static_assert(sizeof(struct newer_io_uring_getevents_arg) == sizeof(struct io_uring_getevents_arg),
               "size");
_Static_assert(offsetof(struct newer_io_uring_getevents_arg, min_wait_usec)
                   == offsetof(struct io_uring_getevents_arg, pad),
               "min_wait_usec takes the place of the padding");
#define io_uring_getevents_arg newer_io_uring_getevents_arg
#endif

#endif
