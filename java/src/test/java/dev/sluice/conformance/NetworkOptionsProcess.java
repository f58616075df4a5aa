package dev.sluice.conformance;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.MulticastGroup;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.net.NetworkInterface;

/**
 * Tries options where interfaces and routes are those of {@link NetworkOptionsTest}, and prints what
 * differs. What must not arrive would be found by the next receive, since each datagram has a length of its
 * own.
 */
final class NetworkOptionsProcess {
    private static final String NEIGHBOUR = "198.18.0.9";
    private static final String FAR = "203.0.113.7";
    private static final int DISCARD = 9;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final CompletionPort port;
    private final MemorySegment memory;

    private NetworkOptionsProcess(CompletionPort port) {
        this.port = port;
        memory = port.allocate(4096).segment();
    }

    /** Takes the backend's name, and what to try. */
    public static void main(String[] args) throws Exception {
        PortOptions options = PortOptions.DEFAULT.backend(Backend.named(args[0]));
        try (CompletionPort port = CompletionPort.open(options)) {
            NetworkOptionsProcess process = new NetworkOptionsProcess(port);
            switch (args[1]) {
                case "mark" -> process.mark();
                case "dontroute" -> process.dontRoute();
                case "dontfragment" -> process.dontFragment();
                case "bindtodevice" -> process.bindToDevice();
                case "multicast" -> process.multicast(Address.any(0), Address.loopback(0),
                        "239.1.2.3");
                case "multicast6" -> process.multicast(Address.any6(0), Address.loopback6(0),
                        "ff15::1:2:3");
                case "transparent" -> process.transparent();
                case "privileges" -> process.privileges();
                default -> throw new IllegalArgumentException(args[1]);
            }
        }
        System.out.println("as expected: " + args[1]);
    }

    private interface Call {
        Object run() throws SystemCallException;
    }

    private static void check(boolean right, String what) {
        if (!right) {
            throw new AssertionError(what);
        }
    }

    private static void fails(Status status, String message, Call call) {
        try {
            Object result = call.run();
            throw new AssertionError("no failure but " + result);
        } catch (SystemCallException failure) {
            check(failure.status() == status && String.valueOf(failure.getMessage())
                    .contains(message), status + " " + message + " and not " + failure);
        }
    }

    private NativeSocket udp() throws SystemCallException {
        return port.socket(SocketType.UDP4);
    }

    private void send(NativeSocket from, int bytes, Address to) throws SystemCallException {
        check(from.trySendTo(memory.asSlice(0, bytes), to) == bytes, "a datagram to " + to);
    }

    /** Waits for a datagram, which the kernel may deliver a moment after the send. */
    private long receive(NativeSocket socket) throws SystemCallException {
        long endNanos = System.nanoTime() + PATIENCE_NANOS;
        long received = socket.tryReceive(memory);
        while (received == NativeSocket.WOULD_BLOCK) {
            check(System.nanoTime() - endNanos < 0, "a datagram that comes");
            Thread.onSpinWait();
            received = socket.tryReceive(memory);
        }
        return received;
    }

    private void mark() throws SystemCallException {
        Address to = Address.of(NEIGHBOUR, DISCARD);
        send(udp(), 1, to);
        NativeSocket marked = udp().set(SockOpt.MARK, 77);
        check(marked.get(SockOpt.MARK) == 77, "a mark that is read");
        fails(Status.UNREACHABLE, "", () -> marked.trySendTo(memory, to));
        send(udp().set(SockOpt.MARK, 78), 1, to);
    }

    private void dontRoute() throws SystemCallException {
        Address far = Address.of(FAR, DISCARD);
        NativeSocket socket = udp();
        send(socket, 1, far);
        socket.set(SockOpt.DONTROUTE, true);
        check(socket.get(SockOpt.DONTROUTE), "an option that is read");
        fails(Status.UNREACHABLE, "", () -> socket.trySendTo(memory, far));
        send(socket, 1, Address.of(NEIGHBOUR, DISCARD));
    }

