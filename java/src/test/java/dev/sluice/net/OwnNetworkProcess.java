package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.Status;
import dev.sluice.conformance.BackendsUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Tries calls in networks whose kernel settings the test chose. Prints what is wrong. */
final class OwnNetworkProcess {
    private static final int PEERS = 20;
    private static final int LISTENING = 7000;

    private OwnNetworkProcess() {}

    private static void expect(String what, Object expected, Object found) {
        if (!Objects.equals(expected, found)) {
            System.out.println(what + ": " + found + " instead of " + expected);
        }
    }

    public static void main(String... arguments) throws Exception {
        for (GroupKind kind : GroupKind.all()) {
            try (PortGroup group = kind.open(1)) {
                switch (arguments[0]) {
                    case "everywhere" -> everywhere(kind.toString(), group);
                    case "few-ports" -> fewPorts(kind.toString(), group);
                    case "blackholes" -> blackholes(kind.toString(), group);
                    default -> throw new AssertionError(arguments[0]);
                }
            }
        }
        System.out.println("tried on " + BackendsUnderTest.all());
        System.exit(0);
    }

    /** {@code :0} accepts IPv4. */
    static void everywhere(String kind, PortGroup group) throws Exception {
        ListenerOptions listening = ListenerOptions.DEFAULT.group(group);
        Dialer dialer = Dialer.DEFAULT.group(group);
        try (Listener listener = Listener.open(":0", listening);
                Connection client = dialer.dial(Address.loopback(listener.address().port()));
                Connection server = listener.accept()) {
            expect(kind + ": the peer", client.localAddress(), server.remoteAddress());
            expect(kind + ": the own side", client.remoteAddress(), server.localAddress());
        }
        try (Datagrams all = Datagrams.bind(":0", group, Resolver.SYSTEM);
                Datagrams four = Datagrams.bind(Address.loopback(0), group)) {
            Address there = Address.loopback(all.localAddress().port());
            four.send(new byte[1], 0, 1, there);
            Address source = all.receive(new byte[1]).source();
            expect(kind + ": the sender", four.localAddress(), source);
            all.send(new byte[1], 0, 1, source);
            expect(kind + ": the answer's sender", there, four.receive(new byte[1]).source());
        }
    }

    /** More peers than local ports. */
    private static void fewPorts(String kind, PortGroup group) throws Exception {
        ListenerOptions listening = ListenerOptions.DEFAULT.group(group);
        Dialer dialer = Dialer.DEFAULT.group(group).local(Address.loopback(0));
        List<Connection> connections = new ArrayList<>();
        try (Listener listener = Listener.open("0.0.0.0:" + LISTENING, listening)) {
            for (int i = 0; i < PEERS; i++) {
                try {
                    connections.add(dialer.dial("127.0.1." + (i + 1) + ":" + LISTENING));
                } catch (NetException failure) {
                    System.out.println(kind + ": " + failure);
                }
            }
            expect(kind + ": connections", PEERS, connections.size());
            expect(kind + ": port", LISTENING, listener.address().port());
            expect(kind + ": address", true, connections.stream().allMatch(
                    each -> each.localAddress().withPort(0).equals(Address.loopback(0))));
            connections.forEach(Connection::abort);
        }
    }

    /** A route that drops every packet. */
    private static void blackholes(String kind, PortGroup group) throws Exception {
        for (String place : List.of("198.18.0.1:9", "[2001:db8::1]:9")) {
            try {
                Dialer.DEFAULT.group(group).dial(place).close();
                System.out.println(kind + ": connected to " + place);
            } catch (NetException failure) {
                expect(kind + ": " + failure, Status.UNREACHABLE, failure.status());
            }
            Address address = Address.parse(place);
            try (Datagrams socket = Datagrams.bind(address.isIpv6()
                    ? Address.any6(0)
                    : Address.any(0), group)) {
                for (Call call : new Call[]{
                    () -> socket.send(new byte[1], 0, 1, address),
                    () -> socket.connect(address)}) {
                    try {
                        call.run();
                        System.out.println(kind + ": sent to " + place);
                    } catch (NetException failure) {
                        expect(kind + ": " + failure, Status.UNREACHABLE, failure.status());
                    }
                }
            }
        }
    }

    private interface Call {
        void run() throws NetException;
    }
}
