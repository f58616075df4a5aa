package dev.sluice;

import dev.sluice.internal.spi.RequestKind;
import java.util.Objects;

/**
 * Asks that one operation, or all of a socket, end soon. It is a request: how an operation ended is
 * told by its own event, which is CANCELLED only if nothing had been done. The socket stays usable.
 *
 * <p>The cancel itself ends with OK, also when there was nothing to cancel.
 */
public final class Cancel extends Operation<Cancel> {
    /**
     * Cancels one operation.
     *
     * @param target pending, or not
     */
    public Cancel(Operation<?> target) {
        super(RequestKind.CANCEL, target.socket());
        request.target(target.request);
    }

    /**
     * Cancels all operations of a socket that are pending when this one is submitted.
     *
     * @param socket an open socket
     */
    public Cancel(NativeSocket socket) {
        super(RequestKind.CANCEL, Objects.requireNonNull(socket, "socket"));
    }

    /**
     * How many operations were pending and were asked to end.
     *
     * @return 0 or more
     */
    public int operations() {
        return (int) request.result;
    }
}
