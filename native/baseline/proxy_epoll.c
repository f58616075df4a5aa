/*
 * A proxy on epoll: each accepted connection gets one to the backend, and what comes on either goes
 * out on the other, through one hot buffer, level-triggered. A half-close is passed on; a reset, or
 * a session without traffic for as long as `--idle` says, resets both connections.
 *
 * The timer is a list of the sessions by their last traffic: traffic moves a session to its end, and
 * the loop sleeps until the first one would be idle.
 */
#define _GNU_SOURCE
#include "serve_epoll.h"
#include "tasks.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct session;

struct side {
    int fd;
    unsigned events; /* as registered; not registered where 0, so that a hang-up does not spin */
    struct session *session;
    struct side *other;
    char *unsent; /* the rest of a short send to it, or NULL; the other is not read meanwhile */
    size_t unsent_offset, unsent_length;
    bool read_ended;  /* its end of stream has come */
    bool write_ended; /* and this one's was sent to it */
};

struct session {
    struct side client, backend;
    bool connected;
    int64_t last_millis; /* of traffic */
    struct session *older, *newer;
    bool left; /* closed in this turn; freed at its end, as the other's event may still come */
};

static const struct options *settings;
static char buffer[TASK_BUFFER_BYTES];
static struct session *oldest, *newest;
static struct session *left;
static int64_t now_millis; /* of this turn; 0 until it is asked for */

static int64_t now(void) {
    if (now_millis == 0) {
        struct timespec time;
        clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
        now_millis = (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
    }
    return now_millis;
}

static void unlink_session(struct session *session) {
    *(session->older == NULL ? &oldest : &session->older->newer) = session->newer;
    *(session->newer == NULL ? &newest : &session->newer->older) = session->older;
}

static void append_session(struct session *session) {
    session->older = newest;
    session->newer = NULL;
    *(newest == NULL ? &oldest : &newest->newer) = session;
    newest = session;
}

static void on_traffic(struct session *session) {
    session->last_millis = now();
    if (session == newest) return;
    unlink_session(session);
    append_session(session);
}

static void set_events(struct side *side, unsigned events) {
    if (side->events == events) return;
    int operation = side->events == 0 ? EPOLL_CTL_ADD : events == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
    side->events = events;
    watch(operation, side->fd, events, side);
}

/* Reads a side unless its stream has ended or the other one has to take something first. */
static void update_events(struct side *side) {
    bool reads = !side->read_ended && side->other->unsent == NULL;
    set_events(side, (reads ? EPOLLIN : 0u) | (side->unsent != NULL ? EPOLLOUT : 0u));
}

static void leave(struct session *session, bool reset) {
    struct side *sides[] = {&session->client, &session->backend};
    const struct linger abort_on_close = {.l_onoff = 1, .l_linger = 0};
    for (int i = 0; i < 2; i++) {
        if (reset)
            setsockopt(sides[i]->fd, SOL_SOCKET, SO_LINGER, &abort_on_close,
                       sizeof abort_on_close);
        close(sides[i]->fd);
        free(sides[i]->unsent);
    }
    unlink_session(session);
    session->left = true;
    session->newer = left; /* of the list of those that have left */
    left = session;
}

static void free_left(void) {
    while (left != NULL) {
        struct session *next = left->newer;
        free(left);
        left = next;
    }
}

/* Before each wait: ends what is idle; how long the rest may sleep. */
static int millis_until_idle(void) {
    now_millis = 0;
    if (settings->idle_millis == 0) return -1;
    while (oldest != NULL && now() - oldest->last_millis >= settings->idle_millis)
        leave(oldest, true);
    free_left();
    int millis =
        oldest == NULL ? -1 : (int)(settings->idle_millis - (now() - oldest->last_millis));
    now_millis = 0; /* the wait takes time */
    return millis;
}

/* Passes the end of the other's stream on, once all before it is sent; true where that was all. */
static bool end_if_done(struct side *side) {
    if (side->other->read_ended && side->unsent == NULL && !side->write_ended) {
        side->write_ended = true;
        shutdown(side->fd, SHUT_WR);
    }
    if (!side->write_ended || !side->other->write_ended) return false;
    leave(side->session, false);
    return true;
}

static void keep_unsent(struct side *to, const char *bytes, size_t length) {
    to->unsent = malloc(length);
    if (to->unsent == NULL) server_fail_call("malloc", ENOMEM);
    memcpy(to->unsent, bytes, length);
    to->unsent_offset = 0;
    to->unsent_length = length;
    update_events(to);
}

static void on_readable(struct side *from) {
    struct side *to = from->other;
    ssize_t n = recv(from->fd, buffer, sizeof buffer, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 0) {
        leave(from->session, true);
        return;
    }
    on_traffic(from->session);
    if (n == 0) {
        from->read_ended = true;
        if (!end_if_done(to)) update_events(from);
        return;
    }
    ssize_t sent = send_some(to->fd, buffer, (size_t)n);
    if (sent < 0) {
        leave(from->session, true);
    } else if (sent < n) {
        keep_unsent(to, buffer + sent, (size_t)(n - sent));
        update_events(from);
    }
}

static void on_writable(struct side *to) {
    ssize_t sent =
        send_some(to->fd, to->unsent + to->unsent_offset, to->unsent_length - to->unsent_offset);
    if (sent < 0) {
        leave(to->session, true);
        return;
    }
    on_traffic(to->session);
    to->unsent_offset += (size_t)sent;
    if (to->unsent_offset < to->unsent_length) return;
    free(to->unsent);
    to->unsent = NULL;
    if (end_if_done(to)) return;
    update_events(to);
    update_events(to->other);
}

static void on_connected(struct session *session) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(session->backend.fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) {
        leave(session, true);
        return;
    }
    session->connected = true;
    update_events(&session->client);
    update_events(&session->backend);
}

