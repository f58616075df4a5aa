package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.SockOpt;
import dev.sluice.internal.leaks.Leaks;
import dev.sluice.internal.net.datagrams.SocketDatagrams;
import dev.sluice.internal.net.names.HostPort;
import dev.sluice.internal.net.names.ResolverQuery;
import java.io.Closeable;
import java.time.Duration;
import java.util.Objects;

/**
 * A datagram socket: UDP over IPv4 or IPv6, or a Unix socket.
 *
 * <p><b>Threads.</b> One thread may receive while others send. A second concurrent receive fails with
 * {@link IllegalStateException}; concurrent sends wait for each other. {@link #close} ends calls that
 * wait. A virtual thread that waits is unmounted from its carrier thread.
 *
 * <p><b>Time.</b> Deadlines and interrupts never lose a datagram: the receive that they end returns
 * it, or the next one does.
 */
public final class Datagrams implements Closeable {
    private final SocketDatagrams socket;

    private Datagrams(SocketDatagrams socket) {
        this.socket = socket;
    }

    /**
     * Opens a socket on the shared ports that receives at an address.
     *
     * @param address as of {@link Listener#open(String)}; port 0 or no port means a free one
     * @return a socket, which the caller closes
     * @throws NetException ADDRESS_IN_USE, PERMISSION and the like, the name has no address, or the
     *     thread was interrupted
     * @throws IllegalArgumentException if the text is no address
     */
    public static Datagrams bind(String address) throws NetException {
        return bind(address, DatagramsOptions.DEFAULT);
    }

    /**
     * Opens a socket that receives at an address or name, with options.
     *
     * @param address as of {@link #bind(String)}
     * @param options ports, resolver, and what is set before the bind
     * @return a socket, which the caller closes
     * @throws NetException ADDRESS_IN_USE, PERMISSION, an option that could not be set, and the like,
     *     the name has no address, or the thread was interrupted
     * @throws IllegalArgumentException if the text is no address
     */
    public static Datagrams bind(String address, DatagramsOptions options) throws NetException {
        return ResolverQuery.open(
                HostPort.parse(address), options.resolver(), at -> bind(at, options));
    }

    /**
     * Opens a socket that receives at an address or name.
     *
     * @param address as of {@link #bind(String)}
     * @param group must stay open as long as the socket
     * @param resolver looks up the address of a name
     * @return a socket, which the caller closes
     * @throws NetException ADDRESS_IN_USE, PERMISSION and the like, the name has no address, or the
     *     thread was interrupted
     * @throws IllegalArgumentException if the text is no address
     */
    public static Datagrams bind(String address, PortGroup group, Resolver resolver)
            throws NetException {
        return bind(address, DatagramsOptions.DEFAULT.group(group).resolver(resolver));
    }

    /**
     * Opens a socket that receives at an address.
     *
     * @param address port 0 lets the kernel choose a free one
     * @param group must stay open as long as the socket
     * @return a socket, which the caller closes
     * @throws NetException ADDRESS_IN_USE, PERMISSION and the like, or the thread was interrupted
     */
    public static Datagrams bind(Address address, PortGroup group) throws NetException {
        return bind(address, DatagramsOptions.DEFAULT.group(group));
    }

    /**
     * Opens a socket that receives at an address, with options.
     *
     * @param address port 0 lets the kernel choose a free one
     * @param options ports, and what is set before the bind
     * @return a socket, which the caller closes
     * @throws NetException ADDRESS_IN_USE, PERMISSION, an option that could not be set, and the like, or
     *     the thread was interrupted
     */
    public static Datagrams bind(Address address, DatagramsOptions options) throws NetException {
        SocketDatagrams socket = SocketDatagrams.bind(
                options.pollers().next(), address, options.control());
        Datagrams datagrams = new Datagrams(socket);
        Leaks.watch(Leaks.Kind.DATAGRAMS, datagrams, socket::openName);
        return datagrams;
    }

    /**
     * Fixes the peer, see connect(2). Datagrams of other sources are ignored, also those that arrived
     * before. {@link #send(byte[], int, int)} then sends to the peer. A receive may fail with REFUSED
     * if no socket receives there.
     *
     * @param peer of the socket's family; an IPv6 socket also takes an IPv4 peer
     * @throws NetException UNREACHABLE and the like, the socket was closed, or the thread was
     *     interrupted
     */
    public void connect(Address peer) throws NetException {
        socket.connect(peer);
    }

    /**
     * Waits for a datagram; after {@link #coalesce} for one or several.
     *
     * @param into receives its first bytes, at most 65,536
     * @return its length and source, and whether it was truncated
     * @throws NetException the deadline passed, the socket was closed, the thread was interrupted, or
     *     REFUSED of a connected peer
     */
    public Datagram receive(byte[] into) throws NetException {
        return socket.receive(into);
    }

    /**
     * Sends a datagram.
     *
     * @param from has its bytes from the offset on, at most 65,507 over IPv4
     * @param offset index of the first byte
     * @param length the number of bytes, 0 for an empty datagram
     * @param to of the socket's family; an IPv6 socket also sends to an IPv4 address
     * @throws NetException MESSAGE_TOO_BIG, UNREACHABLE and the like, the socket was closed, or the
     *     thread was interrupted
     */
    public void send(byte[] from, int offset, int length, Address to) throws NetException {
        Objects.requireNonNull(to, "to");
        Objects.checkFromIndexSize(offset, length, from.length);
        socket.send(from, offset, length, to);
    }

