/*
 * Answers each request of HTTP/1.1 with a body of 13 bytes, once it has seen the request's end, on
 * epoll: one thread, one hot buffer, level-triggered. The answers to all requests of one receive go
 * in one send. The ends are found as the Java servers find them: request lines and headers are
 * checked, bodies with a Content-Length are passed over, anything else is refused (RFC 9112).
 *
 * A line is looked at where it was received; only one that a receive cuts is copied. All answers are
 * the same bytes, so of a short send only the position is kept.
 */
#define _GNU_SOURCE
#include "serve_epoll.h"
#include "tasks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER \
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!"
#define REFUSAL "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
#define VERSION "HTTP/1.1"

enum {
    ANSWER_BYTES = sizeof ANSWER - 1,
    REFUSAL_BYTES = sizeof REFUSAL - 1,
    ANSWERS_AT_ONCE = 64,
    MAX_LINE_BYTES = 8192,
    MAX_HEADERS = 100,
    MAX_DIGITS = 9
};

/* What the next byte belongs to. */
enum place { REQUEST_LINE, HEADERS, BODY, NOTHING };

struct connection {
    int fd;
    enum place place;
    unsigned headers; /* of this request */
    size_t body_left;
    bool closes;        /* the client asked for it */
    bool refused;       /* REFUSAL follows the answers */
    bool ended;         /* the client has ended its side */
    bool write_ended;   /* so has this one: what still comes is dropped */
    bool waits;         /* for room to send */
    char *line;         /* the beginning of a line that a receive has cut, or NULL */
    size_t line_length;
    size_t owed;   /* answers */
    size_t offset; /* what was sent of the first of them, or of the refusal */
};

static char buffer[TASK_BUFFER_BYTES];
static char answers[ANSWERS_AT_ONCE * ANSWER_BYTES];

static void close_connection(struct connection *connection) {
    close(connection->fd);
    free(connection->line);
    free(connection);
}

static void on_accepted(int fd) {
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) server_fail_call("calloc", ENOMEM);
    connection->fd = fd;
    watch(EPOLL_CTL_ADD, fd, EPOLLIN, connection);
}

/* ---- requests ------------------------------------------------------------------------------ */

static void refuse(struct connection *connection) {
    connection->refused = true;
    connection->place = NOTHING;
}

static void on_request_line(struct connection *connection, const char *line, size_t length) {
    const char *end = line + length;
    const char *method_end = memchr(line, ' ', length);
    const char *target = method_end == NULL ? NULL : method_end + 1;
    const char *target_end = target == NULL ? NULL : memchr(target, ' ', (size_t)(end - target));
    if (target_end == NULL || method_end == line || target_end == target
        || (size_t)(end - target_end - 1) != sizeof VERSION - 1
        || memcmp(target_end + 1, VERSION, sizeof VERSION - 1) != 0) {
        refuse(connection);
        return;
    }
    connection->headers = 0;
    connection->body_left = 0;
    connection->place = HEADERS;
}

static bool is_name(const char *name, size_t length, const char *expected) {
    return strlen(expected) == length && strncasecmp(name, expected, length) == 0;
}

static void on_content_length(struct connection *connection, const char *value, size_t length) {
    size_t bytes = 0;
    if (length == 0 || length > MAX_DIGITS) {
        refuse(connection);
        return;
    }
    for (size_t i = 0; i < length; i++) {
        if (value[i] < '0' || value[i] > '9') {
            refuse(connection);
            return;
        }
        bytes = bytes * 10 + (size_t)(value[i] - '0');
    }
    connection->body_left = bytes;
}

