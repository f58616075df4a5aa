/*
 * An echo server on epoll: one thread, one hot buffer, level-triggered (edge-triggered, registered
 * once, cost the same within 1% at 64 and 1000 connections, 64 bytes and 16 KiB).
 *
 * A connection costs nothing but its kernel state until a send falls short; only then does it hold
 * a copy of the rest, waits for EPOLLOUT and reads no more, so that a peer that does not read
 * stops being read.
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

enum { BUFFER_BYTES = 64 * 1024 };

struct connection {
    int fd;
    char *unsent; /* the rest of a short send, or NULL */
    size_t unsent_offset;
    size_t unsent_length;
};

static char buffer[BUFFER_BYTES];

static void close_connection(struct connection *connection) {
    close(connection->fd);
    free(connection->unsent);
    free(connection);
}

static void on_accepted(int fd) {
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) server_fail_call("calloc", ENOMEM);
    connection->fd = fd;
    watch(EPOLL_CTL_ADD, fd, EPOLLIN, connection);
}

static void keep_unsent(struct connection *connection, const char *bytes, size_t length) {
    connection->unsent = malloc(length);
    if (connection->unsent == NULL) server_fail_call("malloc", ENOMEM);
    memcpy(connection->unsent, bytes, length);
    connection->unsent_offset = 0;
    connection->unsent_length = length;
    watch(EPOLL_CTL_MOD, connection->fd, EPOLLOUT, connection);
}

static void on_readable(struct connection *connection) {
    ssize_t n = recv(connection->fd, buffer, sizeof buffer, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) { /* the end of the stream, with everything echoed, or a reset */
        close_connection(connection);
        return;
    }
    ssize_t sent = send_some(connection->fd, buffer, (size_t)n);
    if (sent < 0)
        close_connection(connection);
    else if (sent < n)
        keep_unsent(connection, buffer + sent, (size_t)(n - sent));
}

static void on_writable(struct connection *connection) {
    size_t left = connection->unsent_length - connection->unsent_offset;
    ssize_t sent =
        send_some(connection->fd, connection->unsent + connection->unsent_offset, left);
    if (sent < 0) {
        close_connection(connection);
    } else if ((size_t)sent < left) {
        connection->unsent_offset += (size_t)sent;
    } else {
        free(connection->unsent);
        connection->unsent = NULL;
        watch(EPOLL_CTL_MOD, connection->fd, EPOLLIN, connection);
    }
}

/* Every connection is in a batch at most once, so closing it in its own turn is safe. */
static void on_ready(void *pointer, unsigned events) {
    struct connection *connection = pointer;
    (void)events; /* the one that it waits for, or an end that the call will report */
    if (connection->unsent != NULL)
        on_writable(connection);
    else
        on_readable(connection);
}

int main(int argc, char **argv) {
    static const struct epoll_program echo = {.accepted = on_accepted, .ready = on_ready};
    struct options options = options_parse(argc, argv);
    if (options.task == TASK_PROXY) return run_proxy_epoll(&options);
    if (options.task == TASK_UDP) return run_udp_epoll(&options);
    if (options.task == TASK_FILE) return run_file_epoll(&options);
    if (options.task == TASK_REQUEST) return run_request_epoll(&options);
    if (options.task == TASK_UDP_BULK) return run_udp_bulk_epoll(&options);
    if (options.task != TASK_ECHO) return run_tasks_epoll(&options);
    return serve_epoll(&options, &echo);
}
