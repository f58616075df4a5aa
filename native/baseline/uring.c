#define _GNU_SOURCE
#include "uring.h"

#include "server.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int setup(unsigned entries, struct io_uring_params *params) {
    return (int)syscall(__NR_io_uring_setup, entries, params);
}

static int enter(const struct uring *ring, unsigned submit, unsigned wait, unsigned flags) {
    return (int)syscall(__NR_io_uring_enter, ring->enter_fd, submit, wait,
                        flags | ring->enter_flags, NULL, 0);
}

static int register_with(int fd, unsigned opcode, void *argument, unsigned count) {
    return (int)syscall(__NR_io_uring_register, fd, opcode, argument, count);
}

static const char *refusal(int error) {
    switch (error) {
    case ENOSYS: return "this kernel has none";
    case EPERM: return "refused by seccomp or the sysctl kernel.io_uring_disabled";
    case EINVAL: return "this kernel has no SINGLE_ISSUER and DEFER_TASKRUN (Linux 6.1)";
    case ENOMEM: return "not enough memory, or RLIMIT_MEMLOCK is too low";
    default: return strerror(error);
    }
}

static char *map(int fd, size_t length, off_t offset) {
    int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED | MAP_POPULATE;
    void *address = mmap(NULL, length, PROT_READ | PROT_WRITE, flags, fd, offset);
    if (address == MAP_FAILED) server_fail_call("mmap", errno);
    return address;
}

/* Saves looking the descriptor up at every enter (Linux 5.18). */
static void register_ring(struct uring *ring) {
    struct io_uring_rsrc_update update = {.offset = -1U, .data = (unsigned)ring->fd};
    if (register_with(ring->fd, IORING_REGISTER_RING_FDS, &update, 1) == 1) {
        ring->enter_fd = update.offset;
        ring->enter_flags = IORING_ENTER_REGISTERED_RING;
    }
}