static bool says_close(const char *value, size_t length) {
    static const char word[] = "close";
    for (size_t i = 0; i + sizeof word - 1 <= length; i++)
        if (strncasecmp(value + i, word, sizeof word - 1) == 0) return true;
    return false;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static void on_header(struct connection *connection, const char *line, size_t length) {
    const char *colon = memchr(line, ':', length);
    if (colon == NULL || colon == line || colon[-1] == ' ' || line[0] == ' '
        || ++connection->headers > MAX_HEADERS) {
        refuse(connection);
        return;
    }
    size_t name_length = (size_t)(colon - line);
    const char *value = colon + 1, *end = line + length;
    while (value < end && is_blank(*value)) value++;
    while (end > value && is_blank(end[-1])) end--;
    size_t value_length = (size_t)(end - value);
    if (is_name(line, name_length, "transfer-encoding"))
        refuse(connection);
    else if (is_name(line, name_length, "content-length"))
        on_content_length(connection, value, value_length);
    else if (is_name(line, name_length, "connection"))
        connection->closes |= says_close(value, value_length);
}

static void on_line(struct connection *connection, const char *line, size_t length) {
    if (length > 0 && line[length - 1] == '\r') length--;
    if (connection->place == REQUEST_LINE) {
        if (length > 0) /* a server ignores empty lines before a request */
            on_request_line(connection, line, length);
    } else if (length == 0) {
        connection->place = BODY;
    } else {
        on_header(connection, line, length);
    }
}

static void keep_line(struct connection *connection, const char *bytes, size_t length) {
    if (connection->line == NULL) {
        connection->line = malloc(MAX_LINE_BYTES);
        if (connection->line == NULL) server_fail_call("malloc", ENOMEM);
    }
    memcpy(connection->line + connection->line_length, bytes, length);
    connection->line_length += length;
}

/* Takes bytes up to the end of a line; the position behind them. */
static size_t take_line(struct connection *connection, size_t from, size_t count) {
    const char *bytes = buffer + from;
    const char *newline = memchr(bytes, '\n', count - from);
    size_t part = newline == NULL ? count - from : (size_t)(newline - bytes);
    if (connection->line_length + part > MAX_LINE_BYTES) {
        refuse(connection);
    } else if (newline == NULL) {
        keep_line(connection, bytes, part);
    } else if (connection->line_length == 0) {
        on_line(connection, bytes, part);
    } else {
        keep_line(connection, bytes, part);
        on_line(connection, connection->line, connection->line_length);
        free(connection->line);
        connection->line = NULL;
        connection->line_length = 0;
    }
    return from + part + (newline == NULL ? 0 : 1);
}

static void parse(struct connection *connection, size_t count) {
    size_t at = 0;
    while (at < count && connection->place != NOTHING) {
        if (connection->place == BODY) {
            size_t part = count - at;
            if (part > connection->body_left) part = connection->body_left;
            connection->body_left -= part;
            at += part;
        } else {
            at = take_line(connection, at, count);
        }
        if (connection->place == BODY && connection->body_left == 0) {
            connection->owed++;
            connection->place = connection->closes ? NOTHING : REQUEST_LINE;
        }
    }
}

/* ---- answers ------------------------------------------------------------------------------- */

static void set_waits(struct connection *connection, bool waits) {
    if (connection->waits == waits) return;
    connection->waits = waits;
    /* A client that does not read its answers is not read. */
    watch(EPOLL_CTL_MOD, connection->fd, waits ? EPOLLOUT : EPOLLIN, connection);
}

/* Sends what is owed, from the position on; 1 where that is all, 0 where there is no room, -1 where
   the connection is broken. */
static int send_owed(struct connection *connection) {
    while (connection->owed > 0) {
        size_t now = connection->owed;
        if (now > ANSWERS_AT_ONCE) now = ANSWERS_AT_ONCE;
        size_t length = now * ANSWER_BYTES - connection->offset;
        ssize_t sent = send_some(connection->fd, answers + connection->offset, length);
        if (sent < 0) return -1;
        connection->offset += (size_t)sent;
        connection->owed -= connection->offset / ANSWER_BYTES;
        connection->offset %= ANSWER_BYTES;
        if ((size_t)sent < length) return 0;
    }
    if (connection->refused) {
        size_t length = REFUSAL_BYTES - connection->offset;
        ssize_t sent = send_some(connection->fd, REFUSAL + connection->offset, length);
        if (sent < 0) return -1;
        connection->offset += (size_t)sent;
        if ((size_t)sent < length) return 0;
        connection->refused = false;
    }
    return 1;
}

static void answer(struct connection *connection) {
    int all = send_owed(connection);
    if (all < 0) {
        close_connection(connection);
        return;
    }
    set_waits(connection, all == 0);
    if (all == 0) return;
    if (connection->ended) {
        close_connection(connection);
    } else if (connection->place == NOTHING && !connection->write_ended) {
        /* The close waits for the client's end: with unread bytes it would be a reset. */
        connection->write_ended = true;
        shutdown(connection->fd, SHUT_WR);
    }
}

static void on_readable(struct connection *connection) {
    ssize_t n = recv(connection->fd, buffer, sizeof buffer, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 0) {
        close_connection(connection);
        return;
    }
    if (n == 0)
        connection->ended = true;
    else
        parse(connection, (size_t)n);
    answer(connection);
}

/* Every connection is in a batch at most once, so closing it in its own turn is safe. */
static void on_ready(void *pointer, unsigned events) {
    struct connection *connection = pointer;
    (void)events; /* the one that it waits for, or an end that the call will report */
    if (connection->waits)
        answer(connection);
    else
        on_readable(connection);
}

int run_request_epoll(const struct options *options) {
    static const struct epoll_program program = {.accepted = on_accepted, .ready = on_ready};
    for (size_t i = 0; i < ANSWERS_AT_ONCE; i++)
        memcpy(answers + i * ANSWER_BYTES, ANSWER, ANSWER_BYTES);
    return serve_epoll(options, &program);
}