static void on_ready(void *pointer, unsigned events) {
    struct side *side = pointer;
    struct session *session = side->session;
    if (session->left) return;
    if (!session->connected) {
        on_connected(session);
        return;
    }
    if ((events & EPOLLERR) != 0) {
        leave(session, true);
        return;
    }
    if ((events & EPOLLOUT) != 0 && side->unsent != NULL) on_writable(side);
    if (session->left || (events & (EPOLLIN | EPOLLHUP)) == 0) return;
    if ((side->events & EPOLLIN) != 0) on_readable(side);
}

static int dial_backend(void) {
    const int on = 1;
    int fd = socket(settings->backend.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) server_fail_call("socket", errno);
    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
        server_fail_call("TCP_NODELAY", errno);
    /* A failure at once comes by SO_ERROR or as a hang-up, as one that comes later. */
    if (connect(fd, (const struct sockaddr *)&settings->backend, settings->backend_length) != 0
        && errno != EINPROGRESS) {
        close(fd);
        return -1;
    }
    return fd;
}

static void on_accepted(int fd) {
    int backend = dial_backend();
    if (backend < 0) {
        close(fd);
        return;
    }
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL) server_fail_call("calloc", ENOMEM);
    session->client = (struct side){.fd = fd, .session = session, .other = &session->backend};
    session->backend = (struct side){.fd = backend, .session = session, .other = &session->client};
    session->last_millis = now();
    append_session(session);
    set_events(&session->backend, EPOLLOUT); /* when it is connected, or cannot be */
}

int run_proxy_epoll(const struct options *options) {
    static const struct epoll_program program = {.accepted = on_accepted,
                                                 .ready = on_ready,
                                                 .batch_done = free_left,
                                                 .timeout_millis = millis_until_idle};
    if (options->backend_length == 0)
        server_fail(EXIT_USAGE, "--task proxy needs --backend ADDRESS:PORT");
    settings = options;
    return serve_epoll(options, &program);
}
