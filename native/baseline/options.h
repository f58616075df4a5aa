/*
 * The command line that all baseline servers have, on Linux and on Windows:
 *
 *   [--port N] [--address A] [--task echo|receive|send|fan-out|request]
 *   --task proxy --backend ADDRESS:PORT [--idle MILLIS]
 *   --task udp|udp-bulk [--sockets N]
 *   --task file --file F
 */
#ifndef SLUICE_BASELINE_OPTIONS_H
#define SLUICE_BASELINE_OPTIONS_H

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <netinet/in.h>
#include <sys/socket.h>
#endif

/* Exit statuses; they distinguish a refused kernel feature from a wrong command line. */
enum { EXIT_SYSTEM = 1, EXIT_USAGE = 2, EXIT_UNSUPPORTED = 3 };

/* What the server does with its connections; see tasks.h. */
enum task { TASK_ECHO, TASK_RECEIVE, TASK_SEND, TASK_FAN_OUT, TASK_PROXY, TASK_UDP, TASK_UDP_BULK, TASK_FILE,
            TASK_REQUEST };

struct options {
    const char *address; /* a literal; 127.0.0.1 by default */
    unsigned short port; /* 0 by default: the system chooses */
    struct sockaddr_storage socket_address; /* of both */
    socklen_t socket_address_length;
    enum task task;
    struct sockaddr_storage backend; /* of a proxy */
    socklen_t backend_length;        /* 0 without one */
    const char *file;                /* of that task; NULL without one */
    int sockets;                     /* with consecutive ports; 1 by default */
    int idle_millis;                 /* after which a session of a proxy ends: two minutes; 0 for never */
};

/* A wrong option is one line on standard error and the end of the process by EXIT_USAGE. */
struct options options_parse(int argc, char **argv);

/* One line on standard error, then exit(status). */
#if defined(_MSC_VER)
__declspec(noreturn)
#elif defined(__MINGW32__)
__attribute__((noreturn, format(gnu_printf, 2, 3)))
#else
__attribute__((noreturn, format(printf, 2, 3)))
#endif
void server_fail(int status, const char *format, ...);

#endif
