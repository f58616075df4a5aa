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

static const char *const TASKS[] = {"echo", "receive", "send", "fan-out"};

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

static unsigned short parse_port(const char *text) {
    char *end = NULL;
    errno = 0;
    unsigned long port = strtoul(text, &end, 10);
    bool digits = text[0] >= '0' && text[0] <= '9'; /* strtoul takes blanks and signs */
    if (errno != 0 || !digits || *end != '\0' || port > 65535)
        server_fail(EXIT_USAGE, "--port %s: not a port (0 to 65535)", text);
    return (unsigned short)port;
}

static enum task parse_task(const char *text) {
    for (unsigned i = 0; i < sizeof TASKS / sizeof TASKS[0]; i++)
        if (strcmp(text, TASKS[i]) == 0) return (enum task)i;
    server_fail(EXIT_USAGE, "--task %s: use echo, receive, send, fan-out", text);
}

static void set_socket_address(struct options *options) {
    struct sockaddr_in *v4 = (struct sockaddr_in *)&options->socket_address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&options->socket_address;
    if (inet_pton(AF_INET, options->address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(options->port);
        options->socket_address_length = sizeof *v4;
    } else if (inet_pton(AF_INET6, options->address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(options->port);
        options->socket_address_length = sizeof *v6;
    } else {
        server_fail(EXIT_USAGE, "--address %s: not an IPv4 or IPv6 address", options->address);
    }
}

struct options options_parse(int argc, char **argv) {
    struct options options = {.address = "127.0.0.1", .port = 0, .task = TASK_ECHO};
    if (argc > 0) set_program(argv[0]);
    for (int i = 1; i < argc; i += 2) {
        bool is_port = strcmp(argv[i], "--port") == 0;
        bool is_task = strcmp(argv[i], "--task") == 0;
        if (!is_port && !is_task && strcmp(argv[i], "--address") != 0)
            server_fail(EXIT_USAGE, "unknown option %s (use --port N, --address A, --task T)",
                        argv[i]);
        if (i + 1 == argc) server_fail(EXIT_USAGE, "%s needs a value", argv[i]);
        if (is_port)
            options.port = parse_port(argv[i + 1]);
        else if (is_task)
            options.task = parse_task(argv[i + 1]);
        else
            options.address = argv[i + 1];
    }
    set_socket_address(&options);
    return options;
}
