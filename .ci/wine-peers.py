#!/usr/bin/env python3
"""The other ends of connections for tests that run under Wine.

Wine hides a reset from a receive that was not pending when it came, so the side that must see a reset
is a program of Linux. A test, or the command semantics, opens connections to this one (java:
conformance/RemoteSocket, bench: semantics/WineSockets); the first word of a line says what to do,
and one line answers it. Ends with its standard input.
"""
import itertools
import select
import socket
import struct
import sys
import threading

LOOPBACK = "127.0.0.1"
PATIENCE_MILLIS = 60_000


class Peer:
    """A socket that can be closed while another thread waits in it."""

    def __init__(self, sock):
        self.sock = sock
        self.sock.setblocking(False)
        self.patience_millis = PATIENCE_MILLIS
        self.wake, self.woken = socket.socketpair()
        self.reading = threading.Lock()
        self.writing = threading.Lock()

    def wait(self, events):
        # poll, as select takes no descriptor above 1023.
        poll = select.poll()
        poll.register(self.sock, events)
        poll.register(self.woken, select.POLLIN)
        ready = dict(poll.poll(self.patience_millis))
        if self.woken.fileno() in ready:
            raise OSError("closed")
        if not ready:
            raise TimeoutError("nothing came")

    def read(self, most):
        with self.reading:
            while True:
                self.wait(select.POLLIN)
                try:
                    return self.sock.recv(most)
                except BlockingIOError:
                    continue

    def write(self, data):
        with self.writing:
            view = memoryview(data)
            while view:
                self.wait(select.POLLOUT)
                try:
                    view = view[self.sock.send(view):]
                except BlockingIOError:
                    continue

    def accept(self):
        with self.reading:
            self.wait(select.POLLIN)
            return self.sock.accept()[0]

    def close(self, abort):
        self.wake.send(b"x")
        with self.reading, self.writing:
            if abort:
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.sock.close()


peers = {}
numbers = itertools.count(1)


def keep(sock):
    number = next(numbers)
    peers[number] = Peer(sock)
    return f"{number} {sock.getsockname()[1]}"


def host_of(numbers_left):
    """The IPv4 address that a request names by its number, or 127.0.0.1."""
    return socket.inet_ntoa(struct.pack("!I", numbers_left[0])) if numbers_left else LOOPBACK


def opened(buffer_bytes):
    sock = socket.socket()
    if buffer_bytes > 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
    return sock


def perform(words, control):
    verb = words[0]
    numbers_given = [int(word) for word in words[1:]]
    if verb == "connect":
        sock = opened(numbers_given[1])
        sock.connect((host_of(numbers_given[2:]), numbers_given[0]))
        return keep(sock), b""
    if verb == "listen":
        sock = opened(numbers_given[0])
        sock.bind((host_of(numbers_given[1:]), 0))
        sock.listen(128)
        return keep(sock), b""
    peer = peers[numbers_given[0]]
    if verb == "accept":
        return keep(peer.accept()), b""
    if verb == "read":
        data = peer.read(numbers_given[1])
        return str(len(data)), data
    if verb == "write":
        data = control.read(numbers_given[1])
        peer.write(data)
    elif verb == "patience":
        peer.patience_millis = numbers_given[1]
    elif verb == "urgent":
        peer.sock.send(bytes([numbers_given[1]]), socket.MSG_OOB)
    elif verb == "shutdown":
        peer.sock.shutdown(socket.SHUT_WR)
    elif verb in ("close", "abort"):
        del peers[numbers_given[0]]
        peer.close(verb == "abort")
    else:
        raise ValueError(verb)
    return "0", b""


def serve(connection):
    with connection, connection.makefile("rwb") as control:
        for line in control:
            words = line.decode().split()
            try:
                answer, data = perform(words, control)
                control.write(f"ok {answer}\n".encode() + data)
            except TimeoutError as failure:
                control.write(f"timeout {failure}\n".encode())
            except ConnectionError as failure:
                control.write(f"reset {failure}\n".encode())
            except (OSError, KeyError) as failure:
                control.write(f"failed {failure}\n".encode())
            control.flush()


def accept_for_ever(listener):
    while True:
        connection = listener.accept()[0]
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


def main():
    listener = socket.socket()
    listener.bind((LOOPBACK, 0))
    listener.listen(128)
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=accept_for_ever, args=(listener,), daemon=True).start()
    sys.stdin.buffer.read()


main()
