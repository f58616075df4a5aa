/*
 * What the tests of the baseline servers share: a server as a child process, connections to it, and
 * checks that end the test with one line, which begins with the step that it is at.
 */
#ifndef SLUICE_BASELINE_TEST_DRIVER_H
#define SLUICE_BASELINE_TEST_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { TIMEOUT_MILLIS = 10000 };

struct child {
    pid_t pid;
    int stdin_fd;
    int stdout_fd;
    unsigned short port;
};

/* What the test does at present; set by the test. */
extern const char *step;

__attribute__((noreturn)) void fail(const char *what);
void check(bool holds, const char *what);

/* Starts the program that `command` begins with, such as an emulator with its arguments before the
   server, and adds `--task TASK`. Ends the test by 77 where the server says that it cannot run here. */
struct child start(char *const command[], const char *task);

/* Its exit status. */
int wait_for_end(pid_t pid);

/* A non-blocking connection. */
int dial(unsigned short port);
void wait_for(int fd, short events);
void expect_end_of_stream(int fd);

#endif