    /**
     * Sends a datagram to the peer of {@link #connect}.
     *
     * @param from has its bytes from the offset on
     * @param offset index of the first byte
     * @param length the number of bytes, 0 for an empty datagram
     * @throws NetException NOT_CONNECTED, REFUSED and the like, or as {@link #send(byte[], int, int,
     *     Address)}
     */
    public void send(byte[] from, int offset, int length) throws NetException {
        Objects.checkFromIndexSize(offset, length, from.length);
        socket.send(from, offset, length, null);
    }

    /**
     * Sends bytes as several datagrams of one size to one peer, in the fewest system calls: one for up to
     * 64 datagrams and 65,507 bytes where the system has segmentation (Linux 4.18, Windows 10 version
     * 2004), else one for each datagram. No other send of this socket comes between them.
     *
     * <p>If it fails, the first of the datagrams may have been sent.
     *
     * @param from has the bytes from the offset on, one datagram after the other
     * @param offset index of the first byte
     * @param length the number of bytes of all datagrams; 0 for one empty datagram
     * @param segmentBytes the size of each datagram but the last, which may be shorter; 1 to 65,507
     * @param to of the socket's family; an IPv6 socket also sends to an IPv4 address
     * @throws IllegalArgumentException if the size is out of bounds
     * @throws NetException MESSAGE_TOO_BIG, or INVALID on older kernels, also if segments do not fit the
     *     MTU of the path with their headers; otherwise as {@link #send(byte[], int, int, Address)}
     * @see <a href="https://man7.org/linux/man-pages/man7/udp.7.html">udp(7), UDP_SEGMENT</a>
     */
    public void sendSegments(byte[] from, int offset, int length, int segmentBytes, Address to)
            throws NetException {
        Objects.requireNonNull(to, "to");
        Objects.checkFromIndexSize(offset, length, from.length);
        socket.sendSegments(from, offset, length, segmentBytes, to);
    }

    /**
     * Sends bytes as several datagrams of one size to the peer of {@link #connect}, otherwise as {@link
     * #sendSegments(byte[], int, int, int, Address)}.
     *
     * @param from has the bytes from the offset on, one datagram after the other
     * @param offset index of the first byte
     * @param length the number of bytes of all datagrams; 0 for one empty datagram
     * @param segmentBytes the size of each datagram but the last, which may be shorter; 1 to 65,507
     * @throws IllegalArgumentException if the size is out of bounds
     * @throws NetException NOT_CONNECTED, REFUSED and the like, or as {@link #sendSegments(byte[], int,
     *     int, int, Address)}
     */
    public void sendSegments(byte[] from, int offset, int length, int segmentBytes)
            throws NetException {
        Objects.checkFromIndexSize(offset, length, from.length);
        socket.sendSegments(from, offset, length, segmentBytes, null);
    }

    /**
     * Lets each receive return several datagrams of one sender and one size, if the kernel has them
     * together: {@link Datagram#segmentBytes} is their size. Call it before the first receive. Such a
     * receive brings up to 65,535 bytes, so give it an array of that length; those that do not fit are
     * lost.
     *
     * @return true; false if the system has no coalesced receives (before Linux 5.0 and Windows 10
     *     version 2004, and on Unix sockets), so that each receive returns one datagram as before
     * @throws NetException the socket was closed, or the thread was interrupted
     * @see <a href="https://man7.org/linux/man-pages/man7/udp.7.html">udp(7), UDP_GRO</a>
     */
    public boolean coalesce() throws NetException {
        return socket.coalesce();
    }

    /**
     * Sets the deadline of receives, also of one that waits now. After it has passed, receives fail
     * until it is moved.
     *
     * @param fromNow time from now on; zero or less has passed already
     */
    public void receiveDeadline(Duration fromNow) {
        Objects.requireNonNull(fromNow, "fromNow");
        socket.receiveDeadline(fromNow);
    }

    /** Removes the deadline: receives wait without a limit, as at the beginning. */
    public void clearDeadline() {
        socket.receiveDeadline(null);
    }

    /**
     * Sets an option of the socket, such as a multicast group to join. For those that must precede the
     * bind see {@link DatagramsOptions#control}.
     *
     * @param option the option
     * @param value its new value
     * @param <T> the type of its value
     * @throws NetException UNSUPPORTED, PERMISSION, INVALID, or the socket was closed
     */
    public <T> void set(SockOpt<T> option, T value) throws NetException {
        socket.call("set " + option + " of", () -> socket.socket.set(option, value));
    }

    /**
     * Returns the value of an option of the socket.
     *
     * @param option the option
     * @param <T> the type of its value
     * @return the value that the kernel reports
     * @throws NetException UNSUPPORTED, or the socket was closed
     */
    public <T> T get(SockOpt<T> option) throws NetException {
        return socket.call("get " + option + " of", () -> socket.socket.get(option));
    }

    /**
     * Returns the address on this side.
     *
     * @return with the port that the kernel chose; also after the close
     */
    public Address localAddress() {
        return socket.local();
    }

    /**
     * Closes the socket and waits until its descriptor is released. Waiting calls fail with {@link
     * ClosedException}. The file of a Unix socket is deleted, unless another socket was bound there
     * since. A second call does nothing.
     */
    @Override
    public void close() {
        socket.close();
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
