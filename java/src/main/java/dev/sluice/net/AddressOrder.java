package dev.sluice.net;

import dev.sluice.Address;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The order of attempts: families in turn, IPv6 first, each in the order of the system. */
final class AddressOrder {
    private AddressOrder() {}

    /** RFC 8305, section 4, with a First Address Family Count of 1. */
    static List<Address> order(List<Address> addresses) {
        ArrayDeque<Address> preferred = new ArrayDeque<>();
        ArrayDeque<Address> others = new ArrayDeque<>();
        for (Address address : addresses) {
            (address.isIpv6() ? preferred : others).add(address);
        }
        List<Address> ordered = new ArrayList<>();
        while (!preferred.isEmpty() || !others.isEmpty()) {
            if (!preferred.isEmpty()) {
                ordered.add(preferred.remove());
            }
            if (!others.isEmpty()) {
                ordered.add(others.remove());
            }
        }
        return ordered;
    }
}
