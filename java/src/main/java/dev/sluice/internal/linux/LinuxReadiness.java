package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.linux.EpollConstants;
import dev.sluice.internal.spi.Request;

/** Converts the readiness of a POLL to flags of poll(2), and back. */
public final class LinuxReadiness {
    private static final int GONE = EpollConstants.POLLHUP | EpollConstants.POLLERR;

    private LinuxReadiness() {}

    /** Returns the events to ask the kernel for. */
    public static int eventsOf(int wanted) {
        int events = EpollConstants.POLLRDHUP;
        events |= (wanted & Request.READABLE) != 0 ? EpollConstants.POLLIN : 0;
        events |= (wanted & Request.WRITABLE) != 0 ? EpollConstants.POLLOUT : 0;
        // The peer's end alone must not end each wait for room to send.
        boolean endAsked = (wanted & (Request.HANGUP | Request.READABLE)) != 0;
        return endAsked ? events : events & ~EpollConstants.POLLRDHUP;
    }

    /** Returns what the reported flags mean for a POLL. */
    public static int of(int found, int wanted) {
        int ready = 0;
        if ((found & (EpollConstants.POLLIN | GONE)) != 0) {
            ready |= wanted & Request.READABLE;
        }
        if ((found & (EpollConstants.POLLOUT | GONE)) != 0) {
            ready |= wanted & Request.WRITABLE;
        }
        boolean halfClosed = (found & EpollConstants.POLLRDHUP) != 0;
        boolean endAsked = (wanted & (Request.HANGUP | Request.READABLE)) != 0;
        if ((found & GONE) != 0 || (halfClosed && endAsked)) {
            ready |= Request.HANGUP;
        }
        if ((found & EpollConstants.POLLPRI) != 0) {
            ready |= Request.URGENT;
        }
        return ready;
    }

    /** Returns true if the readiness ends a POLL. */
    public static boolean satisfies(int ready, int wanted) {
        return (ready & (wanted | Request.HANGUP)) != 0;
    }
}
