package dev.sluice.internal.spi;

/** What the kernel reports of a received datagram beside its sender, as far as options ask for it. */
public final class DatagramDetails {
    /** In {@link Channel#details}: the destination and the interface are asked for. */
    static final int PKTINFO = 1;

    /** In {@link Channel#details}: the time to live is asked for. */
    static final int RECVTTL = 2;

    /** In {@link Channel#details}: the traffic class is asked for. */
    static final int RECVTOS = 4;

    private static final long LINK_LOCAL = 0xFE80 >>> 6;
    private static final int BITS_BEHIND = 54;

    /** Its port is 0; its family NONE if it is not known. */
    public final RawAddress destination = new RawAddress();

    public int interfaceIndex;

    /** The time to live, or -1. */
    public int hops = -1;

    /** The octet of the traffic class, or -1. */
    public int trafficClass = -1;

    public void clear() {
        destination.clear();
        interfaceIndex = 0;
        hops = -1;
        trafficClass = -1;
    }

    /** Sets the destination of IPv4. */
    public void ipv4(int address, int index) {
        destination.clear();
        destination.family = RawAddress.IPV4;
        destination.low = Integer.toUnsignedLong(address);
        interfaceIndex = index;
    }

    /** Sets the destination of IPv6, or of IPv4 in the form of IPv6. */
    public void ipv6(long high, long low, int index) {
        destination.clear();
        destination.family = RawAddress.IPV6;
        destination.high = high;
        destination.low = low;
        destination.scopeId = high >>> BITS_BEHIND == LINK_LOCAL ? index : 0;
        destination.unmap();
        interfaceIndex = index;
    }
}
