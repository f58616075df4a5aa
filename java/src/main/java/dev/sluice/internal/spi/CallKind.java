package dev.sluice.internal.spi;

/** What a system call is for, in the counts of a port. */
public enum CallKind {
    /** Fetches events, and may block: epoll_wait, GetQueuedCompletionStatusEx, io_uring_enter. */
    WAIT,
    /** Leaves operations to the kernel: WSARecv, AcceptEx, io_uring_enter that fetches nothing. */
    SUBMISSION,
    /** Carries out an operation at once or not at all: recv, send, accept, connect. */
    TRY,
    /** Opens, closes, sets or asks something: socket, close, setsockopt, epoll_ctl. */
    OTHER
}
