/*
 * An echo server on io_uring: multishot accept, multishot receive into a ring of provided buffers,
 * and a send straight from the buffer that was received into, which then goes back to the ring.
 *
 * A connection has one send in flight; what arrives meanwhile waits in its queue, in order, and
 * goes out by the next send, all of it at once: a send for each buffer made a stream 1.5 times as
 * dear. Where the queue grows long the receive is cancelled until it is empty, so that a peer that
 * does not read cannot hold all buffers.
 */
#define _GNU_SOURCE
#include "tasks.h"
#include "uring.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    SQ_ENTRIES = 2048,
    CQ_ENTRIES = 8192,
    BUFFERS = 128, /* the ring is used in turn: 1024 cost 6% more at 16 KiB, 64 run out at 1000 */
    BUFFER_BYTES = 16 * 1024,
    BUFFER_GROUP = 1,
    QUEUE_LIMIT = 16, /* buffers a connection may hold before it is no longer read */
    NO_BUFFER = -1,
};

/* The low bits of user_data; the rest is the connection's address, aligned by malloc. */
enum kind { ACCEPT = 1, RECEIVE, SEND, CANCEL, SIGNAL, STDIN, KIND_MASK = 7 };

enum receive_state {
    RECEIVING,  /* armed in the kernel */
    CANCELLING, /* armed, with a cancel on its way */
    PAUSED,     /* waits for its own queue to drain */
    STARVED,    /* waits for any buffer */
    ENDED,      /* end of stream or broken */
};

struct connection {
    int fd;
    enum receive_state receive;
    int first; /* the queue of received buffers; a send begins with the first */
    int last;
    int queued;
    unsigned sent; /* bytes of the first */
    struct connection *next_starved;
};

/* A received buffer, by its id, and the send that begins with it. */
static struct {
    unsigned length;
    int next;
    struct msghdr message;
    struct iovec pieces[QUEUE_LIMIT];
} received[BUFFERS];

static struct uring ring;
static struct server server;
static struct connection *starved;
static unsigned buffers_returned; /* since the last publish */

static uint64_t tag(enum kind kind, const struct connection *connection) {
    return (uint64_t)(uintptr_t)connection | (uint64_t)kind;
}

static void arm_accept(void) {
    uring_accept(&ring, server.listener, tag(ACCEPT, NULL));
}

static void arm_poll(int fd, enum kind kind) {
    uring_poll(&ring, fd, tag(kind, NULL));
}

static void arm_receive(struct connection *connection) {
    uring_receive(&ring, connection->fd, BUFFER_GROUP, tag(RECEIVE, connection));
    connection->receive = RECEIVING;
}

static void cancel_receive(struct connection *connection) {
    uring_cancel(&ring, tag(RECEIVE, connection), tag(CANCEL, NULL));
    connection->receive = CANCELLING;
}

/* Everything that is queued, up to the limit, as pieces of one message; how many. */
static size_t gather(const struct connection *connection) {
    struct iovec *pieces = received[connection->first].pieces;
    unsigned skipped = connection->sent;
    size_t count = 0;
    int id = connection->first;
    for (; count < QUEUE_LIMIT && id != NO_BUFFER; id = received[id].next) {
        pieces[count].iov_base = uring_buffer(&ring, (unsigned)id) + skipped;
        pieces[count++].iov_len = received[id].length - skipped;
        skipped = 0;
    }
    return count;
}

static void send_queued(struct connection *connection) {
    struct io_uring_sqe *sqe = uring_sqe(&ring);
    struct msghdr *message = &received[connection->first].message;
    struct iovec *pieces = received[connection->first].pieces;
    size_t count = gather(connection);
    sqe->fd = connection->fd;
    sqe->msg_flags = MSG_NOSIGNAL | MSG_WAITALL; /* the kernel goes on after a short send */
    sqe->user_data = tag(SEND, connection);
    if (count == 1) { /* the usual case needs no message */
        sqe->opcode = IORING_OP_SEND;
        sqe->addr = (uint64_t)(uintptr_t)pieces[0].iov_base;
        sqe->len = (unsigned)pieces[0].iov_len;
        return;
    }
    *message = (struct msghdr){.msg_iov = pieces, .msg_iovlen = count};
    sqe->opcode = IORING_OP_SENDMSG;
    sqe->addr = (uint64_t)(uintptr_t)message;
    sqe->len = 1;
}

static void queue_received(struct connection *connection, int id, unsigned length) {
    received[id].length = length;
    received[id].next = NO_BUFFER;
    if (connection->queued == 0)
        connection->first = id;
    else
        received[connection->last].next = id;
    connection->last = id;
    connection->queued++;
}

