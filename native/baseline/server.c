#define _GNU_SOURCE
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const int BACKLOG = 4096;

void server_fail_call(const char *what, int error) {
    server_fail(EXIT_SYSTEM, "%s: %s", what, strerror(error));
}

static void enable(int fd, int level, int option, const char *name) {
    const int on = 1;
    if (setsockopt(fd, level, option, &on, sizeof on) != 0) server_fail_call(name, errno);
}

static int open_listener(const struct options *options) {
    int fd = socket(options->socket_address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                    0);
    if (fd < 0) server_fail_call("socket", errno);
    enable(fd, SOL_SOCKET, SO_REUSEADDR, "SO_REUSEADDR");
    enable(fd, IPPROTO_TCP, TCP_NODELAY, "TCP_NODELAY");
    if (bind(fd, (const struct sockaddr *)&options->socket_address,
             options->socket_address_length) != 0)
        server_fail(EXIT_SYSTEM, "bind %s port %u: %s", options->address, options->port,
                    strerror(errno));
    if (listen(fd, BACKLOG) != 0) server_fail_call("listen", errno);
    return fd;
}

/* A socket that many ports above the address; -1 where that port is taken. */
static int open_datagram(const struct sockaddr_storage *address, socklen_t length, int above) {
    struct sockaddr_storage own = *address;
    char *place = (char *)&own + offsetof(struct sockaddr_in, sin_port); /* and that of IPv6 */
    uint16_t port;
    memcpy(&port, place, sizeof port);
    if (ntohs(port) + above > 65535) return -1;
    port = htons((uint16_t)(ntohs(port) + above));
    memcpy(place, &port, sizeof port);
    int fd = socket(own.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) server_fail_call("socket", errno);
    if (bind(fd, (const struct sockaddr *)&own, length) == 0) return fd;
    close(fd);
    return -1;
}

/* Consecutive ports: where the system chooses the first, another is tried if one behind it is taken. */
static int *open_datagrams(const struct options *options) {
    int *fds = calloc((size_t)options->sockets, sizeof *fds);
    if (fds == NULL) server_fail_call("calloc", ENOMEM);
    for (int attempt = 0; attempt < 100; attempt++) {
        struct sockaddr_storage first = options->socket_address;
        socklen_t length = options->socket_address_length;
        int count = 0;
        while (count < options->sockets) {
            fds[count] = open_datagram(&first, length, count);
            if (fds[count] < 0) break;
            if (count++ == 0 && getsockname(fds[0], (struct sockaddr *)&first, &length) != 0)
                server_fail_call("getsockname", errno);
        }
        if (count == options->sockets) return fds;
        while (count > 0) close(fds[--count]);
        if (options->port != 0) break;
    }
    server_fail(EXIT_SYSTEM, "no %d consecutive ports are free", options->sockets);
}

static void announce(int listener) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    char text[INET6_ADDRSTRLEN];
    if (getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        server_fail_call("getsockname", errno);
    if (address.ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address;
        inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
        printf("listening %s:%u\n", text, ntohs(v4->sin_port));
    } else {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address;
        inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
        printf("listening [%s]:%u\n", text, ntohs(v6->sin6_port));
    }
    fflush(stdout);
}

/* A file or /dev/null is always readable and shows nothing about the program that started us. */
static int watched_stdin(void) {
    struct stat status;
    if (fstat(STDIN_FILENO, &status) != 0) return -1;
    bool ends_with_starter =
        S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || isatty(STDIN_FILENO) == 1;
    return ends_with_starter ? STDIN_FILENO : -1;
}

static int open_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) server_fail_call("sigprocmask", errno);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0) server_fail_call("signalfd", errno);
    return fd;
}

/* As a JVM does: thousands of connections need more than the usual soft limit of 1024. */
static void raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) server_fail_call("getrlimit", errno);
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) server_fail_call("setrlimit", errno);
}

struct server server_start(const struct options *options) {
    raise_descriptor_limit();
    bool is_udp = options->task == TASK_UDP || options->task == TASK_UDP_BULK;
    struct server server = {
        .datagrams = is_udp ? open_datagrams(options) : NULL,
        .datagram_count = is_udp ? options->sockets : 0,
        .listener = is_udp ? -1 : open_listener(options),
        .signals = open_signals(),
        .stdin_watch = watched_stdin(),
    };
    announce(is_udp ? server.datagrams[0] : server.listener);
    return server;
}

bool server_stdin_ended(const struct server *server) {
    char discarded[256];
    ssize_t n;
    do n = read(server->stdin_watch, discarded, sizeof discarded);
    while (n < 0 && errno == EINTR);
    return n <= 0;
}
