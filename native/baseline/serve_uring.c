#define _GNU_SOURCE
#include "serve_uring.h"

#include <errno.h>
#include <sys/socket.h>

enum { SQ_ENTRIES = 2048, CQ_ENTRIES = 8192, BUFFER_GROUP = 1 };

/* The low bits of user_data; the rest is the receiver's address, aligned by malloc. */
enum kind { ACCEPT = 1, RECEIVE, SEND, CANCEL, SIGNAL, STDIN, KIND_MASK = 7 };

static const struct uring_program *program;
static struct uring ring;
static struct server server;
static struct receiver *starved;
static unsigned buffers_returned; /* since the last publish */

static uint64_t tag(enum kind kind, const struct receiver *receiver) {
    return (uint64_t)(uintptr_t)receiver | (uint64_t)kind;
}

static void arm_accept(void) {
    uring_accept(&ring, server.listener, tag(ACCEPT, NULL));
}

static void arm_poll(int fd, enum kind kind) {
    uring_poll(&ring, fd, tag(kind, NULL));
}

void receive_again(struct receiver *receiver) {
    uring_receive(&ring, receiver->fd, BUFFER_GROUP, tag(RECEIVE, receiver));
    receiver->state = RECEIVING;
}

void cancel_receive(struct receiver *receiver) {
    uring_cancel(&ring, tag(RECEIVE, receiver), tag(CANCEL, NULL));
    receiver->state = CANCELLING;
}

struct io_uring_sqe *send_entry(const struct receiver *receiver) {
    struct io_uring_sqe *sqe = uring_sqe(&ring);
    sqe->opcode = IORING_OP_SEND;
    sqe->fd = receiver->fd;
    sqe->msg_flags = MSG_NOSIGNAL | MSG_WAITALL;
    sqe->user_data = tag(SEND, receiver);
    return sqe;
}

char *received_bytes(unsigned buffer) {
    return uring_buffer(&ring, buffer);
}

void return_buffer(unsigned buffer) {
    uring_return_buffer(&ring, buffer);
    buffers_returned++;
}

static void publish_buffers(void) {
    if (buffers_returned == 0) return;
    buffers_returned = 0;
    uring_publish_buffers(&ring);
    while (starved != NULL) {
        struct receiver *receiver = starved;
        starved = receiver->next_starved;
        if (program->goes_on(receiver)) receive_again(receiver);
    }
}

static void on_accept(const struct io_uring_cqe *cqe) {
    if (cqe->res == -EMFILE || cqe->res == -ENFILE || cqe->res == -ENOMEM || cqe->res == -EINVAL)
        server_fail_call("accept", -cqe->res);
    if (cqe->res >= 0) receive_again(program->accepted(cqe->res));
    if (!(cqe->flags & IORING_CQE_F_MORE)) arm_accept();
}

static void on_receive(struct receiver *receiver, const struct io_uring_cqe *cqe) {
    if (cqe->res > 0)
        program->received(receiver, cqe->flags >> IORING_CQE_BUFFER_SHIFT, (unsigned)cqe->res);
    if (cqe->flags & IORING_CQE_F_MORE) return;
    if (cqe->res == -ENOBUFS) {
        receiver->state = STARVED;
        receiver->next_starved = starved;
        starved = receiver;
    } else {
        receiver->state = cqe->res > 0 || cqe->res == -ECANCELED ? PAUSED : ENDED;
    }
    program->receive_over(receiver);
}

static bool dispatch(const struct io_uring_cqe *cqe) {
    struct receiver *receiver =
        (struct receiver *)(uintptr_t)(cqe->user_data & ~(uint64_t)KIND_MASK);
    switch ((enum kind)(cqe->user_data & KIND_MASK)) {
    case ACCEPT: on_accept(cqe); return true;
    case RECEIVE: on_receive(receiver, cqe); return true;
    case SEND: program->sent(receiver, cqe->res); return true;
    case SIGNAL: return false;
    case STDIN:
        if (server_stdin_ended(&server)) return false;
        arm_poll(server.stdin_watch, STDIN);
        return true;
    default: return true; /* a cancel's own result: the receive reports how it ended */
    }
}

static bool dispatch_all(void) {
    unsigned head = *ring.cq_head;
    unsigned tail = __atomic_load_n(ring.cq_tail, __ATOMIC_ACQUIRE); /* before the entries */
    bool running = true;
    for (; head != tail; head++) running &= dispatch(&ring.cqes[head & ring.cq_mask]);
    __atomic_store_n(ring.cq_head, head, __ATOMIC_RELEASE); /* the entries may be overwritten */
    return running;
}

int serve_uring(const struct options *options, const struct uring_program *served) {
    program = served;
    uring_open(&ring, SQ_ENTRIES, CQ_ENTRIES);
    uring_provide_buffers(&ring, program->buffers, program->buffer_bytes, BUFFER_GROUP);
    server = server_start(options);
    arm_accept();
    arm_poll(server.signals, SIGNAL);
    if (server.stdin_watch >= 0) arm_poll(server.stdin_watch, STDIN);
    do {
        publish_buffers();
        uring_wait(&ring);
    } while (dispatch_all());
    return 0;
}
