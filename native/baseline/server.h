/*
 * What the baseline servers share: the command line, the listening socket and the two ways to be
 * ended (SIGTERM or SIGINT, and the end of standard input, so that a server never outlives the
 * program that started it).
 *
 * One process, one thread. Nothing here is safe to call from a second one.
 */
#ifndef SLUICE_BASELINE_SERVER_H
#define SLUICE_BASELINE_SERVER_H

#include <stdbool.h>

/* Exit statuses; a caller tells a refused kernel feature from a wrong command line by them. */
enum { EXIT_SYSTEM = 1, EXIT_USAGE = 2, EXIT_UNSUPPORTED = 3 };

struct server {
    int listener;    /* non-blocking, TCP_NODELAY set: Linux hands it down to accepted sockets */
    int signals;     /* a signalfd for SIGTERM and SIGINT */
    int stdin_watch; /* descriptor 0, or -1 where it is no pipe, socket or terminal */
};

/* Reads `--port N` and `--address A`, listens, and prints `listening ADDRESS:PORT`. Every failure
   is one line on standard error and the end of the process. */
struct server server_start(int argc, char **argv);

/* Reads what standard input holds; true at its end. Call only when it is readable. */
bool server_stdin_ended(const struct server *server);

/* One line on standard error, then exit(status). */
__attribute__((noreturn, format(printf, 2, 3))) void server_fail(int status, const char *format, ...);

/* The same for a system call that failed: `what: strerror(error)`. */
__attribute__((noreturn)) void server_fail_call(const char *what, int error);

#endif
