package dev.sluice.internal.spi;

/** What a request asks for, and in which of its socket's two queues it waits for its turn. */
public enum RequestKind {
    ACCEPT(OperationQueue.RECEIVES),
    CONNECT(OperationQueue.SENDS),
    RECEIVE(OperationQueue.RECEIVES),
    SEND(OperationQueue.SENDS),
    SEND_VECTORED(OperationQueue.SENDS),
    RECEIVE_FROM(OperationQueue.RECEIVES),
    SEND_TO(OperationQueue.SENDS),
    POLL(OperationQueue.POLLS),
    SHUTDOWN(OperationQueue.SENDS),
    DISCONNECT(OperationQueue.SENDS),
    CLOSE(OperationQueue.POLLS),
    DELAY(OperationQueue.POLLS);

    /** The order in which requests of one socket reach the kernel: within a queue, first in first. */
    public final OperationQueue queue;

    RequestKind(OperationQueue queue) {
        this.queue = queue;
    }
}
