package dev.sluice.internal.spi;

/** What a request asks for, and the queue of its socket in which it waits for its turn. */
public enum RequestKind {
    ACCEPT(OperationQueue.RECEIVES),
    CONNECT(OperationQueue.SENDS),
    RECEIVE(OperationQueue.RECEIVES),
    SEND(OperationQueue.SENDS),
    SEND_VECTORED(OperationQueue.SENDS),
    SEND_FILE(OperationQueue.SENDS),
    RECEIVE_FROM(OperationQueue.RECEIVES),
    SEND_TO(OperationQueue.SENDS),
    POLL(OperationQueue.POLLS),
    SHUTDOWN(OperationQueue.SENDS),
    DISCONNECT(OperationQueue.SENDS),
    CLOSE(OperationQueue.POLLS),
    DELAY(OperationQueue.POLLS);

    /** Requests of one queue reach the kernel in the order of their submission. */
    public final OperationQueue queue;

    RequestKind(OperationQueue queue) {
        this.queue = queue;
    }
}
