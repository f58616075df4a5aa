/*
 * An independent check of the comparison's ratios: a closed-loop generator in C on epoll, which
 * shares no line with the Java one. It drives two echo servers in turn, slice by slice, and prints
 * the median over the cycles of the ratio of their CPU times per message.
 *
 *   ratio [--udp IN_FLIGHT] PID1 PORT1 PID2 PORT2 [CYCLES [MILLIS [CONNECTIONS [BYTES]]]]
 *
 * A proxy is driven as an echo server. With --udp the connections are datagram sockets to consecutive
 * ports, with so many datagrams in flight on each; one that is lost ends the run.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 256, MOST_BYTES = 65536, MOST_CYCLES = 1000 };

struct connection {
    int fd;
    size_t awaited;
};

struct server {
    clockid_t clock;
    int epoll;
    struct connection *connections;
};

static int connection_count = 64;
static size_t message_bytes = 64;
static int in_flight; /* of datagrams; 0 for streams, which have one message */
static char message[MOST_BYTES];
static char received[MOST_BYTES];

__attribute__((noreturn)) static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int64_t nanos(clockid_t clock) {
    struct timespec time;
    if (clock_gettime(clock, &time) != 0) fail("clock_gettime");
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static struct server open_server(pid_t pid, uint16_t port) {
    struct server server = {.epoll = epoll_create1(0)};
    if (server.epoll < 0) fail("epoll_create1");
    if (clock_getcpuclockid(pid, &server.clock) != 0) fail("clock_getcpuclockid");
    server.connections = calloc((size_t)connection_count, sizeof *server.connections);
    if (server.connections == NULL) fail("calloc");
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int i = 0; i < connection_count; i++) {
        struct connection *connection = &server.connections[i];
        const int on = 1;
        if (in_flight > 0) address.sin_port = htons((uint16_t)(port + i));
        connection->fd = socket(AF_INET, in_flight > 0 ? SOCK_DGRAM : SOCK_STREAM, 0);
        if (connection->fd < 0) fail("socket");
        if (connect(connection->fd, (struct sockaddr *)&address, sizeof address) != 0)
            fail("connect");
        if (in_flight == 0)
            setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        if (epoll_ctl(server.epoll, EPOLL_CTL_ADD, connection->fd, &event) != 0)
            fail("epoll_ctl");
    }
    return server;
}

/* Messages are small enough for the socket's buffer: the send never falls short. */
static void send_message(struct connection *connection) {
    if (send(connection->fd, message, message_bytes, MSG_NOSIGNAL) != (ssize_t)message_bytes)
        fail("send");
    connection->awaited = message_bytes;
}

/* Sends a datagram again for each that has come back until the end; how many came. */
static int64_t take_datagrams(const struct connection *connection, int64_t end, int *open) {
    int64_t messages = 0;
    ssize_t n;
    while ((n = recv(connection->fd, received, sizeof received, MSG_DONTWAIT)) >= 0) {
        if (n != (ssize_t)message_bytes) fail("a datagram came back with another size");
        messages++;
        if (nanos(CLOCK_MONOTONIC) >= end)
            --*open;
        else if (send(connection->fd, message, message_bytes, 0) != n)
            fail("send");
    }
    if (errno != EAGAIN) fail("recv");
    return messages;
}

static double datagram_slice(const struct server *server, int64_t duration) {
    int64_t cpu = nanos(server->clock);
    int64_t end = nanos(CLOCK_MONOTONIC) + duration;
    int64_t messages = 0;
    int open = connection_count * in_flight;
    for (int i = 0; i < open; i++)
        if (send(server->connections[i % connection_count].fd, message, message_bytes, 0) < 0)
            fail("send");
    while (open > 0) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(server->epoll, events, EVENTS, 5000);
        if (ready == 0 || (ready < 0 && errno != EINTR)) fail("lost datagrams, epoll_wait");
        for (int i = 0; i < ready; i++)
            messages += take_datagrams(events[i].data.ptr, end, &open);
    }
    const struct timespec tail = {.tv_nsec = 1000000};
    nanosleep(&tail, NULL);
    return (double)(nanos(server->clock) - cpu) / (double)messages;
}