    private void dontFragment() throws SystemCallException {
        for (Address at : new Address[]{Address.loopback(0), Address.loopback6(0)}) {
            NativeSocket receiver = port.datagrams(at);
            NativeSocket socket = port.socket(SocketType.datagramFor(at));
            socket.set(SockOpt.DONTFRAGMENT, true);
            Address to = receiver.localAddress();
            fails(Status.MESSAGE_TOO_BIG, "",
                    () -> socket.trySendTo(memory.asSlice(0, 2000), to));
            socket.set(SockOpt.DONTFRAGMENT, false);
            send(socket, 2000, to);
            check(receive(receiver) == 2000, "fragments that are put together");
        }
    }

    private void bindToDevice() throws SystemCallException {
        NativeSocket receiver = udp().set(SockOpt.BINDTODEVICE, "v0").bind(Address.any(0));
        check(receiver.get(SockOpt.BINDTODEVICE).equals("v0"), "a name that is read");
        Address to = Address.loopback(receiver.localAddress().port());
        send(udp(), 1, to);
        check(receiver.tryReceive(memory) == NativeSocket.WOULD_BLOCK, "nothing by lo");
        receiver.set(SockOpt.BINDTODEVICE, "lo");
        send(udp(), 2, to);
        check(receive(receiver) == 2, "a datagram by lo");
        receiver.set(SockOpt.BINDTODEVICE, "");
        check(receiver.get(SockOpt.BINDTODEVICE).isEmpty(), "no name");
        fails(Status.INVALID,
                "BINDTODEVICE = nonesuch: setsockopt BINDTODEVICE: ENODEV (19): No such"
                        + " device: use the name of an interface",
                () -> receiver.set(SockOpt.BINDTODEVICE, "nonesuch"));
    }

    private void multicast(Address any, Address loopback, String literal) throws Exception {
        int v0 = NetworkInterface.getByName("v0").getIndex();
        int v1 = NetworkInterface.getByName("v1").getIndex();
        MulticastGroup group = MulticastGroup.of(Address.of(literal, 0)).onInterface(v0);
        NativeSocket member = port.datagrams(any).set(SockOpt.MULTICAST_JOIN, group);
        Address to = Address.of(literal, member.localAddress().port());
        NativeSocket sender = port.socket(SocketType.datagramFor(any));
        sender.set(SockOpt.MULTICAST_INTERFACE, v0).set(SockOpt.MULTICAST_TTL, 0);
        send(sender, 1, to);
        check(receive(member) == 1, "a datagram by v0");
        sender.set(SockOpt.MULTICAST_LOOP, false);
        send(sender, 2, to);
        check(member.tryReceive(memory) == NativeSocket.WOULD_BLOCK, "nothing without a loop");
        sender.set(SockOpt.MULTICAST_LOOP, true).set(SockOpt.MULTICAST_INTERFACE, v1);
        send(sender, 3, to);
        check(member.tryReceive(memory) == NativeSocket.WOULD_BLOCK, "nothing by v1");
        send(sender, 4, loopback.withPort(member.localAddress().port()));
        check(receive(member) == 4, "a datagram of its own");
    }

    private void transparent() throws SystemCallException {
        Address other = Address.of(FAR, 0);
        fails(Status.ADDRESS_UNAVAILABLE, "", () -> udp().bind(other));
        NativeSocket socket = udp().set(SockOpt.TRANSPARENT, true);
        check(socket.get(SockOpt.TRANSPARENT), "an option that is read");
        socket.bind(other);
        NativeSocket six = port.socket(SocketType.TCP6).set(SockOpt.TRANSPARENT, true);
        six.bind(Address.of("2001:db8::7", 0)).listen(1);
    }

    private void privileges() throws SystemCallException {
        NativeSocket socket = udp();
        fails(Status.PERMISSION, "MARK = 7: setsockopt MARK: EPERM (1): Operation not permitted:"
                + " needs CAP_NET_ADMIN, or CAP_NET_RAW since Linux 5.17",
                () -> socket.set(SockOpt.MARK, 7));
        fails(Status.PERMISSION, "needs CAP_NET_ADMIN or CAP_NET_RAW",
                () -> socket.set(SockOpt.TRANSPARENT, true));
        socket.set(SockOpt.BINDTODEVICE, "lo");
        fails(Status.PERMISSION, "needs CAP_NET_RAW",
                () -> socket.set(SockOpt.BINDTODEVICE, ""));
    }
}