static void drop_first(struct connection *connection) {
    int id = connection->first;
    connection->first = received[id].next;
    connection->queued--;
    uring_return_buffer(&ring, (unsigned)id);
    buffers_returned++;
}

/* Nothing of it is in the kernel any more once it has ended and its queue is empty. */
static void close_if_done(struct connection *connection) {
    if (connection->receive != ENDED || connection->queued > 0) return;
    close(connection->fd);
    free(connection);
}

static void on_accept(const struct io_uring_cqe *cqe) {
    if (cqe->res == -EMFILE || cqe->res == -ENFILE || cqe->res == -ENOMEM || cqe->res == -EINVAL)
        server_fail_call("accept", -cqe->res);
    if (cqe->res >= 0) {
        struct connection *connection = calloc(1, sizeof *connection);
        if (connection == NULL) server_fail_call("calloc", ENOMEM);
        connection->fd = cqe->res;
        arm_receive(connection);
    }
    if (!(cqe->flags & IORING_CQE_F_MORE)) arm_accept();
}

/* The multishot receive is over; why decides what follows. */
static void on_receive_over(struct connection *connection, int result) {
    if (result == -ENOBUFS) {
        connection->receive = STARVED;
        connection->next_starved = starved;
        starved = connection;
    } else if (result > 0 || result == -ECANCELED) {
        connection->receive = PAUSED;
    } else {
        connection->receive = ENDED;
    }
    if (connection->receive == PAUSED && connection->queued == 0) arm_receive(connection);
    close_if_done(connection);
}

static void on_receive(struct connection *connection, const struct io_uring_cqe *cqe) {
    if (cqe->res > 0) {
        int id = (int)(cqe->flags >> IORING_CQE_BUFFER_SHIFT);
        queue_received(connection, id, (unsigned)cqe->res);
        if (connection->queued == 1) send_queued(connection);
    }
    if (!(cqe->flags & IORING_CQE_F_MORE))
        on_receive_over(connection, cqe->res);
    else if (connection->queued >= QUEUE_LIMIT && connection->receive == RECEIVING)
        cancel_receive(connection);
}

/* Takes what was sent off the queue. */
static void drop_sent(struct connection *connection, unsigned sent) {
    sent += connection->sent;
    connection->sent = 0;
    while (connection->queued > 0 && sent >= received[connection->first].length) {
        sent -= received[connection->first].length;
        drop_first(connection);
    }
    connection->sent = sent;
}

static void on_broken(struct connection *connection) {
    while (connection->queued > 0) drop_first(connection);
    if (connection->receive == PAUSED) connection->receive = ENDED;
    shutdown(connection->fd, SHUT_RDWR); /* ends the receive where it is armed */
    close_if_done(connection);
}

static void on_send(struct connection *connection, int result) {
    if (result <= 0) {
        on_broken(connection);
        return;
    }
    drop_sent(connection, (unsigned)result);
    if (connection->queued > 0)
        send_queued(connection);
    else if (connection->receive == PAUSED)
        arm_receive(connection);
    else
        close_if_done(connection);
}

static void publish_buffers(void) {
    if (buffers_returned == 0) return;
    buffers_returned = 0;
    uring_publish_buffers(&ring);
    while (starved != NULL) {
        struct connection *connection = starved;
        starved = connection->next_starved;
        arm_receive(connection);
    }
}

static bool dispatch(const struct io_uring_cqe *cqe) {
    struct connection *connection =
        (struct connection *)(uintptr_t)(cqe->user_data & ~(uint64_t)KIND_MASK);
    switch ((enum kind)(cqe->user_data & KIND_MASK)) {
    case ACCEPT: on_accept(cqe); return true;
    case RECEIVE: on_receive(connection, cqe); return true;
    case SEND: on_send(connection, cqe->res); return true;
    case SIGNAL: return false;
    case STDIN:
        if (server_stdin_ended(&server)) return false;
        arm_poll(server.stdin_watch, STDIN);
        return true;
    default: return true; /* a cancel's own result: the receive tells what became of it */
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

int main(int argc, char **argv) {
    struct options options = options_parse(argc, argv);
    if (options.task != TASK_ECHO) return run_tasks_uring(&options);
    uring_open(&ring, SQ_ENTRIES, CQ_ENTRIES);
    uring_provide_buffers(&ring, BUFFERS, BUFFER_BYTES, BUFFER_GROUP);
    server = server_start(&options);
    arm_accept();
    arm_poll(server.signals, SIGNAL);
    if (server.stdin_watch >= 0) arm_poll(server.stdin_watch, STDIN);
    do {
        publish_buffers();
        uring_wait(&ring);
    } while (dispatch_all());
    return 0;
}