void uring_open(struct uring *ring, unsigned sq_entries, unsigned cq_entries) {
    struct io_uring_params params = {
        .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                 IORING_SETUP_COOP_TASKRUN | IORING_SETUP_CQSIZE,
        .cq_entries = cq_entries,
    };
    memset(ring, 0, sizeof *ring);
    ring->fd = setup(sq_entries, &params);
    if (ring->fd < 0) server_fail(EXIT_UNSUPPORTED, "io_uring: %s", refusal(errno));
    ring->enter_fd = (unsigned)ring->fd;
    register_ring(ring);

    /* Every kernel with DEFER_TASKRUN has IORING_FEAT_SINGLE_MMAP: both queues are one mapping. */
    size_t sq_end = params.sq_off.array + params.sq_entries * sizeof(unsigned);
    size_t cq_end = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
    char *queues = map(ring->fd, sq_end > cq_end ? sq_end : cq_end, IORING_OFF_SQ_RING);
    ring->sqes = (struct io_uring_sqe *)map(
        ring->fd, params.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
    ring->sq_head = (unsigned *)(queues + params.sq_off.head);
    ring->sq_tail = (unsigned *)(queues + params.sq_off.tail);
    ring->sq_mask = params.sq_entries - 1;
    ring->sq_entries = params.sq_entries;
    ring->cqes = (struct io_uring_cqe *)(queues + params.cq_off.cqes);
    ring->cq_head = (unsigned *)(queues + params.cq_off.head);
    ring->cq_tail = (unsigned *)(queues + params.cq_off.tail);
    ring->cq_mask = params.cq_entries - 1;
    unsigned *array = (unsigned *)(queues + params.sq_off.array);
    for (unsigned i = 0; i < params.sq_entries; i++) array[i] = i;
}

void uring_provide_buffers(struct uring *ring, unsigned count, size_t size, uint16_t group) {
    ring->buffers = (struct io_uring_buf_ring *)map(-1, count * sizeof(struct io_uring_buf), 0);
    ring->buffer_bytes = map(-1, count * size, 0);
    ring->buffer_count = count;
    ring->buffer_size = size;
    struct io_uring_buf_reg registration = {
        .ring_addr = (uint64_t)(uintptr_t)ring->buffers,
        .ring_entries = count,
        .bgid = group,
    };
    if (register_with(ring->fd, IORING_REGISTER_PBUF_RING, &registration, 1) != 0)
        server_fail(EXIT_UNSUPPORTED, "io_uring buffer ring: %s", strerror(errno));
    for (unsigned id = 0; id < count; id++) uring_return_buffer(ring, id);
    uring_publish_buffers(ring);
}

static void submit(struct uring *ring, unsigned wait) {
    unsigned flags = wait > 0 ? IORING_ENTER_GETEVENTS : 0;
    __atomic_store_n(ring->sq_tail, ring->sq_filled, __ATOMIC_RELEASE); /* after the entries */
    int taken = enter(ring, ring->sq_filled - ring->sq_submitted, wait, flags);
    if (taken >= 0)
        ring->sq_submitted += (unsigned)taken;
    else if (errno != EINTR && errno != EBUSY && errno != EAGAIN)
        server_fail_call("io_uring_enter", errno);
}

struct io_uring_sqe *uring_sqe(struct uring *ring) {
    while (ring->sq_filled - __atomic_load_n(ring->sq_head, __ATOMIC_ACQUIRE) == ring->sq_entries)
        submit(ring, 0);
    struct io_uring_sqe *sqe = &ring->sqes[ring->sq_filled++ & ring->sq_mask];
    memset(sqe, 0, sizeof *sqe);
    return sqe;
}

void uring_accept(struct uring *ring, int listener, uint64_t user_data) {
    struct io_uring_sqe *sqe = uring_sqe(ring);
    sqe->opcode = IORING_OP_ACCEPT;
    sqe->fd = listener;
    sqe->ioprio = IORING_ACCEPT_MULTISHOT;
    sqe->accept_flags = SOCK_CLOEXEC;
    sqe->user_data = user_data;
}

void uring_poll(struct uring *ring, int fd, uint64_t user_data) {
    struct io_uring_sqe *sqe = uring_sqe(ring);
    sqe->opcode = IORING_OP_POLL_ADD;
    sqe->fd = fd;
    sqe->poll32_events = POLLIN;
    sqe->user_data = user_data;
}

void uring_receive(struct uring *ring, int fd, uint16_t group, uint64_t user_data) {
    struct io_uring_sqe *sqe = uring_sqe(ring);
    sqe->opcode = IORING_OP_RECV;
    sqe->fd = fd;
    sqe->ioprio = IORING_RECV_MULTISHOT;
    sqe->flags = IOSQE_BUFFER_SELECT;
    sqe->buf_group = group;
    sqe->user_data = user_data;
}

void uring_cancel(struct uring *ring, uint64_t target, uint64_t user_data) {
    struct io_uring_sqe *sqe = uring_sqe(ring);
    sqe->opcode = IORING_OP_ASYNC_CANCEL;
    sqe->addr = target;
    sqe->user_data = user_data;
}

void uring_wait(struct uring *ring) {
    submit(ring, 1);
}

char *uring_buffer(const struct uring *ring, unsigned id) {
    return ring->buffer_bytes + id * ring->buffer_size;
}

void uring_return_buffer(struct uring *ring, unsigned id) {
    unsigned slot = ring->buffer_tail++ & (ring->buffer_count - 1);
    struct io_uring_buf *entry = &ring->buffers->bufs[slot];
    entry->addr = (uint64_t)(uintptr_t)uring_buffer(ring, id);
    entry->len = (unsigned)ring->buffer_size;
    entry->bid = (uint16_t)id;
}

void uring_publish_buffers(struct uring *ring) {
    /* after the entries; the tail lies over the first entry's unused field */
    __atomic_store_n(&ring->buffers->tail, ring->buffer_tail, __ATOMIC_RELEASE);
}
