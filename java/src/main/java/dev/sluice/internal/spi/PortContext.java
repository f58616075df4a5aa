package dev.sluice.internal.spi;

/**
 * What a port gives its backend: everything, when the backend is made.
 *
 * @param settings the port's limits and choices
 * @param owner what is known of the thread that will use the backend
 * @param completions receives what became of each request
 * @param channels the port's sockets, by the token that a kernel event carries
 * @param slots the port's requests in flight, by the token that a kernel event carries
 * @param pool the buffers of pooled receives
 */
public record PortContext(
        PortSettings settings,
        PortOwner owner,
        Completions completions,
        ChannelTable channels,
        SlotTable slots,
        BufferPool pool) {}
