package dev.sluice.bench.peers;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The command line of {@link PeerMain}. */
record PeerArguments(String server, Task task, InetSocketAddress address) {
    static PeerArguments parse(String... arguments) {
        if (arguments.length == 0 || arguments.length % 2 == 0) {
            throw new IllegalArgumentException(
                    "usage: PeerMain NAME [--port N] [--address A] [--task T]");
        }
        int port = 0;
        Task task = Task.ECHO;
        InetAddress address = InetAddress.getLoopbackAddress();
        for (int i = 1; i < arguments.length; i += 2) {
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--port" -> port = parsePort(value);
                case "--address" -> address = parseAddress(value);
                case "--task" -> task = Task.parse(value);
                default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
            }
        }
        return new PeerArguments(arguments[0], task,
                new InetSocketAddress(address, port));
    }

    private static int parsePort(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 0xffff) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--port " + text + ": not a number", e);
        }
        throw new IllegalArgumentException("--port " + text + ": not a port (0 to 65535)");
    }

    private static InetAddress parseAddress(String text) {
        return InetAddress.ofLiteral(text);
    }
}
