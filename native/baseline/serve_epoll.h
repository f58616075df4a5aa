/*
 * What every baseline server on epoll does: one thread that waits, level-triggered, accepts, and
 * hands each connection that is ready to the program.
 */
#ifndef SLUICE_BASELINE_SERVE_EPOLL_H
#define SLUICE_BASELINE_SERVE_EPOLL_H

#include "server.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

/* What a server does with its connections, each of which it names by a pointer of its own; that of a
   datagram socket points to its descriptor. */
struct epoll_program {
    void (*accepted)(int fd); /* non-blocking, and not watched yet */
    void (*ready)(void *connection, unsigned events);
    void (*batch_done)(void); /* after all that were ready together; may be NULL */
    int (*timeout_millis)(void); /* before each wait: how long, -1 for ever; may be NULL for that */
};

/* Serves until the server is to end. */
int serve_epoll(const struct options *options, const struct epoll_program *program);

/* EPOLL_CTL_ADD or EPOLL_CTL_MOD for one of its connections. */
void watch(int operation, int fd, unsigned events, void *connection);

/* The number of bytes sent, short only where the socket would block; -1 when it is broken. */
static inline ssize_t send_some(int fd, const char *bytes, size_t length) {
    size_t sent = 0;
    while (sent < length) {
        ssize_t n = send(fd, bytes + sent, length - sent, MSG_NOSIGNAL);
        if (n >= 0)
            sent += (size_t)n;
        else if (errno == EAGAIN)
            break;
        else if (errno != EINTR)
            return -1;
    }
    return (ssize_t)sent;
}

/* After a send of a datagram failed: waits where the socket's buffer is full, which on a loopback is the
   receiver's turn, soon over. Returns 0 if the send would fail again: that peer cannot be reached. */
static inline int await_room(int fd) {
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    if (errno == EAGAIN)
        poll(&writable, 1, -1);
    else if (errno != EINTR)
        return 0;
    return 1;
}

#endif
