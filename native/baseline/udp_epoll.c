/*
 * Sends every datagram back to where it came from, on epoll: one thread, one hot buffer,
 * level-triggered, recvfrom and sendto. A socket that is ready is read until it is empty, but not
 * for ever, so that the others have their turn.
 */
#define _GNU_SOURCE
#include "serve_epoll.h"
#include "tasks.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { TURNS = 64 };

static char buffer[TASK_BUFFER_BYTES];

static void send_back(int fd, size_t length, const struct sockaddr_storage *peer,
                      socklen_t peer_length) {
    while (sendto(fd, buffer, length, 0, (const struct sockaddr *)peer, peer_length) < 0
           && await_room(fd)) {
    }
}

static void on_ready(void *pointer, unsigned events) {
    int fd = *(const int *)pointer;
    (void)events; /* readable, or an error that the call will tell of */
    for (int turn = 0; turn < TURNS; turn++) {
        struct sockaddr_storage peer;
        socklen_t peer_length = sizeof peer;
        ssize_t n = recvfrom(fd, buffer, sizeof buffer, 0, (struct sockaddr *)&peer, &peer_length);
        if (n < 0 && errno == EAGAIN) return;
        if (n >= 0) send_back(fd, (size_t)n, &peer, peer_length);
    }
}

int run_udp_epoll(const struct options *options) {
    static const struct epoll_program program = {.ready = on_ready};
    return serve_epoll(options, &program);
}
