package dev.sluice.internal.net.names;

import dev.sluice.Address;
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
public record HostPort(String text, String host, int port, @Nullable Address literal) {
    /** The value of {@link #port} if the text has none. */
    public static final int NO_PORT = -1;

    private static final int MAX_PORT = 65535;
    private static final String SCHEME_END = "://";

    /**
     * Parses a text.
     *
     * @throws IllegalArgumentException names the text and the mistake
     */
    public static HostPort parse(String text) {
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

    /** Returns true for 1.2.3.4, and for other spellings that some programs accept and this rejects. */
    private static boolean isIpv4(String host) {
        return !host.isEmpty()
                && host.matches("((0[xX][0-9a-fA-F]*|[0-9]*)\\.)*(0[xX][0-9a-fA-F]*|[0-9]*)");
    }

    /** Returns true for the literal of an address without a port. */
    public static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || isIpv4(host);
    }

    private static boolean isOfNames(int unit) {
        return Character.isLetterOrDigit(unit)
                || unit == '.' || unit == '-' || unit == '_';
    }

    /**
     * Parses an address to connect to.
     *
     * @throws IllegalArgumentException as {@link #parse}, and if the text has no port
     */
    public static HostPort toDial(String text) {
        HostPort target = parse(text);
        if (target.port == NO_PORT) {
            throw bad(text, "the port is missing, write " + quote(text + ":80"));
        }
        return target;
    }

    private static IllegalArgumentException bad(String text, String why) {
        return new IllegalArgumentException("address " + quote(text) + ": " + why);
    }

    /** Quotes a text without its control characters, which could steer a terminal. */
    private static String quote(String text) {
        return "'" + text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?") + "'";
    }

    /** Returns the port, or 0, for which the kernel chooses one. */
    public int portOrFree() {
        return Math.max(port, 0);
    }

    /** Returns true if it means every address of this machine. */
    public boolean isEverywhere() {
        return host.isEmpty() && literal == null;
    }

    /** Returns the name to look up. */
    public String name() {
        return host.isEmpty() ? "localhost" : host;
    }
}
