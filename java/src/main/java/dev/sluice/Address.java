package dev.sluice;

import dev.sluice.internal.spi.RawAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The address of a socket: an IPv4 or IPv6 address with a port, or the name of a Unix socket. Immutable.
 *
 * <p>Its text is {@code 127.0.0.1:80}, {@code [fe80::1%2]:80}, {@code unix:/run/x.sock}, or {@code
 * unix:@name} for an abstract name; {@link #parse} reads what {@link #toString} writes. Host names
 * are not resolved; {@link dev.sluice.net.Dialer} resolves them.
 *
 * <p>The name of a Unix socket may contain any byte. The text escapes unprintable bytes, such as
 * <code>\x0a</code>, so that a peer's name cannot forge a log line or control a terminal. {@link #parse}
 * reads the escapes.
 */
public final class Address {
    private static final int MAX_PORT = 65535;
    private static final String UNIX_PREFIX = "unix:";
    /** Digits that an int has room for. */
    private static final int MAX_DIGITS = 9;

    /** What sun_path has room for, without the zero before or after it. */
    static final int MAX_UNIX_BYTES = 107;

    private static final long IPV4_LOOPBACK = 0x7F00_0001L;

    private final RawAddress raw;

    private Address(RawAddress raw) {
        this.raw = raw;
    }

    static Address copyOf(RawAddress source) {
        RawAddress raw = new RawAddress();
        raw.set(source);
        return new Address(raw);
    }

    /** The bits; not to be changed. */
    RawAddress raw() {
        return raw;
    }

    private static Address ip(int family, long high, long low, int port, int scopeId) {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port " + port + ": use 0 to " + MAX_PORT);
        }
        RawAddress raw = new RawAddress();
        raw.family = family;
        raw.high = high;
        raw.low = low;
        raw.port = port;
        raw.scopeId = scopeId;
        return new Address(raw);
    }

    /**
     * Returns 127.0.0.1: only this machine.
     *
     * @param port 0 to 65535; 0 lets the kernel choose a port
     * @return the address
     */
    public static Address loopback(int port) {
        return ip(RawAddress.IPV4, 0, IPV4_LOOPBACK, port, 0);
    }

    /**
     * Returns ::1: only this machine.
     *
     * @param port 0 to 65535; 0 lets the kernel choose a port
     * @return the address
     */
    public static Address loopback6(int port) {
        return ip(RawAddress.IPV6, 0, 1, port, 0);
    }

    /**
     * Returns 0.0.0.0: every IPv4 address of this machine.
     *
     * @param port 0 to 65535; 0 lets the kernel choose a port
     * @return the address
     */
    public static Address any(int port) {
        return ip(RawAddress.IPV4, 0, 0, port, 0);
    }

    /**
     * Returns ::, every address of this machine; those of IPv4 too unless the socket is {@link
     * SockOpt#V6ONLY}.
     *
     * @param port 0 to 65535; 0 lets the kernel choose a port
     * @return the address
     */
    public static Address any6(int port) {
        return ip(RawAddress.IPV6, 0, 0, port, 0);
    }

    /**
     * Returns the address of a literal, such as {@code 10.0.0.1}, {@code ::1} or {@code fe80::1%eth0}.
     * An IPv4 address has four decimal octets without leading zeros, which mean octal elsewhere.
     *
     * @param literal an address, no host name
     * @param port 0 to 65535
     * @return the address
     * @throws IllegalArgumentException if it is no literal, or the port is out of range
     */
    public static Address of(String literal, int port) {
        int percent = literal.indexOf('%');
        String bare = percent < 0 ? literal : literal.substring(0, percent);
        if (bare.indexOf(':') >= 0) {
            RawAddress bits = new RawAddress();
            if (!IpLiterals.ipv6(bare, bits)) {
                throw new IllegalArgumentException(noAddress(literal, bare));
            }
            int scopeId = percent < 0 ? 0 : scopeOf(literal, literal.substring(percent + 1));
            return ip(RawAddress.IPV6, bits.high, bits.low, port, scopeId);
        }
        long bits = IpLiterals.ipv4(bare);
        if (bits < 0) {
            throw new IllegalArgumentException(noAddress(literal, bare));
        }
        if (percent >= 0) {
            throw new IllegalArgumentException(
                    AddressText.quote(literal) + ": only IPv6 addresses have a scope");
        }
        return ip(RawAddress.IPV4, 0, bits, port, 0);
    }

    private static String noAddress(String literal, String bare) {
        return AddressText.quote(literal) + " is no IP address; "
                + (IpLiterals.hasLeadingZeros(bare)
                        ? "write its octets without leading zeros, which mean octal elsewhere"
                        : "host names are not resolved here");
    }

    private static Address fromBytes(byte[] bytes, int port, int scopeId) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return bytes.length == Integer.BYTES
                ? ip(RawAddress.IPV4, 0, buffer.getInt() & 0xFFFF_FFFFL, port, 0)
                : ip(RawAddress.IPV6, buffer.getLong(), buffer.getLong(), port, scopeId);
    }

    private static int scopeOf(String literal, String scope) {
        if (isNumber(scope)) {
            if (scope.length() > MAX_DIGITS) {
                throw new IllegalArgumentException(AddressText.quote(literal)
                        + ": the scope is no index of a network interface");
            }
            return Integer.parseInt(scope);
        }
        try {
            NetworkInterface found = NetworkInterface.getByName(scope);
            if (found == null) {
                throw new IllegalArgumentException(AddressText.quote(literal)
                        + ": no network interface is named " + AddressText.quote(scope));
            }
            return found.getIndex();
        } catch (java.net.SocketException failure) {
            throw new IllegalArgumentException(
                    AddressText.quote(literal) + ": the scope cannot be looked up", failure);
        }
    }

    /**
     * Parses the text form.
     *
     * @param text {@code 127.0.0.1:80}, {@code [::1]:80}, {@code unix:/path} or {@code unix:@name}
     * @return the address
     * @throws IllegalArgumentException if the text is none; the message names the mistake
     */
    public static Address parse(String text) {
        if (text.startsWith(UNIX_PREFIX)) {
            byte[] path = AddressText.unixPath(text, UNIX_PREFIX.length());
            return path.length == 0 || path[0] == 0 ? unixOf(path) : unixFile(path);
        }
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[") && colon > 0 && text.charAt(colon - 1) == ']';
        if (text.contains("://")) {
            throw wrong(text, "a scheme is no part of an address, write " + hostAndPortOf(text));
        }
        if (colon < 0 || (!bracketed && text.indexOf(':') != colon)) {
            throw wrong(text, "use 127.0.0.1:80, [::1]:80 or unix:/path");
        }
        String host = bracketed ? text.substring(1, colon - 1) : text.substring(0, colon);
        if (bracketed && host.indexOf(':') < 0) {
            throw wrong(text, "brackets are for IPv6 addresses");
        }
        if (host.isEmpty()) {
            throw wrong(text, "the host is missing, use 0.0.0.0 for every one");
        }
        return of(host, portOf(text, text.substring(colon + 1)));
    }

    private static String hostAndPortOf(String url) {
        String rest = url.substring(url.indexOf("://") + "://".length());
        return rest.isEmpty() ? "127.0.0.1:80" : AddressText.quote(rest);
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException("address " + AddressText.quote(text) + ": " + why);
    }

    private static int portOf(String text, String digits) {
        if (!isNumber(digits)) {
            throw wrong(text, "the port is not a number");
        }
        int port = digits.length() > MAX_DIGITS ? MAX_PORT + 1 : Integer.parseInt(digits);
        if (port > MAX_PORT) {
            throw wrong(text, "the port is above " + MAX_PORT);
        }
        return port;
    }

    /** Plain digits: no sign, and none of the other digits that Integer.parseInt takes. */
    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(IpLiterals::isDigit);
    }

    /**
     * Returns the address of a Unix socket in the file system.
     *
     * @param path at most 107 bytes of UTF-8, the longest that {@code struct sockaddr_un} has room for
     * @return the address
     * @throws IllegalArgumentException if the path is empty or too long; the message has the limit
     *     and its length
     * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>
     */
    public static Address unix(Path path) {
        return unixFile(AddressText.bytesOf(path.toString()));
    }

    /**
     * Returns the address of a Unix socket in the abstract namespace of Linux, which needs no file.
     *
     * @param name at most 107 bytes of UTF-8
     * @return the address
     * @throws IllegalArgumentException if the name is too long; the message has the limit and its
     *     length
     * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>
     */
    public static Address unixAbstract(String name) {
        byte[] bytes = AddressText.bytesOf(name);
        byte[] path = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, path, 1, bytes.length);
        return unixOf(path);
    }

    private static Address unixFile(byte[] path) {
        if (path.length == 0) {
            throw new IllegalArgumentException("the path of a Unix socket is empty");
        }
        if (path[0] == 0) {
            throw new IllegalArgumentException("the path of a Unix socket begins with a zero byte");
        }
        return unixOf(AddressText.inWorkingFolder(path));
    }

    /** A path, an abstract name after a zero byte, or no byte for none. */
    private static Address unixOf(byte[] path) {
        boolean named = path.length > 0 && path[0] != 0;
        int length = named || path.length == 0 ? path.length : path.length - 1;
        if (length > MAX_UNIX_BYTES) {
            throw new IllegalArgumentException(
                    "the " + (named ? "path" : "abstract name") + " of a Unix socket has at most "
                            + MAX_UNIX_BYTES + " bytes, this one has " + length + ": "
                            + AddressText.unix(path));
        }
        for (int i = 1; named && i < length; i++) {
            if (path[i] == 0) {
                throw new IllegalArgumentException("the path of a Unix socket has a zero byte: "
                        + AddressText.unix(path));
            }
        }
        RawAddress raw = new RawAddress();
        raw.family = RawAddress.UNIX;
        raw.path = path;
        return new Address(raw);
    }

    /**
     * Returns the file of a Unix socket.
     *
     * @return empty for an abstract name, an unnamed socket, and an IP address
     */
    public Optional<Path> file() {
        boolean named = isUnix() && raw.path.length > 0 && raw.path[0] != 0;
        return named
                ? Optional.of(Path.of(new String(raw.path, StandardCharsets.UTF_8)))
                : Optional.empty();
    }

    /**
     * Converts an address of the JDK.
     *
     * @param address a resolved IPv4 or IPv6 address
     * @return the address
     * @throws IllegalArgumentException if it is not resolved
     */
    public static Address from(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        if (host == null) {
            throw new IllegalArgumentException("not resolved: " + address);
        }
        int scopeId = host instanceof java.net.Inet6Address six ? six.getScopeId() : 0;
        return fromBytes(host.getAddress(), address.getPort(), scopeId);
    }

    /**
     * Converts the address to one of the JDK.
     *
     * @return a resolved address
     * @throws IllegalStateException for a Unix socket
     */
    public InetSocketAddress toInetSocketAddress() {
        try {
            return new InetSocketAddress(
                    switch (raw.family) {
                        case RawAddress.IPV4 ->
                            InetAddress.getByAddress(
                                    ByteBuffer.allocate(4).putInt((int) raw.low).array());
                        case RawAddress.IPV6 ->
                            java.net.Inet6Address.getByAddress(
                                    null,
                                    ByteBuffer.allocate(16)
                                            .putLong(raw.high)
                                            .putLong(raw.low)
                                            .array(),
                                    raw.scopeId);
                        default -> throw new IllegalStateException(this + " is no IP address");
                    },
                    raw.port);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("the length of an address was right", impossible);
        }
    }

    /**
     * Returns the port number.
     *
     * @return 0 to 65535; 0 for a Unix socket
     */
    public int port() {
        return raw.port;
    }

    /**
     * Returns the same host with another port.
     *
     * @param port 0 to 65535
     * @return the address
     * @throws IllegalStateException for a Unix socket
     */
    public Address withPort(int port) {
        if (isUnix()) {
            throw new IllegalStateException(this + " has no port");
        }
        return ip(raw.family, raw.high, raw.low, port, raw.scopeId);
    }

    /**
     * Returns the index of the network interface of a link-local IPv6 address.
     *
     * @return 0 if there is none
     */
    public int scopeId() {
        return raw.scopeId;
    }

    /**
     * Returns true if it is the address of a Unix socket.
     *
     * @return false for IPv4 and IPv6
     */
    public boolean isUnix() {
        return raw.family == RawAddress.UNIX;
    }

    /**
     * Returns true if it is an IPv6 address.
     *
     * @return false for IPv4 and Unix
     */
    public boolean isIpv6() {
        return raw.family == RawAddress.IPV6;
    }

    /**
     * Returns true if it is the wildcard address, 0.0.0.0 or ::.
     *
     * @return false for every other address
     */
    public boolean isAny() {
        return !isUnix() && raw.high == 0 && raw.low == 0;
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof Address other && raw.equals(other.raw);
    }

    @Override
    public int hashCode() {
        return raw.hashCode();
    }

    /** Returns the text form that {@link #parse} reads. */
    @Override
    public String toString() {
        return switch (raw.family) {
            case RawAddress.IPV4 -> AddressText.ipv4(raw.low) + ":" + raw.port;
            case RawAddress.IPV6 -> {
                String scope = raw.scopeId == 0 ? "" : "%" + Integer.toUnsignedString(raw.scopeId);
                yield "[" + AddressText.ipv6(raw.high, raw.low) + scope + "]:" + raw.port;
            }
            case RawAddress.UNIX -> UNIX_PREFIX + AddressText.unix(raw.path);
            default -> "(no address)";
        };
    }
}
