package dev.sluice.internal.spi;

/** What a request asks for, and in which of its socket's two lanes it waits for its turn. */
public enum RequestKind {
    ACCEPT(Queue.RECEIVE),
    CONNECT(Queue.SEND),
    RECEIVE(Queue.RECEIVE),
    SEND(Queue.SEND),
    SEND_VECTORED(Queue.SEND),
    RECEIVE_FROM(Queue.RECEIVE),
    SEND_TO(Queue.SEND),
    POLL(Queue.NONE),
    SHUTDOWN(Queue.SEND),
    DISCONNECT(Queue.SEND),
    CLOSE(Queue.NONE),
    TIMER(Queue.NONE),
    CANCEL(Queue.NONE);

    /** The order in which requests of one socket reach the kernel: within a lane, first in first. */
    public enum Queue {
        RECEIVE,
        SEND,
        NONE
    }

    public final Queue queue;

    RequestKind(Queue queue) {
        this.queue = queue;
    }
}
