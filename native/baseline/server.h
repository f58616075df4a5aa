/*
 * What the baseline servers of Linux share: the listening socket and the two ways to be
 * ended (SIGTERM or SIGINT, and the end of standard input, so that a server never outlives the
 * program that started it).
 *
 * One process, one thread. Nothing here is safe to call from a second one.
 */
#ifndef SLUICE_BASELINE_SERVER_H
#define SLUICE_BASELINE_SERVER_H

#include "options.h"

#include <stdbool.h>

struct server {
    int *datagrams;  /* instead of a listener, for that task: non-blocking, of consecutive ports */
    int datagram_count;
    int listener;    /* -1 with those; else non-blocking, TCP_NODELAY set: Linux hands it down to accepted sockets */
    int signals;     /* a signalfd for SIGTERM and SIGINT */
    int stdin_watch; /* descriptor 0, or -1 where it is no pipe, socket or terminal */
};

/* Listens, and prints `listening ADDRESS:PORT`. Every failure is one line on standard error and the
   end of the process. */
struct server server_start(const struct options *options);

/* Reads what standard input holds; true at its end. Call only when it is readable. */
bool server_stdin_ended(const struct server *server);

/* Ends the process after a system call that failed, with one line: `what: strerror(error)`. */
__attribute__((noreturn)) void server_fail_call(const char *what, int error);

#endif
