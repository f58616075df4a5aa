/*
 * An echo server on an I/O completion port: one thread, several accepts in flight, one operation of
 * each connection in flight. The Windows sibling of echo_epoll.c, with the same command line, of
 * which it knows no task but echo.
 *
 *   x86_64-w64-mingw32-gcc -O2 -o echo_iocp.exe echo_iocp.c options.c -lws2_32 -lmswsock
 *
 * A connection is one allocation, its OVERLAPPED first, which lives until its last packet was taken.
 * Calls that succeed at once post no packet (FILE_SKIP_COMPLETION_PORT_ON_SUCCESS), so a busy
 * connection stays in a loop; it makes at most TURNS of them before the others have their turn.
 */
#define _WIN32_WINNT 0x0A00
#include <winsock2.h>
#include <mswsock.h>
#include <ws2tcpip.h>

#include "options.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ACCEPTS = 16, BUFFER_BYTES = 16 * 1024, BATCH = 256, TURNS = 16, BACKLOG = 4096 };
enum { ADDRESS_BYTES = sizeof(struct sockaddr_in6) + 16 };

enum state { ACCEPTING, RECEIVING, SENDING, WAITING };

struct connection {
    OVERLAPPED overlapped; /* first: a packet's OVERLAPPED is the connection */
    SOCKET socket;
    enum state state;
    DWORD length;
    char bytes[BUFFER_BYTES]; /* of AcceptEx: the addresses */
};

static HANDLE port;
static SOCKET listener;
static int family;

_Noreturn static void fail(const char *what, unsigned long error) {
    server_fail(EXIT_SYSTEM, "%s: error %lu", what, error);
}

static bool attach(SOCKET s) {
    return CreateIoCompletionPort((HANDLE)s, port, 0, 0) == port &&
           SetFileCompletionNotificationModes((HANDLE)s, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS |
                                                             FILE_SKIP_SET_EVENT_ON_HANDLE);
}

static SOCKET new_socket(void) {
    return WSASocketW(family, SOCK_STREAM, IPPROTO_TCP, NULL, 0,
                      WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
}

static void end(struct connection *connection) {
    closesocket(connection->socket);
    free(connection);
}

static void post_accept(void) {
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) fail("calloc", ERROR_OUTOFMEMORY);
    connection->socket = new_socket();
    if (connection->socket == INVALID_SOCKET)
        fail("WSASocketW", (unsigned long)WSAGetLastError());
    connection->state = ACCEPTING;
    DWORD received = 0;
    /* AcceptEx never succeeds at once with a packet missing: the listener skips none. */
    if (!AcceptEx(listener, connection->socket, connection->bytes, 0, ADDRESS_BYTES, ADDRESS_BYTES,
                  &received, &connection->overlapped) &&
        WSAGetLastError() != ERROR_IO_PENDING)
        fail("AcceptEx", (unsigned long)WSAGetLastError());
}

/* Begins the next operation. True when it is done at once, with *moved bytes; false when its packet
   will come, or the connection has failed and is gone. */
static bool begin(struct connection *connection, DWORD *moved) {
    DWORD flags = 0;
    int result;
    memset(&connection->overlapped, 0, sizeof connection->overlapped);
    if (connection->state == RECEIVING) {
        WSABUF buffer = {BUFFER_BYTES, connection->bytes};
        result = WSARecv(connection->socket, &buffer, 1, moved, &flags, &connection->overlapped,
                         NULL);
    } else {
        WSABUF buffer = {connection->length, connection->bytes};
        result = WSASend(connection->socket, &buffer, 1, moved, 0, &connection->overlapped, NULL);
    }
    if (result == 0) return true;
    if (WSAGetLastError() != WSA_IO_PENDING) end(connection);
    return false;
}

/* What an operation brought; false when that was the end of the connection. */
static bool advance(struct connection *connection, DWORD moved) {
    if (connection->state == RECEIVING) {
        if (moved == 0) {
            end(connection); /* the end of the stream, with everything echoed */
            return false;
        }
        connection->length = moved;
        connection->state = SENDING;
    } else {
        connection->state = RECEIVING;
    }
    return true;
}

