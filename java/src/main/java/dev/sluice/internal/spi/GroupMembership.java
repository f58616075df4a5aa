package dev.sluice.internal.spi;

import org.jspecify.annotations.Nullable;

/**
 * A multicast group that a datagram socket joins or leaves.
 *
 * @param group its address
 * @param interfaceIndex of the interface, or 0 for the kernel's choice
 * @param source the only sender whose datagrams are wanted, of the group's family; null for all
 */
public record GroupMembership(
        RawAddress group, int interfaceIndex, @Nullable RawAddress source) {}
