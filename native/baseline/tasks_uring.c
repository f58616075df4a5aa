/*
 * The tasks that are no echo, on io_uring: multishot accept and receive, a ring of provided buffers.
 *
 * In the fan-out a message is sent to all members from the buffer that it was received into, which
 * goes back to the ring after the last. A member has one send in flight; what comes meanwhile waits
 * in its queue. Who has many messages under way is not read until they were taken.
 */
#define _GNU_SOURCE
#include "tasks.h"
#include "uring.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    SQ_ENTRIES = 2048,
    CQ_ENTRIES = 8192,
    BUFFERS = 64,
    BUFFER_GROUP = 1,
    MOST_UNTAKEN = 16, /* messages of a connection under way before it is no longer read */
};

/* The low bits of user_data; the rest is the connection's address, aligned by malloc. */
enum kind { ACCEPT = 1, RECEIVE, SEND, CANCEL, SIGNAL, STDIN, KIND_MASK = 7 };

enum receive_state {
    RECEIVING,  /* armed in the kernel */
    CANCELLING, /* armed, with a cancel on its way */
    PAUSED,     /* waits until others have taken its messages */
    STARVED,    /* waits for any buffer */
    ENDED,      /* end of stream or broken */
};

struct waiting {
    int message; /* the id of its buffer */
    struct waiting *next;
};

struct connection {
    int fd;
    enum receive_state receive;
    bool sending;
    bool left;            /* is no member any more */
    size_t place;         /* among the members */
    struct demand demand; /* of send */
    unsigned untaken;     /* messages that others have not taken */
    int message;          /* that is being sent */
    unsigned sent;        /* bytes of it */
    struct waiting *first, *last;
    struct connection *next_starved;
};

/* A received message, by the id of its buffer. */
static struct {
    struct connection *sender; /* NULL when it has left */
    unsigned length;
    unsigned holders;
} messages[BUFFERS];

static struct uring ring;
static struct server server;
static enum task task;
static struct connection *starved;
static struct connection **members;
static size_t member_count, member_room;
static unsigned buffers_returned; /* since the last publish */
static char zeros[TASK_BUFFER_BYTES];

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

static void send_bytes(struct connection *connection, const char *bytes, uint64_t length) {
    struct io_uring_sqe *sqe = uring_sqe(&ring);
    sqe->opcode = IORING_OP_SEND;
    sqe->fd = connection->fd;
    sqe->addr = (uint64_t)(uintptr_t)bytes;
    sqe->len = (unsigned)length;
    sqe->msg_flags = MSG_NOSIGNAL | MSG_WAITALL; /* the kernel goes on after a short send */
    sqe->user_data = tag(SEND, connection);
    connection->sending = true;
}

static void send_demanded(struct connection *connection) {
    uint64_t length = connection->demand.left;
    if (length == 0 || connection->sending || connection->left) return;
    send_bytes(connection, zeros, length < sizeof zeros ? length : sizeof zeros);
}

static void send_message(struct connection *connection) {
    int id = connection->message;
    send_bytes(connection, uring_buffer(&ring, (unsigned)id) + connection->sent,
               messages[id].length - connection->sent);
}

static void return_buffer(int id) {
    uring_return_buffer(&ring, (unsigned)id);
    buffers_returned++;
}

static void release(int id) {
    if (--messages[id].holders > 0) return;
    struct connection *sender = messages[id].sender;
    return_buffer(id);
    if (sender != NULL && --sender->untaken == 0 && sender->receive == PAUSED) arm_receive(sender);
}

static void join(struct connection *connection) {
    if (member_count == member_room) {
        member_room = member_room == 0 ? 1024 : 2 * member_room;
        members = realloc(members, member_room * sizeof *members);
        if (members == NULL) server_fail_call("realloc", ENOMEM);
    }
    connection->place = member_count;
    members[member_count++] = connection;
}

/* Nothing of it is in the kernel any more, and no list has it. */
static void close_if_done(struct connection *connection) {
    if (connection->receive != ENDED || connection->sending) return;
    close(connection->fd);
    free(connection);
}

/* The caller closes it where it is done. */
static void leave(struct connection *connection) {
    if (connection->left) return;
    connection->left = true;
    members[connection->place] = members[--member_count];
    members[connection->place]->place = connection->place;
    for (int id = 0; id < BUFFERS; id++)
        if (messages[id].sender == connection) messages[id].sender = NULL;
    while (connection->first != NULL) {
        struct waiting *first = connection->first;
        connection->first = first->next;
        release(first->message);
        free(first);
    }
    if (connection->receive == PAUSED) connection->receive = ENDED;
    shutdown(connection->fd, SHUT_RDWR); /* ends what is in the kernel */
}

