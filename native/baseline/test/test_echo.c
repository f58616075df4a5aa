/*
 * Starts the server named on the command line and drives it over loopback: whole and odd pieces,
 * a half-close, a peer that sends far more than it reads, many connections, and both ways to end.
 *
 *     test_echo [--no-signals] [EMULATOR ARGUMENT...] SERVER
 *
 * Without signals where SIGTERM would end an emulator of Windows, which knows none. Exit status 77
 * where the server says that this kernel refuses what it needs.
 */
#define _GNU_SOURCE
#include "driver.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char pattern(size_t position, int seed) {
    return (char)(position * 31 + (position >> 8) * 7 + (size_t)seed);
}

static size_t min(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t send_piece(int fd, size_t position, size_t length, int seed) {
    static char piece[65536];
    length = min(length, sizeof piece);
    for (size_t i = 0; i < length; i++) piece[i] = pattern(position + i, seed);
    ssize_t n = send(fd, piece, length, MSG_NOSIGNAL);
    check(n >= 0 || errno == EAGAIN, "send");
    return n > 0 ? (size_t)n : 0;
}

static size_t receive_piece(int fd, size_t position, size_t length, int seed) {
    static char piece[65536];
    ssize_t n = recv(fd, piece, min(length, sizeof piece), 0);
    if (n < 0 && errno == EAGAIN) return 0;
    check(n > 0, "the echo ended early");
    for (ssize_t i = 0; i < n; i++)
        check(piece[i] == pattern(position + (size_t)i, seed), "a byte differs");
    return (size_t)n;
}

/* Sends and reads `total` bytes in pieces of at most `piece`; ends with a half-close. */
static void echo(unsigned short port, size_t total, size_t piece, int seed) {
    int fd = dial(port);
    size_t sent = 0, received = 0;
    while (received < total) {
        bool more = sent < total;
        wait_for(fd, (short)(POLLIN | (more ? POLLOUT : 0)));
        if (more) {
            sent += send_piece(fd, sent, min(piece, total - sent), seed);
            if (sent == total) check(shutdown(fd, SHUT_WR) == 0, "shutdown");
        }
        received += receive_piece(fd, received, piece, seed);
    }
    expect_end_of_stream(fd);
    close(fd);
}

/* Fills both directions until the server can neither send nor is read from, then reads all. */
static void flood(unsigned short port, int seed) {
    int fd = dial(port);
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    size_t sent = 0, received = 0;
    while (poll(&writable, 1, 200) == 1) sent += send_piece(fd, sent, 65536, seed);
    check(sent > 1024 * 1024, "the flood stopped too early to mean anything");
    check(shutdown(fd, SHUT_WR) == 0, "shutdown");
    while (received < sent) {
        wait_for(fd, POLLIN);
        received += receive_piece(fd, received, 65536, seed);
    }
    expect_end_of_stream(fd);
    close(fd);
}

static void many_connections(unsigned short port) {
    enum { COUNT = 300 };
    int fds[COUNT];
    for (int i = 0; i < COUNT; i++) fds[i] = dial(port);
    for (int i = 0; i < COUNT; i++) check(send_piece(fds[i], 0, 100, i) == 100, "short send");
    for (int i = 0; i < COUNT; i++) {
        for (size_t got = 0; got < 100;) {
            wait_for(fds[i], POLLIN);
            got += receive_piece(fds[i], got, 100 - got, i);
        }
        close(fds[i]);
    }
}

static void reset_while_blocked(unsigned short port) {
    const struct linger abort_on_close = {.l_onoff = 1, .l_linger = 0};
    int fd = dial(port);
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    size_t sent = 0;
    while (poll(&writable, 1, 100) == 1) sent += send_piece(fd, sent, 65536, 1);
    check(setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort_on_close, sizeof abort_on_close) == 0,
          "SO_LINGER");
    close(fd);
}

int main(int argc, char **argv) {
    bool signals = argc < 2 || strcmp(argv[1], "--no-signals") != 0;
    char **command = argv + (signals ? 1 : 2);
    if (command[0] == NULL) fail("usage: test_echo [--no-signals] [EMULATOR...] SERVER");
    alarm(60); /* never hang a build */
    struct child child = start(command, "echo");

    step = "one message";
    echo(child.port, 64, 64, 1);
    step = "odd pieces";
    echo(child.port, 20011, 7, 2);
    step = "large pieces";
    echo(child.port, 3 * 1024 * 1024 + 1, 65536, 3);
    step = "a peer that does not read";
    flood(child.port, 4);
    step = "many connections";
    many_connections(child.port);
    step = "a reset while the server cannot send";
    reset_while_blocked(child.port);
    step = "still serving afterwards";
    echo(child.port, 100000, 1000, 5);

    step = "a line on standard input ends nothing";
    check(write(child.stdin_fd, "hello\n", 6) == 6, "write");
    echo(child.port, 64, 64, 6);
    step = "the end of standard input";
    int held_open = dial(child.port);
    close(child.stdin_fd);
    check(wait_for_end(child.pid) == 0, "exit status");
    close(held_open);

    if (!signals) return 0;
    step = "SIGTERM";
    child = start(command, "echo");
    echo(child.port, 64, 64, 7);
    check(kill(child.pid, SIGTERM) == 0, "kill");
    check(wait_for_end(child.pid) == 0, "exit status");
    return 0;
}
