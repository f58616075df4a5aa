package dev.sluice.net;

import dev.sluice.internal.net.ports.PollerGroup;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@link Datagrams}. Immutable: each method returns a copy in which one option has a new
 * value.
 *
 * <pre>{@code
 * DatagramsOptions options = DatagramsOptions.DEFAULT.control(socket -> socket
 *         .set(SockOpt.REUSEADDR, true)
 *         .set(SockOpt.MULTICAST_JOIN, MulticastGroup.of(Address.of("239.1.2.3", 0))));
 * }</pre>
 */
public final class DatagramsOptions {
    /** The shared ports, the operating system's resolver, and nothing set before the bind. */
    public static final DatagramsOptions DEFAULT =
            new DatagramsOptions(null, Resolver.SYSTEM, socket -> {});

    private final @Nullable PortGroup group;
    private final Resolver resolver;
    private final SocketControl control;

    private DatagramsOptions(
            @Nullable PortGroup group, Resolver resolver, SocketControl control) {
        this.group = group;
        this.resolver = resolver;
        this.control = control;
    }

    /**
     * Sets the ports. The default is the {@linkplain PortGroup#shared shared} group.
     *
     * @param group must stay open as long as the socket
     * @return changed options
     */
    public DatagramsOptions group(PortGroup group) {
        Objects.requireNonNull(group, "group");
        return new DatagramsOptions(group, resolver, control);
    }

    /**
     * Sets what looks up the address of a name to bind to.
     *
     * @param resolver called on a platform thread, see {@link Resolver}
     * @return changed options
     */
    public DatagramsOptions resolver(Resolver resolver) {
        Objects.requireNonNull(resolver, "resolver");
        return new DatagramsOptions(group, resolver, control);
    }

    /**
     * Sets options of the socket before it is bound.
     *
     * @param control called once for each bind
     * @return changed options
     */
    public DatagramsOptions control(SocketControl control) {
        Objects.requireNonNull(control, "control");
        return new DatagramsOptions(group, resolver, control);
    }

    PollerGroup pollers() {
        PortGroup chosen = group;
        return (chosen == null ? PortGroup.shared() : chosen).pollers();
    }

    Resolver resolver() {
        return resolver;
    }

    SocketControl control() {
        return control;
    }
}
