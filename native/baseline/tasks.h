/*
 * What a baseline server does besides echo, by `--task`, as in the Java servers:
 *
 *   receive   discards what it receives
 *   send      takes what it receives for numbers of 8 bytes in network order, and sends as many
 *             bytes as they say
 *   fan-out   sends what a connection sent to all the others; where one of them does not take it,
 *             the connection that sent it is read no further until it does
 *   proxy     passes each connection's bytes on to one of its own to the backend, and back; on epoll
 *             alone
 *   udp       sends every datagram back to where it came from; on epoll alone
 *   udp-bulk  answers a datagram of two numbers of 4 bytes in network order, a count up to 48 and any
 *             number, with so many datagrams of 1,200 bytes, in one call; each begins with its place
 *             among them and that number; on epoll alone
 *   file      as send, but the bytes are those of a file, from its beginning each time; on epoll alone
 *   request   answers each request of HTTP/1.1 with 13 bytes; on epoll alone
 *
 * Programs of their own beside the echo, so that the echo asks nothing at run time.
 */
#ifndef SLUICE_BASELINE_TASKS_H
#define SLUICE_BASELINE_TASKS_H

#include "server.h"

#include <stdint.h>

enum { TASK_BUFFER_BYTES = 64 * 1024, TASK_COUNT_BYTES = 8 };

/* The bytes that a peer has asked for, and what has come of the next number. */
struct demand {
    uint64_t left;
    uint64_t number;
    unsigned number_bytes;
};

static inline void demand_add(struct demand *demand, const char *bytes, unsigned length) {
    for (unsigned i = 0; i < length; i++) {
        demand->number = demand->number << 8 | (unsigned char)bytes[i];
        if (++demand->number_bytes == TASK_COUNT_BYTES) {
            demand->left += demand->number;
            demand->number_bytes = 0;
            demand->number = 0;
        }
    }
}

/* Serve until the server is to end. */
int run_tasks_epoll(const struct options *options);
int run_tasks_uring(const struct options *options);
int run_udp_epoll(const struct options *options);
int run_udp_bulk_epoll(const struct options *options);
int run_file_epoll(const struct options *options);
int run_proxy_epoll(const struct options *options);
int run_request_epoll(const struct options *options);

#endif
