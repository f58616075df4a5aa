#define _GNU_SOURCE
#include "serve_epoll.h"

#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { EVENTS = 1024 };

/* What an event's pointer is when it is no connection. */
static char listener_event, signal_event, stdin_event;

static int epoll;

void watch(int operation, int fd, unsigned events, void *connection) {
    struct epoll_event event = {.events = events, .data.ptr = connection};
    if (epoll_ctl(epoll, operation, fd, &event) != 0) server_fail_call("epoll_ctl", errno);
}

static bool out_of_resources(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

static void accept_all(int listener, const struct epoll_program *program) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            program->accepted(fd);
        else if (errno == EAGAIN)
            return;
        else if (out_of_resources(errno))
            server_fail_call("accept4", errno);
        /* else EINTR, ECONNABORTED and errors of that one connection */
    }
}

static bool dispatch(const struct server *server, const struct epoll_program *program,
                     const struct epoll_event *event) {
    void *pointer = event->data.ptr;
    if (pointer == &signal_event) return false;
    if (pointer == &stdin_event) return !server_stdin_ended(server);
    if (pointer == &listener_event)
        accept_all(server->listener, program);
    else
        program->ready(pointer, event->events);
    return true;
}

int serve_epoll(const struct options *options, const struct epoll_program *program) {
    struct server server = server_start(options);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) server_fail_call("epoll_create1", errno);
    if (server.listener >= 0)
        watch(EPOLL_CTL_ADD, server.listener, EPOLLIN, &listener_event);
    for (int i = 0; i < server.datagram_count; i++)
        watch(EPOLL_CTL_ADD, server.datagrams[i], EPOLLIN, &server.datagrams[i]);
    watch(EPOLL_CTL_ADD, server.signals, EPOLLIN, &signal_event);
    if (server.stdin_watch >= 0) watch(EPOLL_CTL_ADD, server.stdin_watch, EPOLLIN, &stdin_event);

    static struct epoll_event events[EVENTS];
    for (;;) {
        int timeout = program->timeout_millis == NULL ? -1 : program->timeout_millis();
        int ready = epoll_wait(epoll, events, EVENTS, timeout);
        if (ready < 0 && errno != EINTR) server_fail_call("epoll_wait", errno);
        for (int i = 0; i < ready; i++)
            if (!dispatch(&server, program, &events[i])) return 0;
        if (program->batch_done != NULL) program->batch_done();
    }
}
