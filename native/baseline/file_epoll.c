/*
 * Sends a file by sendfile(2) on epoll: one thread, level-triggered. The file is opened with the first
 * connection, and read at an offset, so that all connections share it.
 */
#define _GNU_SOURCE
#include "serve_epoll.h"
#include "tasks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

struct connection {
    int fd;
    unsigned events;      /* as registered */
    struct demand demand; /* of which the rest is left */
    off_t offset;         /* in the file; 0 between two demands */
};

static const char *path;
static int file = -1;

static void on_accepted(int fd) {
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) server_fail_call("calloc", ENOMEM);
    if (file < 0) file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) server_fail_call("open", errno);
    connection->fd = fd;
    connection->events = EPOLLIN;
    watch(EPOLL_CTL_ADD, fd, EPOLLIN, connection);
}

static void leave(struct connection *connection) {
    close(connection->fd);
    free(connection);
}

/* False where the connection is broken, or the file has ended. */
static bool send_demanded(struct connection *connection) {
    ssize_t n;
    do n = sendfile(connection->fd, file, &connection->offset, connection->demand.left);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN) return true;
    if (n <= 0) return false;
    connection->demand.left -= (uint64_t)n;
    if (connection->demand.left == 0) connection->offset = 0;
    return true;
}

static bool receive_demand(struct connection *connection) {
    char bytes[TASK_COUNT_BYTES];
    ssize_t n = recv(connection->fd, bytes, sizeof bytes, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (n <= 0) return false; /* the end of the stream, or a reset */
    demand_add(&connection->demand, bytes, (unsigned)n);
    return true;
}

static void on_ready(void *pointer, unsigned events) {
    struct connection *connection = pointer;
    bool alive = (events & (EPOLLHUP | EPOLLERR)) == 0;
    if (alive && (events & EPOLLIN) != 0) alive = receive_demand(connection);
    if (alive && connection->demand.left > 0) alive = send_demanded(connection);
    if (!alive) {
        leave(connection);
        return;
    }
    unsigned wanted = connection->demand.left > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN;
    if (wanted == connection->events) return;
    connection->events = wanted;
    watch(EPOLL_CTL_MOD, connection->fd, wanted, connection);
}

int run_file_epoll(const struct options *options) {
    static const struct epoll_program program = {.accepted = on_accepted, .ready = on_ready};
    if (options->file == NULL) server_fail(EXIT_USAGE, "--task file needs --file F");
    path = options->file;
    return serve_epoll(options, &program);
}