static void on_accept(const struct io_uring_cqe *cqe) {
    if (cqe->res == -EMFILE || cqe->res == -ENFILE || cqe->res == -ENOMEM || cqe->res == -EINVAL)
        server_fail_call("accept", -cqe->res);
    if (cqe->res >= 0) {
        struct connection *connection = calloc(1, sizeof *connection);
        if (connection == NULL) server_fail_call("calloc", ENOMEM);
        connection->fd = cqe->res;
        join(connection);
        arm_receive(connection);
    }
    if (!(cqe->flags & IORING_CQE_F_MORE)) arm_accept();
}

static void take(struct connection *connection, int id) {
    messages[id].holders++;
    if (!connection->sending) {
        connection->message = id;
        connection->sent = 0;
        send_message(connection);
        return;
    }
    struct waiting *waiting = calloc(1, sizeof *waiting);
    if (waiting == NULL) server_fail_call("calloc", ENOMEM);
    waiting->message = id;
    if (connection->first == NULL)
        connection->first = waiting;
    else
        connection->last->next = waiting;
    connection->last = waiting;
}

static void fan_out(struct connection *from, int id, unsigned length) {
    messages[id].sender = from;
    messages[id].length = length;
    messages[id].holders = 1; /* ourselves, until all have it */
    from->untaken++;
    for (size_t i = 0; i < member_count; i++)
        if (members[i] != from) take(members[i], id);
    release(id);
}

static void on_bytes(struct connection *connection, const struct io_uring_cqe *cqe) {
    int id = (int)(cqe->flags >> IORING_CQE_BUFFER_SHIFT);
    if (task == TASK_FAN_OUT && !connection->left) {
        fan_out(connection, id, (unsigned)cqe->res);
        return;
    }
    if (task == TASK_SEND) {
        demand_add(&connection->demand, uring_buffer(&ring, (unsigned)id), (unsigned)cqe->res);
        send_demanded(connection);
    }
    return_buffer(id);
}

/* The multishot receive is over; why decides what follows. */
static void on_receive_over(struct connection *connection, int result) {
    if (result == -ENOBUFS && !connection->left) {
        connection->receive = STARVED;
        connection->next_starved = starved;
        starved = connection;
    } else if ((result > 0 || result == -ECANCELED) && !connection->left) {
        connection->receive = PAUSED;
        if (connection->untaken == 0) arm_receive(connection);
    } else {
        connection->receive = ENDED;
        leave(connection);
        close_if_done(connection);
    }
}

static void on_receive(struct connection *connection, const struct io_uring_cqe *cqe) {
    if (cqe->res > 0) on_bytes(connection, cqe);
    if (!(cqe->flags & IORING_CQE_F_MORE))
        on_receive_over(connection, cqe->res);
    else if (connection->untaken >= MOST_UNTAKEN && connection->receive == RECEIVING)
        cancel_receive(connection);
}

static void on_message_sent(struct connection *connection, int result) {
    int id = connection->message;
    if (result > 0) connection->sent += (unsigned)result;
    if (result > 0 && connection->sent < messages[id].length && !connection->left) {
        send_message(connection);
        return;
    }
    struct waiting *first = connection->first;
    if (first != NULL && result > 0) {
        connection->first = first->next;
        connection->message = first->message;
        connection->sent = 0;
        free(first);
        send_message(connection);
    }
    release(id);
}

static void on_send(struct connection *connection, int result) {
    connection->sending = false;
    if (task == TASK_FAN_OUT) {
        on_message_sent(connection, result);
    } else if (result > 0) {
        connection->demand.left -= (unsigned)result;
        send_demanded(connection);
    }
    if (result <= 0) leave(connection);
    close_if_done(connection);
}

static void publish_buffers(void) {
    if (buffers_returned == 0) return;
    buffers_returned = 0;
    uring_publish_buffers(&ring);
    while (starved != NULL) {
        struct connection *connection = starved;
        starved = connection->next_starved;
        if (connection->left) {
            connection->receive = ENDED;
            close_if_done(connection);
        } else {
            arm_receive(connection);
        }
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

int run_tasks_uring(const struct options *options) {
    task = options->task;
    uring_open(&ring, SQ_ENTRIES, CQ_ENTRIES);
    uring_provide_buffers(&ring, BUFFERS, TASK_BUFFER_BYTES, BUFFER_GROUP);
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