/* The server's CPU nanoseconds per message in one slice. */
static double slice(const struct server *server, int64_t duration) {
    if (in_flight > 0) return datagram_slice(server, duration);
    int64_t cpu = nanos(server->clock);
    int64_t end = nanos(CLOCK_MONOTONIC) + duration;
    int64_t messages = 0;
    int open = connection_count;
    for (int i = 0; i < connection_count; i++) send_message(&server->connections[i]);
    while (open > 0) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(server->epoll, events, EVENTS, 5000);
        if (ready == 0 || (ready < 0 && errno != EINTR)) fail("epoll_wait");
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            ssize_t n = recv(connection->fd, received, connection->awaited, 0);
            if (n <= 0) fail("recv");
            connection->awaited -= (size_t)n;
            if (connection->awaited > 0) continue;
            messages++;
            if (nanos(CLOCK_MONOTONIC) < end)
                send_message(connection);
            else
                open--;
        }
    }
    const struct timespec tail = {.tv_nsec = 1000000};
    nanosleep(&tail, NULL);
    return (double)(nanos(server->clock) - cpu) / (double)messages;
}

static int by_size(const void *a, const void *b) {
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static long argument(int argc, char **argv, int index, long otherwise, long most) {
    if (index >= argc) return otherwise;
    long value = strtol(argv[index], NULL, 10);
    if (value < 1 || value > most) {
        fprintf(stderr, "argument %d must be 1 to %ld\n", index, most);
        exit(2);
    }
    return value;
}

int main(int argc, char **argv) {
    if (argc > 2 && strcmp(argv[1], "--udp") == 0) {
        in_flight = (int)argument(argc, argv, 2, 0, 1000);
        argc -= 2;
        argv += 2;
    }
    if (argc < 5) {
        fprintf(stderr, "usage: ratio [--udp IN_FLIGHT] PID1 PORT1 PID2 PORT2 [CYCLES [MILLIS [CONNECTIONS [BYTES]]]]\n");
        return 2;
    }
    int cycles = (int)argument(argc, argv, 5, 30, MOST_CYCLES);
    int64_t duration = argument(argc, argv, 6, 100, 10000) * 1000000;
    connection_count = (int)argument(argc, argv, 7, 64, 10000);
    message_bytes = (size_t)argument(argc, argv, 8, 64, MOST_BYTES);
    struct server servers[2];
    for (int i = 0; i < 2; i++)
        servers[i] = open_server((pid_t)argument(argc, argv, 1 + 2 * i, 0, 1L << 30),
                                 (uint16_t)argument(argc, argv, 2 + 2 * i, 0, 65535));
    for (int i = 0; i < 2; i++) slice(&servers[i], 10 * duration); /* warm */
    double ratios[MOST_CYCLES];
    double first[MOST_CYCLES];
    for (int cycle = 0; cycle < cycles; cycle++) {
        int begin = cycle & 1;
        double cpu[2];
        cpu[begin] = slice(&servers[begin], duration);
        cpu[1 - begin] = slice(&servers[1 - begin], duration);
        ratios[cycle] = cpu[0] / cpu[1];
        first[cycle] = cpu[0];
    }
    qsort(ratios, (size_t)cycles, sizeof *ratios, by_size);
    qsort(first, (size_t)cycles, sizeof *first, by_size);
    printf("%.3f [quartiles %.3f-%.3f] of %d cycles; %.0f ns per message of the first\n",
           ratios[cycles / 2], ratios[cycles / 4], ratios[cycles * 3 / 4], cycles,
           first[cycles / 2]);
    return 0;
}
