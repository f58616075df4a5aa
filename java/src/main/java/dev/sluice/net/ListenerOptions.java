package dev.sluice.net;

import dev.sluice.NativeSocket;
import dev.sluice.SystemCallException;
import java.time.Duration;
import java.util.Optional;

/**
 * Choices of a {@link Listener}. Immutable; each method returns a changed copy.
 *
 * @param group the ports to use, or empty for the shared ones
 * @param backlog connections that the system keeps until they are accepted
 * @param ahead connections that are accepted before somebody asks for them, 1 or more
 * @param control sets options of the socket before it is bound; its connections inherit them
 * @param patience how long accepts may fail before the listener is closed
 * @param unlinkOnClose whether closing deletes the file of a Unix socket
 * @param resolver finds the address of a name
 */
public record ListenerOptions(
        Optional<PortGroup> group,
        int backlog,
        int ahead,
        SocketControl control,
        Duration patience,
        boolean unlinkOnClose,
        Resolver resolver) {
    private static final Duration ONE_MINUTE = Duration.ofMinutes(1);

    /** The shared ports, the system's longest backlog, TCP_NODELAY, a minute of patience. */
    public static final ListenerOptions DEFAULT = new ListenerOptions(
            Optional.empty(), 4096, 64, socket -> {}, ONE_MINUTE, true, Resolver.SYSTEM);

    /** Sets options of a socket that is neither bound nor connected. */
    @FunctionalInterface
    public interface SocketControl {
        /**
         * Called on the port's thread, which it must not block.
         *
         * @param socket just made
         * @throws SystemCallException ends the listen or dial with this cause
         */
        void accept(NativeSocket socket) throws SystemCallException;
    }

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException names the setting and its bounds
     */
    public ListenerOptions {
        if (backlog < 1 || ahead < 1) {
            throw new IllegalArgumentException(
                    "backlog of " + backlog + ", " + ahead + " ahead: use 1 or more");
        }
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience of " + patience + ": use 0 or more");
        }
    }

    /**
     * Chooses the ports.
     *
     * @param group open for as long as the listener and its connections are
     * @return changed options
     */
    public ListenerOptions group(PortGroup group) {
        return new ListenerOptions(
                Optional.of(group), backlog, ahead, control, patience, unlinkOnClose, resolver);
    }

    /**
     * Changes the backlog.
     *
     * @param backlog 1 or more; the system may keep fewer
     * @return changed options
     */
    public ListenerOptions backlog(int backlog) {
        return new ListenerOptions(
                group, backlog, ahead, control, patience, unlinkOnClose, resolver);
    }

    /**
     * Changes how many connections are accepted before somebody asks for them.
     *
     * @param ahead 1 or more
     * @return changed options
     */
    public ListenerOptions ahead(int ahead) {
        return new ListenerOptions(
                group, backlog, ahead, control, patience, unlinkOnClose, resolver);
    }

    /**
     * Sets options of the socket before it is bound.
     *
     * @param control called once
     * @return changed options
     */
    public ListenerOptions control(SocketControl control) {
        return new ListenerOptions(
                group, backlog, ahead, control, patience, unlinkOnClose, resolver);
    }

    /**
     * Changes how long accepts may fail in a row before the listener is closed, with a line in the
     * log at ERROR. At least ten must have failed. A shortage of descriptors, memory or slots
     * closes no listener.
     *
     * @param patience zero or more; a minute unless set
     * @return changed options
     */
    public ListenerOptions patience(Duration patience) {
        return new ListenerOptions(
                group, backlog, ahead, control, patience, unlinkOnClose, resolver);
    }

    /**
     * Changes whether the file of a Unix socket is deleted when the listener is closed. Only the
     * file that the listener made is deleted, never that of another socket at the same path.
     *
     * @param unlinkOnClose false to leave the file for a successor; true unless set
     * @return changed options
     */
    public ListenerOptions unlinkOnClose(boolean unlinkOnClose) {
        return new ListenerOptions(
                group, backlog, ahead, control, patience, unlinkOnClose, resolver);
    }

    /**
     * Chooses what finds the address of a name to listen at.
     *
     * @param resolver called on a platform thread, see {@link Resolver}
     * @return changed options
     */
    public ListenerOptions resolver(Resolver resolver) {
        return new ListenerOptions(
                group, backlog, ahead, control, patience, unlinkOnClose, resolver);
    }
}