static void run(struct connection *connection) {
    for (int turn = 0; turn < TURNS; turn++) {
        DWORD moved = 0;
        if (!begin(connection, &moved) || !advance(connection, moved)) return;
    }
    /* The others first: a packet of our own brings it back. */
    connection->length |= connection->state == SENDING ? 0 : 0x80000000u;
    connection->state = WAITING;
    if (!PostQueuedCompletionStatus(port, 0, 0, &connection->overlapped)) end(connection);
}

static void accepted(struct connection *connection, bool succeeded) {
    post_accept();
    const int on = 1;
    if (!succeeded || /* gone before it was accepted */
        setsockopt(connection->socket, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT,
                   (const char *)&listener, sizeof listener) != 0 ||
        setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, (const char *)&on, sizeof on) != 0 ||
        !attach(connection->socket)) {
        end(connection);
        return;
    }
    connection->state = RECEIVING;
    run(connection);
}

static void packet(const OVERLAPPED_ENTRY *entry) {
    struct connection *connection = (struct connection *)entry->lpOverlapped;
    bool succeeded = entry->lpOverlapped->Internal == 0;
    if (connection->state == ACCEPTING) {
        accepted(connection, succeeded);
    } else if (connection->state == WAITING) {
        connection->state = (connection->length & 0x80000000u) != 0 ? RECEIVING : SENDING;
        connection->length &= 0x7FFFFFFFu;
        run(connection);
    } else if (!succeeded) {
        end(connection);
    } else if (advance(connection, entry->dwNumberOfBytesTransferred)) {
        run(connection);
    }
}

static DWORD WINAPI watch_stdin(LPVOID unused) {
    (void)unused;
    char discarded[256];
    while (fread(discarded, 1, sizeof discarded, stdin) > 0) continue;
    ExitProcess(0);
}

static void open_listener(const struct options *options) {
    struct sockaddr_storage where = options->socket_address;
    int length = options->socket_address_length;
    family = where.ss_family;
    listener = new_socket();
    if (listener == INVALID_SOCKET)
        fail("WSASocketW", (unsigned long)WSAGetLastError());
    const int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (const char *)&on, sizeof on);
    if (bind(listener, (struct sockaddr *)&where, length) != 0 || listen(listener, BACKLOG) != 0 ||
        getsockname(listener, (struct sockaddr *)&where, &length) != 0)
        fail("listen", (unsigned long)WSAGetLastError());
    if (CreateIoCompletionPort((HANDLE)listener, port, 0, 0) != port)
        fail("CreateIoCompletionPort", GetLastError());
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&where;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&where;
    bool is_v4 = family == AF_INET;
    printf(is_v4 ? "listening %s:%u\n" : "listening [%s]:%u\n", options->address,
           (unsigned)ntohs(is_v4 ? v4->sin_port : v6->sin6_port));
    fflush(stdout);
}

int main(int argc, char **argv) {
    struct options options = options_parse(argc, argv);
    if (options.task != TASK_ECHO) server_fail(EXIT_UNSUPPORTED, "no task but echo on IOCP");

    WSADATA data;
    int error = WSAStartup(MAKEWORD(2, 2), &data);
    if (error != 0) fail("WSAStartup", (unsigned long)error);
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    if (port == NULL) fail("CreateIoCompletionPort", GetLastError());
    open_listener(&options);
    for (int i = 0; i < ACCEPTS; i++) post_accept();
    DWORD kind = GetFileType(GetStdHandle(STD_INPUT_HANDLE));
    if (kind == FILE_TYPE_PIPE && CreateThread(NULL, 0, watch_stdin, NULL, 0, NULL) == NULL)
        fail("CreateThread", GetLastError());

    static OVERLAPPED_ENTRY entries[BATCH];
    for (;;) {
        ULONG count = 0;
        if (!GetQueuedCompletionStatusEx(port, entries, BATCH, &count, INFINITE, FALSE))
            fail("GetQueuedCompletionStatusEx", GetLastError());
        for (ULONG i = 0; i < count; i++) packet(&entries[i]);
    }
}
