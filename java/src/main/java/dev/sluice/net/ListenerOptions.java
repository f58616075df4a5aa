package dev.sluice.net;

import dev.sluice.internal.net.accepting.AcceptSettings;
import dev.sluice.internal.net.ports.PollerGroup;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The options of a {@link Listener}. Immutable: each method returns a copy in which one option has a
 * new value.
 *
 * <pre>{@code
 * ListenerOptions options = ListenerOptions.DEFAULT.backlog(128).patience(Duration.ofMinutes(5));
 * }</pre>
 */
public final class ListenerOptions {
    /**
     * The shared ports, a backlog of 4096, 64 connections accepted ahead, a minute of patience, and
     * the operating system's resolver. Sockets have TCP_NODELAY.
     */
    public static final ListenerOptions DEFAULT = new ListenerOptions(new Draft());

    private final @Nullable PortGroup group;
    private final Resolver resolver;
    private final @Nullable Tls tls;
    private final AcceptSettings settings;

    private ListenerOptions(Draft draft) {
        group = draft.group;
        resolver = draft.resolver;
        tls = draft.tls;
        settings = new AcceptSettings(
                draft.backlog, draft.ahead, draft.control, draft.patience, draft.unlinkOnClose);
    }

    /** The values of new options; of one thread. */
    private static final class Draft {
        @Nullable
        PortGroup group;

        int backlog = 4096;
        int ahead = 64;
        SocketControl control = socket -> {};
        Duration patience = Duration.ofMinutes(1);
        boolean unlinkOnClose = true;
        Resolver resolver = Resolver.SYSTEM;

        @Nullable
        Tls tls;

        Draft() {}

        Draft(ListenerOptions options) {
            group = options.group;
            resolver = options.resolver;
            tls = options.tls;
            backlog = options.settings.backlog();
            ahead = options.settings.ahead();
            control = options.settings.control();
            patience = options.settings.patience();
            unlinkOnClose = options.settings.unlinkOnClose();
        }
    }

    private ListenerOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new ListenerOptions(draft);
    }

    private static int positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " of " + value + ": use 1 or more");
        }
        return value;
    }

    /**
     * Sets the ports. The default is the {@linkplain PortGroup#shared shared} group.
     *
     * @param group must stay open as long as the listener and its connections
     * @return changed options
     */
    public ListenerOptions group(PortGroup group) {
        Objects.requireNonNull(group, "group");
        return with(draft -> draft.group = group);
    }

    /**
     * Sets how many connections the kernel keeps until they are accepted, see listen(2).
     *
     * @param backlog 1 or more; the kernel may keep fewer
     * @return changed options
     * @throws IllegalArgumentException if the backlog is less than 1
     */
    public ListenerOptions backlog(int backlog) {
        int checked = positive("backlog", backlog);
        return with(draft -> draft.backlog = checked);
    }

    /**
     * Sets how many connections are accepted before a thread asks for them.
     *
     * @param ahead 1 or more
     * @return changed options
     * @throws IllegalArgumentException if the number is less than 1
     */
    public ListenerOptions ahead(int ahead) {
        int checked = positive("ahead", ahead);
        return with(draft -> draft.ahead = checked);
    }

    /**
     * Sets options of the socket before it is bound. Its connections inherit them.
     *
     * @param control called once for each listener
     * @return changed options
     */
    public ListenerOptions control(SocketControl control) {
        Objects.requireNonNull(control, "control");
        return with(draft -> draft.control = control);
    }

    /**
     * Sets how long accepts may fail in a row before the listener is closed, with a line in the log
     * at ERROR. At least ten must have failed. A shortage of descriptors, memory or slots never
     * closes a listener.
     *
     * @param patience zero or more
     * @return changed options
     * @throws IllegalArgumentException if the patience is negative
     */
    public ListenerOptions patience(Duration patience) {
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience of " + patience + ": use 0 or more");
        }
        return with(draft -> draft.patience = patience);
    }

    /**
     * Sets whether closing the listener deletes the file of its Unix socket. Only the file that the
     * listener created is deleted, never that of another socket at the same path.
     *
     * @param unlinkOnClose false to leave the file for a successor
     * @return changed options
     */
    public ListenerOptions unlinkOnClose(boolean unlinkOnClose) {
        return with(draft -> draft.unlinkOnClose = unlinkOnClose);
    }

    /**
     * Sets what looks up the address of a name to listen at.
     *
     * @param resolver called on a platform thread, see {@link Resolver}
     * @return changed options
     */
    public ListenerOptions resolver(Resolver resolver) {
        Objects.requireNonNull(resolver, "resolver");
        return with(draft -> draft.resolver = resolver);
    }

    /**
     * Speaks TLS on each connection: {@link Listener#accept} returns a {@link TlsConnection}, and handlers
     * get one. The handshake is done by the first call that needs it.
     *
     * @param tls from {@link Tls#server}
     * @return changed options
     * @throws IllegalArgumentException if it is a client's
     */
    public ListenerOptions tls(Tls tls) {
        if (tls.isClient()) {
            throw new IllegalArgumentException("TLS of a client on a listener: use Tls.server");
        }
        return with(draft -> draft.tls = tls);
    }

    @Nullable
    Tls tls() {
        return tls;
    }

    PollerGroup pollers() {
        PortGroup chosen = group;
        return (chosen == null ? PortGroup.shared() : chosen).pollers();
    }

    Resolver resolver() {
        return resolver;
    }

    AcceptSettings settings() {
        return settings;
    }
}
