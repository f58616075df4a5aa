/*
 * Starts the server named on the command line with each task that is no echo, and drives it.
 *
 *     test_tasks [EMULATOR ARGUMENT...] SERVER
 *
 * Exit status 77 where the server says that this kernel refuses what it needs.
 */
#define _GNU_SOURCE
#include "driver.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MESSAGE_BYTES = 64, MEMBERS = 100, LATE_BYTES = 16 * 1024 * 1024 };

static char buffer[65536];

static size_t min(size_t a, size_t b) {
    return a < b ? a : b;
}

static void send_all(int fd, const char *bytes, size_t length) {
    while (length > 0) {
        wait_for(fd, POLLOUT);
        ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
        check(n > 0 || errno == EAGAIN, "send");
        if (n > 0) {
            bytes += n;
            length -= (size_t)n;
        }
    }
}

static void receive_all(int fd, char *bytes, size_t length) {
    while (length > 0) {
        wait_for(fd, POLLIN);
        ssize_t n = recv(fd, bytes, min(length, sizeof buffer), 0);
        check(n > 0 || (n < 0 && errno == EAGAIN), "the stream ended early");
        if (n > 0) {
            if (bytes != buffer) bytes += n; /* else discarded */
            length -= (size_t)n;
        }
    }
}

static void reset(int fd) {
    const struct linger abort_on_close = {.l_onoff = 1, .l_linger = 0};
    check(setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort_on_close, sizeof abort_on_close) == 0,
          "SO_LINGER");
    close(fd);
}

static void end(struct child child) {
    close(child.stdin_fd);
    check(wait_for_end(child.pid) == 0, "exit status");
}

/* The server closes the connection once it has received everything. */
static void receive(unsigned short port, size_t total) {
    int fd = dial(port);
    for (size_t sent = 0; sent < total; sent += sizeof buffer)
        send_all(fd, buffer, min(total - sent, sizeof buffer));
    check(shutdown(fd, SHUT_WR) == 0, "shutdown");
    expect_end_of_stream(fd);
    close(fd);
}

static void number(char *bytes, unsigned value) {
    memset(bytes, 0, 8);
    for (int i = 0; i < 4; i++) bytes[7 - i] = (char)(value >> (8 * i) & 0xff);
}

static void expect_nothing(int fd) {
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    check(poll(&readable, 1, 50) == 0, "more came than there should");
}

static void send_task(unsigned short port) {
    char numbers[24];
    int fd = dial(port);
    number(numbers, 3);
    number(numbers + 8, 10000000);
    number(numbers + 16, 5);
    send_all(fd, numbers, 1); /* numbers in pieces, and several at once */
    send_all(fd, numbers + 1, 8);
    send_all(fd, numbers + 9, 15);
    receive_all(fd, buffer, 10000008);
    expect_nothing(fd);
    send_all(fd, numbers, 8);
    receive_all(fd, buffer, 3);
    check(shutdown(fd, SHUT_WR) == 0, "shutdown");
    expect_end_of_stream(fd);
    close(fd);

    int broken = dial(port);
    number(numbers, 1u << 30);
    send_all(broken, numbers, 8);
    wait_for(broken, POLLIN);
    reset(broken);
}

/* Each message reaches all others once, from any sender. */
static void fan_out(unsigned short port) {
    int fds[MEMBERS];
    char message[MESSAGE_BYTES], received[MESSAGE_BYTES];
    for (int i = 0; i < MEMBERS; i++) {
        fds[i] = dial(port);
        if (i == 0) continue;
        /* Accepted in the order of the backlog: when the first has this, the one is a member. */
        send_all(fds[i], "x", 1);
        for (int j = 0; j < i; j++) receive_all(fds[j], received, 1);
    }
    for (int i = 0; i < MEMBERS; i++) {
        memset(message, i, sizeof message);
        send_all(fds[i], message, sizeof message);
        for (int j = 0; j < MEMBERS; j++) {
            if (j == i) continue;
            receive_all(fds[j], received, sizeof received);
            check(memcmp(message, received, sizeof message) == 0, "a byte differs");
        }
        if (i % 10 == 0) expect_nothing(fds[i]);
        if (i == MEMBERS / 2) break;
    }
    for (int i = 0; i < MEMBERS; i++)
        if (i % 2 == 0)
            close(fds[i]);
        else
            reset(fds[i]);
}

/* One member reads nothing for a while; nothing is lost, and the sender has to wait. */
static void late_reader(unsigned short port) {
    int sender = dial(port), late = dial(port);
    char one;
    send_all(late, "x", 1);
    receive_all(sender, &one, 1);
    struct pollfd writable = {.fd = sender, .events = POLLOUT};
    size_t sent = 0, received = 0;
    while (sent < LATE_BYTES && poll(&writable, 1, 200) == 1) {
        for (size_t i = 0; i < sizeof buffer; i++) buffer[i] = (char)((sent + i) % 251);
        ssize_t n = send(sender, buffer, sizeof buffer, MSG_NOSIGNAL);
        if (n > 0) sent += (size_t)n;
    }
    check(sent < LATE_BYTES, "the server keeps what a member does not read without a bound");
    while (received < sent) {
        wait_for(late, POLLIN);
        ssize_t n = recv(late, buffer, sizeof buffer, 0);
        check(n > 0, "the stream ended early");
        for (size_t i = 0; i < (size_t)n; i++)
            check(buffer[i] == (char)((received + i) % 251), "a byte differs");
        received += (size_t)n;
    }
    expect_nothing(late);
    close(sender);
    reset(late);
}

int main(int argc, char **argv) {
    if (argc < 2) fail("usage: test_tasks [EMULATOR...] SERVER");
    alarm(60); /* never hang a build */

    step = "receive";
    struct child child = start(argv + 1, "receive");
    receive(child.port, 20000001);
    receive(child.port, 0);
    end(child);

    step = "send";
    child = start(argv + 1, "send");
    send_task(child.port);
    send_task(child.port);
    end(child);

    step = "fan-out";
    child = start(argv + 1, "fan-out");
    fan_out(child.port);
    fan_out(child.port);
    step = "fan-out to a member that reads late";
    late_reader(child.port);
    fan_out(child.port);
    end(child);
    return 0;
}
