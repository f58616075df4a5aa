/*
 * Answers each request with many datagrams, on epoll: one thread, one hot buffer, level-triggered,
 * recvfrom, and one sendmsg whose bytes the kernel cuts into datagrams (UDP_SEGMENT, udp(7)).
 */
#define _GNU_SOURCE
#include "serve_epoll.h"
#include "tasks.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103 /* linux/udp.h */
#endif

enum { TURNS = 64, DATAGRAM_BYTES = 1200, MOST = 48, REQUEST_BYTES = 8 };

static char answers[MOST * DATAGRAM_BYTES];

static void write_heads(uint32_t count, uint32_t number) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t head[2] = {htonl(i), number};
        memcpy(answers + i * DATAGRAM_BYTES, head, sizeof head);
    }
}

static void send_answers(int fd, uint32_t count, struct sockaddr_storage *peer,
                         socklen_t peer_length) {
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(uint16_t))];
    } control = {.bytes = {0}};
    struct iovec piece = {answers, count * DATAGRAM_BYTES};
    struct msghdr message = {.msg_name = peer,
                             .msg_namelen = peer_length,
                             .msg_iov = &piece,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    struct cmsghdr *segment = CMSG_FIRSTHDR(&message);
    uint16_t size = DATAGRAM_BYTES;
    segment->cmsg_level = IPPROTO_UDP;
    segment->cmsg_type = UDP_SEGMENT;
    segment->cmsg_len = CMSG_LEN(sizeof size);
    memcpy(CMSG_DATA(segment), &size, sizeof size);
    while (sendmsg(fd, &message, 0) < 0 && await_room(fd)) {
    }
}

static void on_ready(void *pointer, unsigned events) {
    int fd = *(const int *)pointer;
    (void)events; /* readable, or an error that the call will tell of */
    for (int turn = 0; turn < TURNS; turn++) {
        uint32_t request[2 * REQUEST_BYTES]; /* one too long shows */
        struct sockaddr_storage peer;
        socklen_t peer_length = sizeof peer;
        ssize_t n = recvfrom(fd, request, sizeof request, 0, (struct sockaddr *)&peer, &peer_length);
        if (n < 0 && errno == EAGAIN) return;
        uint32_t count = n == REQUEST_BYTES ? ntohl(request[0]) : 0;
        if (count < 1 || count > MOST) continue;
        write_heads(count, request[1]);
        send_answers(fd, count, &peer, peer_length);
    }
}

int run_udp_bulk_epoll(const struct options *options) {
    static const struct epoll_program program = {.ready = on_ready};
    return serve_epoll(options, &program);
}
