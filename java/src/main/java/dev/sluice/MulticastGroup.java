package dev.sluice;

import dev.sluice.internal.spi.GroupMembership;
import dev.sluice.internal.spi.RawAddress;
import org.jspecify.annotations.Nullable;

/**
 * A multicast group that a datagram socket joins by {@link SockOpt#MULTICAST_JOIN} and leaves by {@link
 * SockOpt#MULTICAST_LEAVE}.
 *
 * <pre>{@code
 * MulticastGroup group = MulticastGroup.of(Address.of("239.1.2.3", 0)).onInterface(index);
 * socket.set(SockOpt.MULTICAST_JOIN, group);
 * }</pre>
 *
 * @param address the group, of 224.0.0.0/4 or ff00::/8; its port has no meaning here
 * @param interfaceIndex of the interface that receives, as {@link
 *     java.net.NetworkInterface#getIndex} returns it, or 0 for the kernel's choice
 * @param source the only sender whose datagrams are received (source-specific multicast, RFC 4607), of
 *     the group's family; null for all senders
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3678">RFC 3678</a>
 */
public record MulticastGroup(Address address, int interfaceIndex, @Nullable Address source) {
    /**
     * Checks the group.
     *
     * @throws IllegalArgumentException if the address is no multicast address, the index is negative, or
     *     the source is not of the group's family
     */
    public MulticastGroup {
        if (!isMulticast(address.raw())) {
            throw new IllegalArgumentException(
                    "group " + address + ": use an address of 224.0.0.0/4 or ff00::/8");
        }
        if (interfaceIndex < 0) {
            throw new IllegalArgumentException("interface " + interfaceIndex
                    + ": use the index of an interface, or 0 for the kernel's choice");
        }
        if (source != null && source.raw().family != address.raw().family) {
            throw new IllegalArgumentException("source " + source + " of the group " + address
                    + ": use an address of the same family");
        }
        if (interfaceIndex == 0) {
            interfaceIndex = address.scopeId();
        }
    }

    /**
     * Returns a group of any sender, on the interface that the kernel chooses, or on that of the address's
     * scope.
     *
     * @param address as of the record
     * @return the group
     * @throws IllegalArgumentException if it is no multicast address
     */
    public static MulticastGroup of(Address address) {
        return new MulticastGroup(address, 0, null);
    }

    /**
     * Returns the group on another interface.
     *
     * @param index as of the record
     * @return the group
     */
    public MulticastGroup onInterface(int index) {
        return new MulticastGroup(address, index, source);
    }

    /**
     * Returns the group with one sender alone.
     *
     * @param sender as of the record; its port has no meaning
     * @return the group
     */
    public MulticastGroup from(Address sender) {
        return new MulticastGroup(address, interfaceIndex, sender);
    }

    private static boolean isMulticast(RawAddress raw) {
        return switch (raw.family) {
            case RawAddress.IPV4 -> raw.low >>> 28 == 0xE;
            case RawAddress.IPV6 -> raw.high >>> 56 == 0xFF;
            default -> false;
        };
    }

    GroupMembership membership() {
        return new GroupMembership(
                address.raw(), interfaceIndex, source == null ? null : source.raw());
    }
}
