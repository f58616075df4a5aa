/*
 * What every baseline server on io_uring does: multishot accept, a multishot receive for each
 * connection into one ring of provided buffers, and receives that continue once a buffer is free.
 */
#ifndef SLUICE_BASELINE_SERVE_URING_H
#define SLUICE_BASELINE_SERVE_URING_H

#include "server.h"
#include "uring.h"

enum receive_state {
    RECEIVING,  /* armed in the kernel */
    CANCELLING, /* armed, with a cancel on its way */
    PAUSED,     /* until the program arms it again */
    STARVED,    /* waits for any buffer */
    ENDED,      /* end of stream or broken */
};

/* What the program's own struct of a connection begins with. */
struct receiver {
    int fd;
    enum receive_state state;
    struct receiver *next_starved;
};

struct uring_program {
    unsigned buffers;
    size_t buffer_bytes;
    struct receiver *(*accepted)(int fd);
    void (*received)(struct receiver *receiver, unsigned buffer, unsigned length);
    /* The receive in the kernel is over: STARVED, PAUSED or ENDED. */
    void (*receive_over)(struct receiver *receiver);
    void (*sent)(struct receiver *receiver, int result);
    /* Whether a starved one shall receive again, now that there are buffers. */
    bool (*goes_on)(struct receiver *receiver);
};

/* Serves until the server is to end. */
int serve_uring(const struct options *options, const struct uring_program *program);

void receive_again(struct receiver *receiver);

/* Ends in a call of receive_over, with PAUSED as a rule. */
void cancel_receive(struct receiver *receiver);

/* An entry for a send of the connection, which the kernel continues after a short one. */
struct io_uring_sqe *send_entry(const struct receiver *receiver);

/* The bytes of a buffer that was received into; it is the program's until it gives it back. */
char *received_bytes(unsigned buffer);
void return_buffer(unsigned buffer);

#endif
