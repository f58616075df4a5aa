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
#include "serve_uring.h"
#include "tasks.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    BUFFERS = 128, /* the ring is used in turn: 1024 cost 6% more at 16 KiB, 64 run out at 1000 */
    BUFFER_BYTES = 16 * 1024,
    QUEUE_LIMIT = 16, /* buffers a connection may hold before it is no longer read */
    NO_BUFFER = -1,
};

struct connection {
    struct receiver receiver;
    int first; /* the queue of received buffers; a send begins with the first */
    int last;
    int queued;
    unsigned sent; /* bytes of the first */
};

/* A received buffer, by its id, and the send that begins with it. */
static struct {
    unsigned length;
    int next;
    struct msghdr message;
    struct iovec pieces[QUEUE_LIMIT];
} received[BUFFERS];

/* Everything that is queued, up to the limit, as pieces of one message; how many. */
static size_t gather(const struct connection *connection) {
    struct iovec *pieces = received[connection->first].pieces;
    unsigned skipped = connection->sent;
    size_t count = 0;
    int id = connection->first;
    for (; count < QUEUE_LIMIT && id != NO_BUFFER; id = received[id].next) {
        pieces[count].iov_base = received_bytes((unsigned)id) + skipped;
        pieces[count++].iov_len = received[id].length - skipped;
        skipped = 0;
    }
    return count;
}

static void send_queued(struct connection *connection) {
    struct io_uring_sqe *sqe = send_entry(&connection->receiver);
    struct msghdr *message = &received[connection->first].message;
    struct iovec *pieces = received[connection->first].pieces;
    size_t count = gather(connection);
    if (count == 1) { /* the usual case needs no message */
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
    return_buffer((unsigned)id);
}

/* Nothing of it is in the kernel any more once it has ended and its queue is empty. */
static void close_if_done(struct connection *connection) {
    if (connection->receiver.state != ENDED || connection->queued > 0) return;
    close(connection->receiver.fd);
    free(connection);
}

static struct receiver *on_accepted(int fd) {
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) server_fail_call("calloc", ENOMEM);
    connection->receiver.fd = fd;
    return &connection->receiver;
}

static void on_received(struct receiver *receiver, unsigned buffer, unsigned length) {
    struct connection *connection = (struct connection *)receiver;
    queue_received(connection, (int)buffer, length);
    if (connection->queued == 1) send_queued(connection);
    if (connection->queued >= QUEUE_LIMIT && receiver->state == RECEIVING)
        cancel_receive(receiver);
}

static void on_receive_over(struct receiver *receiver) {
    struct connection *connection = (struct connection *)receiver;
    if (receiver->state == PAUSED && connection->queued == 0) receive_again(receiver);
    close_if_done(connection);
}

static bool goes_on(struct receiver *receiver) {
    (void)receiver;
    return true;
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
    if (connection->receiver.state == PAUSED) connection->receiver.state = ENDED;
    shutdown(connection->receiver.fd, SHUT_RDWR); /* ends the receive where it is armed */
    close_if_done(connection);
}

static void on_sent(struct receiver *receiver, int result) {
    struct connection *connection = (struct connection *)receiver;
    if (result <= 0) {
        on_broken(connection);
        return;
    }
    drop_sent(connection, (unsigned)result);
    if (connection->queued > 0)
        send_queued(connection);
    else if (receiver->state == PAUSED)
        receive_again(receiver);
    else
        close_if_done(connection);
}

int main(int argc, char **argv) {
    static const struct uring_program echo = {
        .buffers = BUFFERS,
        .buffer_bytes = BUFFER_BYTES,
        .accepted = on_accepted,
        .received = on_received,
        .receive_over = on_receive_over,
        .sent = on_sent,
        .goes_on = goes_on};
    struct options options = options_parse(argc, argv);
    if (options.task == TASK_PROXY || options.task == TASK_UDP ||
        options.task == TASK_UDP_BULK || options.task == TASK_FILE || options.task == TASK_REQUEST)
        server_fail(EXIT_USAGE, "--task proxy, udp, udp-bulk, file or request: on epoll alone");
    if (options.task != TASK_ECHO) return run_tasks_uring(&options);
    return serve_uring(&options, &echo);
}
