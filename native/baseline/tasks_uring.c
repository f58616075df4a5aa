/*
 * The tasks that are no echo, on io_uring: multishot accept and receive, a ring of provided buffers.
 *
 * In the fan-out a message is sent to all members from the buffer that it was received into, which
 * goes back to the ring after the last. A member has one send in flight; what comes meanwhile waits
 * in its queue. Who has many messages under way is not read until they were taken.
 */
#define _GNU_SOURCE
#include "serve_uring.h"
#include "tasks.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    BUFFERS = 64,
    MOST_UNTAKEN = 16, /* messages of a connection under way before it is no longer read */
};

struct waiting {
    int message; /* the id of its buffer */
    struct waiting *next;
};

struct connection {
    struct receiver receiver;
    bool sending;
    bool left;            /* is no member any more */
    size_t place;         /* among the members */
    struct demand demand; /* of send */
    unsigned untaken;     /* messages that others have not taken */
    int message;          /* that is being sent */
    unsigned sent;        /* bytes of it */
    struct waiting *first, *last;
};

/* A received message, by the id of its buffer. */
static struct {
    struct connection *sender; /* NULL when it has left */
    unsigned length;
    unsigned holders;
} messages[BUFFERS];

static enum task task;
static struct connection **members;
static size_t member_count, member_room;
static char zeros[TASK_BUFFER_BYTES];

static void send_bytes(struct connection *connection, const char *bytes, uint64_t length) {
    struct io_uring_sqe *sqe = send_entry(&connection->receiver);
    sqe->addr = (uint64_t)(uintptr_t)bytes;
    sqe->len = (unsigned)length;
    connection->sending = true;
}

static void send_demanded(struct connection *connection) {
    uint64_t length = connection->demand.left;
    if (length == 0 || connection->sending || connection->left) return;
    send_bytes(connection, zeros, length < sizeof zeros ? length : sizeof zeros);
}

static void send_message(struct connection *connection) {
    int id = connection->message;
    send_bytes(connection, received_bytes((unsigned)id) + connection->sent,
               messages[id].length - connection->sent);
}

static void release(int id) {
    if (--messages[id].holders > 0) return;
    struct connection *sender = messages[id].sender;
    return_buffer((unsigned)id);
    if (sender != NULL && --sender->untaken == 0 && sender->receiver.state == PAUSED)
        receive_again(&sender->receiver);
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
    if (connection->receiver.state != ENDED || connection->sending) return;
    close(connection->receiver.fd);
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
    if (connection->receiver.state == PAUSED) connection->receiver.state = ENDED;
    shutdown(connection->receiver.fd, SHUT_RDWR); /* ends what is in the kernel */
}

static struct receiver *on_accepted(int fd) {
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) server_fail_call("calloc", ENOMEM);
    connection->receiver.fd = fd;
    join(connection);
    return &connection->receiver;
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

static void on_received(struct receiver *receiver, unsigned buffer, unsigned length) {
    struct connection *connection = (struct connection *)receiver;
    if (task == TASK_FAN_OUT && !connection->left) {
        fan_out(connection, (int)buffer, length);
        if (connection->untaken >= MOST_UNTAKEN && receiver->state == RECEIVING)
            cancel_receive(receiver);
        return;
    }
    if (task == TASK_SEND) {
        demand_add(&connection->demand, received_bytes(buffer), length);
        send_demanded(connection);
    }
    return_buffer(buffer);
}

static void end(struct connection *connection) {
    connection->receiver.state = ENDED;
    leave(connection);
    close_if_done(connection);
}

static void on_receive_over(struct receiver *receiver) {
    struct connection *connection = (struct connection *)receiver;
    if (receiver->state == STARVED) return;
    if (receiver->state == ENDED || connection->left)
        end(connection);
    else if (connection->untaken == 0)
        receive_again(receiver);
}

static bool goes_on(struct receiver *receiver) {
    struct connection *connection = (struct connection *)receiver;
    if (!connection->left) return true;
    end(connection);
    return false;
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

static void on_sent(struct receiver *receiver, int result) {
    struct connection *connection = (struct connection *)receiver;
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

int run_tasks_uring(const struct options *options) {
    static const struct uring_program program = {
        .buffers = BUFFERS,
        .buffer_bytes = TASK_BUFFER_BYTES,
        .accepted = on_accepted,
        .received = on_received,
        .receive_over = on_receive_over,
        .sent = on_sent,
        .goes_on = goes_on};
    task = options->task;
    return serve_uring(options, &program);
}
