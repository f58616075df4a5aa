package dev.sluice.net;

import dev.sluice.Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An address as people write it: {@code example.org:80}, {@code 127.0.0.1:80}, {@code [::1]:80},
 * {@code :80} for every address of this machine, {@code unix:/run/x.sock}. Without a port it is 0.
 *
 * @param text as it was written
 * @param host name or literal, empty for every address
 * @param port 0 to 65535
 * @param unix the Unix socket, or null
 */
record Endpoint(String text, String host, int port, @Nullable Address unix) {
    private static final int MAX_PORT = 65535;

    static Endpoint parse(String text) {
        if (text.startsWith("unix:")) {
            return new Endpoint(text, "", 0, Address.parse(text));
        }
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            boolean whole = end == text.length() - 1;
            if (end < 0 || (!whole && text.charAt(end + 1) != ':')) {
                throw bad(text, "the bracket is not closed, or something else than :port follows");
            }
            String host = text.substring(1, end);
            if (host.indexOf(':') < 0) {
                throw bad(text, "brackets are for IPv6 addresses");
            }
            int port = whole ? 0 : portOf(text, text.substring(end + 2));
            return new Endpoint(text, host, port, null);
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            return new Endpoint(text, text, 0, null);
        }
        if (colon != text.lastIndexOf(':')) {
            throw bad(text, "write an IPv6 address in brackets, as [::1]:80");
        }
        int port = portOf(text, text.substring(colon + 1));
        return new Endpoint(text, text.substring(0, colon), port, null);
    }

    private static int portOf(String text, String digits) {
        boolean number = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!number || digits.length() > 5 || Integer.parseInt(digits) > MAX_PORT) {
            throw bad(text, "the port is no number from 0 to " + MAX_PORT);
        }
        return Integer.parseInt(digits);
    }

    private static IllegalArgumentException bad(String text, String why) {
        return new IllegalArgumentException("address '" + text + "': " + why);
    }

    /** Where to listen: the first address of a name. */
    Address toListen() throws ResolveException {
        return host.isEmpty() && unix == null ? Address.any6(port) : resolve().getFirst();
    }

    /** The address that the text itself is, or null for a name. */
    @Nullable
    Address literal() {
        if (unix != null) {
            return unix;
        }
        return isLiteral(host) ? Address.of(host, port) : null;
    }

    /** Every address of the name, in the system's order; asks the system, which may take its time. */
    List<Address> resolve() throws ResolveException {
        Address literal = literal();
        if (literal != null) {
            return List.of(literal);
        }
        String name = host.isEmpty() ? "localhost" : host;
        try {
            List<Address> found = new ArrayList<>();
            for (InetAddress address : InetAddress.getAllByName(name)) {
                found.add(Address.from(new InetSocketAddress(address, port)));
            }
            return found;
        } catch (UnknownHostException failure) {
            ResolveException unresolved =
                    new ResolveException("resolve " + name + ": no such host");
            unresolved.initCause(failure);
            throw unresolved;
        }
    }

    private static boolean isLiteral(String name) {
        boolean digitsAndDots = name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        return name.indexOf(':') >= 0 || (digitsAndDots && !name.isEmpty());
    }
}
