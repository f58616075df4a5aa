#ifdef _WIN32
#define _WIN32_WINNT 0x0A00
#endif
#include "options.h"

#ifndef _WIN32
#include <arpa/inet.h>
#endif
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *program = "baseline";

static const char *const TASKS[] = {"echo", "receive", "send", "fan-out", "proxy", "udp", "udp-bulk", "file",
                                    "request"};

void server_fail(int status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: ", program);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(status);
}

static void set_program(const char *path) {
    program = path;
    for (const char *c = path; *c != '\0'; c++)
        if (*c == '/' || *c == '\\') program = c + 1;
}

/* A number of that range, or -1. */
static long parse_number(const char *text, long most) {
    char *end = NULL;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    bool digits = text[0] >= '0' && text[0] <= '9'; /* strtoul takes blanks and signs */
    return errno != 0 || !digits || *end != '\0' || number > (unsigned long)most ? -1
                                                                                : (long)number;
}

static unsigned short parse_port(const char *text) {
    long port = parse_number(text, 65535);
    if (port < 0) server_fail(EXIT_USAGE, "--port %s: not a port (0 to 65535)", text);
    return (unsigned short)port;
}

static int parse_sockets(const char *text) {
    long sockets = parse_number(text, 1000);
    if (sockets < 1) server_fail(EXIT_USAGE, "--sockets %s: use 1 to 1000", text);
    return (int)sockets;
}

static int parse_idle(const char *text) {
    long millis = parse_number(text, 1 << 30);
    if (millis < 0) server_fail(EXIT_USAGE, "--idle %s: not a number of milliseconds", text);
    return (int)millis;
}

static enum task parse_task(const char *text) {
    for (unsigned i = 0; i < sizeof TASKS / sizeof TASKS[0]; i++)
        if (strcmp(text, TASKS[i]) == 0) return (enum task)i;
    server_fail(EXIT_USAGE,
                "--task %s: use echo, receive, send, fan-out, proxy, udp, udp-bulk, file, request", text);
}

/* The length of the address, 0 where the text is none. */
static socklen_t parse_address(const char *text, unsigned short port,
                               struct sockaddr_storage *address) {
    struct sockaddr_in *v4 = (struct sockaddr_in *)address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        return sizeof *v4;
    }
    if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        return sizeof *v6;
    }
    return 0;
}

static void set_socket_address(struct options *options) {
    options->socket_address_length =
        parse_address(options->address, options->port, &options->socket_address);
    if (options->socket_address_length == 0)
        server_fail(EXIT_USAGE, "--address %s: not an IPv4 or IPv6 address", options->address);
}

static void set_backend(struct options *options, const char *text) {
    char host[64];
    const char *colon = strrchr(text, ':');
    size_t length = colon == NULL ? 0 : (size_t)(colon - text);
    long port = colon == NULL ? -1 : parse_number(colon + 1, 65535);
    if (length < sizeof host && port > 0) {
        memcpy(host, text, length);
        host[length] = '\0';
        options->backend_length = parse_address(host, (unsigned short)port, &options->backend);
    }
    if (options->backend_length == 0)
        server_fail(EXIT_USAGE, "--backend %s: not ADDRESS:PORT", text);
}

static bool is_option(const char *name) {
    static const char *const NAMES[] = {"--port", "--task", "--address", "--backend", "--idle", "--sockets", "--file"};
    for (unsigned i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        if (strcmp(name, NAMES[i]) == 0) return true;
    return false;
}

static void set_option(struct options *options, const char *name, const char *value) {
    if (strcmp(name, "--port") == 0)
        options->port = parse_port(value);
    else if (strcmp(name, "--task") == 0)
        options->task = parse_task(value);
    else if (strcmp(name, "--backend") == 0)
        set_backend(options, value);
    else if (strcmp(name, "--file") == 0)
        options->file = value;
    else if (strcmp(name, "--sockets") == 0)
        options->sockets = parse_sockets(value);
    else if (strcmp(name, "--idle") == 0)
        options->idle_millis = parse_idle(value);
    else
        options->address = value;
}

struct options options_parse(int argc, char **argv) {
    struct options options = {.address = "127.0.0.1", .port = 0, .task = TASK_ECHO, .idle_millis = 120000, .sockets = 1};
    if (argc > 0) set_program(argv[0]);
    for (int i = 1; i < argc; i += 2) {
        if (!is_option(argv[i]))
            server_fail(EXIT_USAGE, "unknown option %s (use --port N, --address A, --task T)",
                        argv[i]);
        if (i + 1 == argc) server_fail(EXIT_USAGE, "%s needs a value", argv[i]);
        set_option(&options, argv[i], argv[i + 1]);
    }
    set_socket_address(&options);
    return options;
}
