package dev.sluice.bench.peers;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@link PeerMain}.
 *
 * @param server its name
 * @param task what it does
 * @param address where it listens
 * @param proxy of {@link Task#PROXY} alone, which has it
 * @param sockets of {@link Task#UDP} and {@link Task#UDP_BULK}
 * @param file of {@link Task#FILE} alone, which has it; opened with the first connection
 */
record PeerArguments(String server, Task task, InetSocketAddress address,
        @Nullable ProxySettings proxy, int sockets, @Nullable Path file) {
    /** As in native/baseline/options.c; longer than all other servers of a comparison warm up. */
    private static final int IDLE_MILLIS = 120_000;

    private static final int MOST_SOCKETS = 1000;

    static PeerArguments parse(String... arguments) {
        if (arguments.length == 0 || arguments.length % 2 == 0) {
            throw new IllegalArgumentException("usage: PeerMain NAME [--port N] [--address A]"
                    + " [--task T] [--backend ADDRESS:PORT] [--idle MILLIS] [--sockets N]"
                    + " [--file F]");
        }
        int port = 0;
        Task task = Task.ECHO;
        InetAddress address = InetAddress.getLoopbackAddress();
        InetSocketAddress backend = null;
        int idleMillis = IDLE_MILLIS;
        int sockets = 1;
        Path file = null;
        for (int i = 1; i < arguments.length; i += 2) {
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--port" -> port = parsePort(value);
                case "--address" -> address = InetAddress.ofLiteral(value);
                case "--task" -> task = Task.parse(value);
                case "--backend" -> backend = parseBackend(value);
                case "--idle" -> idleMillis = number("--idle", value);
                case "--file" -> file = Path.of(value);
                case "--sockets" -> sockets = parseSockets(value);
                default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
            }
        }
        if (task == Task.PROXY && backend == null) {
            throw new IllegalArgumentException("--task proxy needs --backend ADDRESS:PORT");
        }
        if (task == Task.FILE && file == null) {
            throw new IllegalArgumentException("--task file needs --file F");
        }
        return new PeerArguments(arguments[0], task, new InetSocketAddress(address, port),
                backend == null ? null : new ProxySettings(backend, idleMillis), sockets, file);
    }

    private static int parseSockets(String text) {
        int sockets = number("--sockets", text);
        if (sockets >= 1 && sockets <= MOST_SOCKETS) {
            return sockets;
        }
        throw new IllegalArgumentException("--sockets " + text + ": use 1 to " + MOST_SOCKETS);
    }

    private static int parsePort(String text) {
        int port = number("--port", text);
        if (port >= 0 && port <= 0xffff) {
            return port;
        }
        throw new IllegalArgumentException("--port " + text + ": not a port (0 to 65535)");
    }

    private static InetSocketAddress parseBackend(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("--backend " + text + ": not ADDRESS:PORT");
        }
        return new InetSocketAddress(InetAddress.ofLiteral(text.substring(0, colon)),
                parsePort(text.substring(colon + 1)));
    }

    private static int number(String option, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " " + text + ": not a number", e);
        }
    }
}
