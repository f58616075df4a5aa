package dev.sluice.internal.spi;

/** What a request asks for, and in which of its socket's two lanes it waits for its turn. */
public enum RequestKind {
    ACCEPT(Lane.RECEIVES),
    CONNECT(Lane.SENDS),
    RECEIVE(Lane.RECEIVES),
    SEND(Lane.SENDS),
    SEND_VECTORED(Lane.SENDS),
    RECEIVE_FROM(Lane.RECEIVES),
    SEND_TO(Lane.SENDS),
    POLL(Lane.POLLS),
    SHUTDOWN(Lane.SENDS),
    DISCONNECT(Lane.SENDS),
    CLOSE(Lane.POLLS),
    TIMER(Lane.POLLS),
    CANCEL(Lane.POLLS);

    /** The order in which requests of one socket reach the kernel: within a lane, first in first. */
    public final Lane lane;

    RequestKind(Lane lane) {
        this.lane = lane;
    }
}
