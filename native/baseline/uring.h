/*
 * An io_uring by raw system calls: one submission queue, one completion queue, one ring of
 * provided buffers. No liburing, so that nothing but a C compiler and kernel headers are needed.
 *
 * One thread only: the ring is set up with SINGLE_ISSUER and DEFER_TASKRUN (Linux 6.1), so
 * completions are produced only inside uring_wait.
 */
#ifndef SLUICE_BASELINE_URING_H
#define SLUICE_BASELINE_URING_H

#include <linux/io_uring.h>
#include <stddef.h>
#include <stdint.h>

struct uring {
    int fd;
    unsigned enter_fd;    /* the registered index of fd, or fd itself */
    unsigned enter_flags; /* IORING_ENTER_REGISTERED_RING where enter_fd is an index */

    struct io_uring_sqe *sqes;
    unsigned *sq_tail; /* shared with the kernel, as all pointers below */
    const unsigned *sq_head;
    unsigned sq_mask;
    unsigned sq_entries;
    unsigned sq_filled; /* entries written by us, of which sq_submitted are the kernel's */
    unsigned sq_submitted;

    const struct io_uring_cqe *cqes;
    unsigned *cq_head;
    const unsigned *cq_tail;
    unsigned cq_mask;

    struct io_uring_buf_ring *buffers;
    char *buffer_bytes;
    unsigned buffer_count;
    size_t buffer_size;
    uint16_t buffer_tail;
};

/* Both end the process with one line on standard error where the kernel refuses. */
void uring_open(struct uring *ring, unsigned sq_entries, unsigned cq_entries);
void uring_provide_buffers(struct uring *ring, unsigned count, size_t size, uint16_t group);

/* A cleared entry; submits what is queued first where the queue is full. */
struct io_uring_sqe *uring_sqe(struct uring *ring);

/* Queue a multishot accept, a poll for input, a multishot receive into provided buffers, and the
 * cancel of what has the user data of target. */
void uring_accept(struct uring *ring, int listener, uint64_t user_data);
void uring_poll(struct uring *ring, int fd, uint64_t user_data);
void uring_receive(struct uring *ring, int fd, uint16_t group, uint64_t user_data);
void uring_cancel(struct uring *ring, uint64_t target, uint64_t user_data);

/* Submits everything queued and waits until there is at least one completion. */
void uring_wait(struct uring *ring);

char *uring_buffer(const struct uring *ring, unsigned id);

/* Gives a buffer back; the kernel sees it at the next uring_publish_buffers. */
void uring_return_buffer(struct uring *ring, unsigned id);
void uring_publish_buffers(struct uring *ring);

#endif
