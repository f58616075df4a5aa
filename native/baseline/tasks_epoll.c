/*
 * The tasks that are no echo, on epoll: one thread, one hot buffer, level-triggered, as the echo.
 *
 * In the fan-out a message is copied only where a member does not take it whole, once for all of
 * them; it then waits in their queues, and the sender is not read until the last has taken it.
 */
#define _GNU_SOURCE
#include "serve_epoll.h"
#include "tasks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct connection;

/* The copy of a message, held by the queues that it waits in. */
struct message {
    struct connection *sender; /* NULL when it has left */
    unsigned holders;
    size_t length;
    char bytes[];
};

struct waiting {
    struct message *message;
    size_t offset;
    struct waiting *next;
};

struct connection {
    int fd;
    unsigned events;      /* as registered */
    struct demand demand; /* of send */
    size_t place;         /* of fan-out: among the members */
    struct message *held; /* what others still have to take of it */
    struct waiting *first, *last;
    bool left; /* closed in this turn; freed at its end, as its event may still come */
    struct connection *next_left;
};

static enum task task;
static char buffer[TASK_BUFFER_BYTES];
static struct connection **members;
static size_t member_count, member_room;
static struct connection *left;

static void set_events(struct connection *connection, unsigned events) {
    if (connection->left || connection->events == events) return;
    connection->events = events;
    watch(EPOLL_CTL_MOD, connection->fd, events, connection);
}

static void *allocate(size_t bytes) {
    void *memory = calloc(1, bytes);
    if (memory == NULL) server_fail_call("calloc", ENOMEM);
    return memory;
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

static void release(struct message *message) {
    if (--message->holders > 0) return;
    if (message->sender != NULL) {
        message->sender->held = NULL;
        set_events(message->sender, message->sender->events | EPOLLIN);
    }
    free(message);
}

static void drop_first(struct connection *connection) {
    struct waiting *first = connection->first;
    connection->first = first->next;
    release(first->message);
    free(first);
}

static void leave(struct connection *connection) {
    if (connection->left) return;
    connection->left = true;
    close(connection->fd);
    members[connection->place] = members[--member_count];
    members[connection->place]->place = connection->place;
    while (connection->first != NULL) drop_first(connection);
    if (connection->held != NULL) connection->held->sender = NULL;
    connection->next_left = left;
    left = connection;
}

static void free_left(void) {
    while (left != NULL) {
        struct connection *next = left->next_left;
        free(left);
        left = next;
    }
}

static void on_accepted(int fd) {
    struct connection *connection = allocate(sizeof *connection);
    connection->fd = fd;
    connection->events = EPOLLIN;
    join(connection);
    watch(EPOLL_CTL_ADD, fd, EPOLLIN, connection);
}

/* Once; -1 where it is broken, 0 where it would block. */
static ssize_t send_once(int fd, const char *bytes, size_t length) {
    ssize_t n;
    do n = send(fd, bytes, length, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n < 0 && errno == EAGAIN ? 0 : n;
}

static void send_demanded(struct connection *connection) {
    uint64_t length = connection->demand.left;
    if (length == 0) return;
    if (length > sizeof buffer) length = sizeof buffer;
    ssize_t n = send_once(connection->fd, buffer, length);
    if (n < 0) {
        leave(connection);
        return;
    }
    connection->demand.left -= (uint64_t)n;
    set_events(connection, connection->demand.left > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static void keep(struct connection *to, struct connection *from, size_t sent, size_t length) {
    if (from->held == NULL) {
        from->held = allocate(sizeof *from->held + length);
        from->held->sender = from;
        from->held->length = length;
        memcpy(from->held->bytes, buffer, length);
    }
    struct waiting *waiting = allocate(sizeof *waiting);
    waiting->message = from->held;
    waiting->offset = sent;
    from->held->holders++;
    if (to->first == NULL)
        to->first = waiting;
    else
        to->last->next = waiting;
    to->last = waiting;
    set_events(to, to->events | EPOLLOUT);
}

static void fan_out(struct connection *from, size_t length) {
    /* Downwards: one that leaves meanwhile is replaced by the last, which had its turn. */
    for (size_t i = member_count; i-- > 0;) {
        struct connection *to = members[i];
        if (to == from) continue;
        ssize_t sent = to->first == NULL ? send_once(to->fd, buffer, length) : 0;
        if (sent < 0)
            leave(to);
        else if ((size_t)sent < length)
            keep(to, from, (size_t)sent, length);
    }
    if (from->held != NULL) set_events(from, from->events & ~(unsigned)EPOLLIN);
}

static void send_waiting(struct connection *connection) {
    while (connection->first != NULL) {
        struct waiting *first = connection->first;
        size_t rest = first->message->length - first->offset;
        ssize_t n = send_once(connection->fd, first->message->bytes + first->offset, rest);
        if (n < 0) {
            leave(connection);
            return;
        }
        first->offset += (size_t)n;
        if ((size_t)n < rest) return;
        drop_first(connection);
    }
    set_events(connection, connection->events & ~(unsigned)EPOLLOUT);
}

static void on_readable(struct connection *connection) {
    ssize_t n = recv(connection->fd, buffer, sizeof buffer, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) { /* the end of the stream, or a reset */
        leave(connection);
    } else if (task == TASK_SEND) {
        demand_add(&connection->demand, buffer, (unsigned)n);
        send_demanded(connection);
    } else if (task == TASK_FAN_OUT) {
        fan_out(connection, (size_t)n);
    }
}

static void on_ready(void *pointer, unsigned events) {
    struct connection *connection = pointer;
    if (connection->left) return;
    if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
        leave(connection); /* both sides ended, or reset */
        return;
    }
    if ((events & EPOLLOUT) != 0) {
        if (task == TASK_SEND)
            send_demanded(connection);
        else
            send_waiting(connection);
    }
    if ((events & EPOLLIN) != 0 && !connection->left) on_readable(connection);
}

int run_tasks_epoll(const struct options *options) {
    static const struct epoll_program program = {
        .accepted = on_accepted, .ready = on_ready, .batch_done = free_left};
    task = options->task;
    return serve_epoll(options, &program);
}
