package dev.sluice.internal.net.dialling;

import dev.sluice.Address;
import dev.sluice.internal.net.ports.PollerGroup;
import dev.sluice.net.Resolver;
import dev.sluice.net.SocketControl;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The options of a dial.
 *
 * @param group the ports; asked for at the first attempt
 * @param timeout the longest time for all attempts together, or null
 * @param deadlineNanos by {@link System#nanoTime}, or null
 * @param local the address to bind to, or null
 * @param keepAlive silence before the kernel probes the peer, or null for no probes
 * @param control configures each socket between its creation and its connect
 * @param resolver looks names up
 */
public record DialSettings(
        Supplier<PollerGroup> group,
        @Nullable Duration timeout,
        @Nullable Long deadlineNanos,
        @Nullable Address local,
        @Nullable Duration keepAlive,
        SocketControl control,
        Resolver resolver) {}
