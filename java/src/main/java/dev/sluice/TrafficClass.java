package dev.sluice;

/**
 * The traffic class of IP packets, for {@link SockOpt#TRAFFIC_CLASS}: DSCP and ECN.
 *
 * @param dscp the differentiated services codepoint, 0 to 63
 * @param ecn the explicit congestion notification, 0 to 3; the kernel sets that of TCP by itself
 * @see <a href="https://www.rfc-editor.org/rfc/rfc2474">RFC 2474</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3168">RFC 3168</a>
 */
public record TrafficClass(int dscp, int ecn) {
    /** Best effort, without ECN: what packets have by default. */
    public static final TrafficClass DEFAULT = new TrafficClass(0, 0);

    private static final int OCTETS = 256;
    private static final int MOST_DSCP = 63;
    private static final int MOST_ECN = 3;
    private static final int ECN_BITS = 2;

    /** One for each octet, so that receives allocate none. */
    private static final TrafficClass[] ALL = new TrafficClass[OCTETS];

    static {
        for (int octet = 0; octet < OCTETS; octet++) {
            ALL[octet] = new TrafficClass(octet >>> ECN_BITS, octet & MOST_ECN);
        }
    }

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if either is out of bounds
     */
    public TrafficClass {
        if (dscp < 0 || dscp > MOST_DSCP) {
            throw new IllegalArgumentException("DSCP of " + dscp + ": use 0 to " + MOST_DSCP);
        }
        if (ecn < 0 || ecn > MOST_ECN) {
            throw new IllegalArgumentException("ECN of " + ecn + ": use 0 to " + MOST_ECN);
        }
    }

    /**
     * Returns a class without ECN.
     *
     * @param dscp 0 to 63, such as 46 for expedited forwarding
     * @return the class
     */
    public static TrafficClass dscp(int dscp) {
        return new TrafficClass(dscp, 0);
    }

    /**
     * Returns the class of an octet of an IP header, always the same object: the type of service of IPv4, the traffic class of IPv6.
     *
     * @param octet its lower eight bits count
     * @return the class
     */
    public static TrafficClass ofOctet(int octet) {
        return ALL[octet & (OCTETS - 1)];
    }

    /**
     * Returns the octet of an IP header.
     *
     * @return 0 to 255
     */
    public int octet() {
        return dscp << ECN_BITS | ecn;
    }
}
