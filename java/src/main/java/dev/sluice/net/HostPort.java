package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.Status;
import org.jspecify.annotations.Nullable;

/**
 * An address as people write it: {@code example.org:80}, {@code 127.0.0.1:80}, {@code [::1]:80},
 * {@code :80} for every address of this machine, {@code unix:/run/x.sock}.
 *
 * @param text as it was written, fit for a message
 * @param host name or literal, empty for every address
 * @param port 0 to 65535, or {@link #NO_PORT}
 * @param literal the address that the text itself is, or null for a name
 */
record HostPort(String text, String host, int port, @Nullable Address literal) {
    /** The text has none. */
    static final int NO_PORT = -1;

    private static final int MAX_PORT = 65535;
    private static final String SCHEME_END = "://";

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException says what is wrong with it
     */
    static HostPort parse(String text) {
        if (text.startsWith("unix:")) {
            Address unix = Address.parse(text);
            return new HostPort(unix.toString(), "", 0, unix);
        }
        int scheme = text.indexOf(SCHEME_END);
        if (scheme >= 0) {
            String rest = text.substring(scheme + SCHEME_END.length());
            throw bad(text, "a scheme is no part of an address, write "
                    + (rest.isEmpty() ? "host:port" : quote(rest)));
        }
        if (text.startsWith("[")) {
            return bracketed(text);
        }
        int colon = text.indexOf(':');
        if (colon != text.lastIndexOf(':')) {
            throw bad(text, "write an IPv6 address in brackets, as [::1]:80");
        }
        String host = colon < 0 ? text : text.substring(0, colon);
        int port = colon < 0 ? NO_PORT : portOf(text, text.substring(colon + 1));
        if (isIpv4(host)) {
            return new HostPort(text, host, port, Address.of(host, Math.max(port, 0)));
        }
        if (!host.codePoints().allMatch(HostPort::isOfNames)) {
            throw bad(text, "a host name has letters, digits, dots, hyphens and underscores");
        }
        return new HostPort(text, host, port, null);
    }

    private static HostPort bracketed(String text) {
        int end = text.indexOf(']');
        boolean whole = end == text.length() - 1;
        if (end < 0 || (!whole && text.charAt(end + 1) != ':')) {
            throw bad(text, "the bracket is not closed, or something else than :port follows");
        }
        String host = text.substring(1, end);
        if (host.indexOf(':') < 0) {
            throw bad(text, "brackets are for IPv6 addresses");
        }
        int port = whole ? NO_PORT : portOf(text, text.substring(end + 2));
        Address literal = Address.of(host, Math.max(port, 0));
        return new HostPort(text, host, port, literal);
    }

    private static int portOf(String text, String digits) {
        boolean number = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!number || digits.length() > 5 || Integer.parseInt(digits) > MAX_PORT) {
            throw bad(text, "the port is no number from 0 to " + MAX_PORT);
        }
        return Integer.parseInt(digits);
    }

    /** Whether programs take it for an IPv4 address: 1.2.3.4, and spellings that are refused. */
    private static boolean isIpv4(String host) {
        return !host.isEmpty()
                && host.matches("((0[xX][0-9a-fA-F]*|[0-9]*)\\.)*(0[xX][0-9a-fA-F]*|[0-9]*)");
    }

    private static boolean isOfNames(int unit) {
        return Character.isLetterOrDigit(unit)
                || unit == '.' || unit == '-' || unit == '_';
    }

    /**
     * As {@link #parse}, of somewhere to connect to.
     *
     * @throws IllegalArgumentException also if the text has no port
     */
    static HostPort toDial(String text) {
        HostPort endpoint = parse(text);
        if (endpoint.port == NO_PORT) {
            throw bad(text, "the port is missing, write " + quote(text + ":80"));
        }
        return endpoint;
    }

    private static IllegalArgumentException bad(String text, String why) {
        return new IllegalArgumentException("address " + quote(text) + ": " + why);
    }

    /** Any text for a message: it stays on its line and steers no terminal. */
    private static String quote(String text) {
        return "'" + text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?") + "'";
    }

    /** The port, or 0, which lets the system choose one. */
    int portOrFree() {
        return Math.max(port, 0);
    }

    /** Whether it stands for every address of this machine. */
    boolean isEverywhere() {
        return host.isEmpty() && literal == null;
    }

    /** The name to look up. */
    String name() {
        return host.isEmpty() ? "localhost" : host;
    }

    /** What opens a listener or a socket at an address. */
    @FunctionalInterface
    interface Opening<T> {
        T at(Address address) throws NetException;
    }

    /**
     * Opens something at the first address of a name, or at every address of this machine, which are
     * those of IPv4 where the kernel has no IPv6.
     */
    <T> T open(Resolver resolver, Opening<T> opening) throws NetException {
        if (!isEverywhere()) {
            return opening
                    .at(ResolverQuery.await(this, resolver, ResolverQuery.ENDLESS).getFirst());
        }
        try {
            return opening.at(Address.any6(portOrFree()));
        } catch (NetException failure) {
            if (failure.status() != Status.UNSUPPORTED) {
                throw failure;
            }
            return opening.at(Address.any(portOrFree()));
        }
    }
}
