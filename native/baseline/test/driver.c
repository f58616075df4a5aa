#define _GNU_SOURCE
#include "driver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SKIPPED = 77, UNSUPPORTED = 3, MOST_ARGUMENTS = 16 };

const char *step = "start";

void fail(const char *what) {
    fprintf(stderr, "%s: %s: %s (%s)\n", program_invocation_short_name, step, what, strerror(errno));
    exit(1);
}

void check(bool holds, const char *what) {
    if (!holds) fail(what);
}

int wait_for_end(pid_t pid) {
    int status = 0;
    check(waitpid(pid, &status, 0) == pid, "waitpid");
    check(WIFEXITED(status), "the server was killed by a signal");
    return WEXITSTATUS(status);
}

struct child start(char *const command[], const char *task) {
    char *arguments[MOST_ARGUMENTS + 7] = {NULL};
    char *const more[] = {"--port", "0", "--address", "127.0.0.1", "--task", (char *)(size_t)task};
    int count = 0;
    for (; command[count] != NULL; count++) {
        check(count < MOST_ARGUMENTS, "too many arguments");
        arguments[count] = command[count];
    }
    memcpy(arguments + count, more, sizeof more);
    int in[2], out[2];
    check(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0, "pipe2");
    pid_t pid = fork();
    check(pid >= 0, "fork");
    if (pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        execvp(arguments[0], arguments);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    struct child child = {.pid = pid, .stdin_fd = in[1], .stdout_fd = out[0]};
    char line[128] = "";
    ssize_t n = read(child.stdout_fd, line, sizeof line - 1);
    if (n <= 0) {
        int status = wait_for_end(pid);
        if (status == UNSUPPORTED) exit(SKIPPED);
        fail("the server ended before it listened");
    }
    unsigned port = 0;
    check(sscanf(line, "listening 127.0.0.1:%u\n", &port) == 1, "unexpected first line");
    child.port = (unsigned short)port;
    return child;
}

int dial(unsigned short port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(fd >= 0, "socket");
    check(connect(fd, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    check(fcntl(fd, F_SETFL, O_NONBLOCK) == 0, "fcntl");
    return fd;
}

void wait_for(int fd, short events) {
    struct pollfd wanted = {.fd = fd, .events = events};
    check(poll(&wanted, 1, TIMEOUT_MILLIS) == 1, "nothing happens any more");
}

void expect_end_of_stream(int fd) {
    char byte;
    wait_for(fd, POLLIN);
    check(recv(fd, &byte, 1, 0) == 0, "bytes after the end");
}
