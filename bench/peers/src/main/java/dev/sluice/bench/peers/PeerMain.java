package dev.sluice.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Runs one server: {@code PeerMain NAME [--port N] [--address A] [--task T]}, and for a proxy {@code
 * --backend ADDRESS:PORT [--idle MILLIS]}, for datagrams {@code [--sockets N]},
 * for a file {@code --file F}. Prints {@code
 * listening ADDRESS:PORT}, answers the requests of {@link Control}, and ends with standard input.
 */
public final class PeerMain {
    static final int EXIT_SYSTEM = 1;
    static final int EXIT_USAGE = 2;

    /**
     * The exit status if this machine lacks what the server needs, the same as that of the C
     * baselines.
     */
    static final int EXIT_UNSUPPORTED = 3;

    private PeerMain() {}

    /** Runs until standard input ends. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        try {
            serve(PeerArguments.parse(arguments));
            return 0;
        } catch (IllegalArgumentException e) {
            return fail(EXIT_USAGE, e);
        } catch (PeerUnavailableException e) {
            return fail(EXIT_UNSUPPORTED, e);
        } catch (IOException e) {
            return fail(EXIT_SYSTEM, e);
        }
    }

    private static int fail(int status, Exception cause) {
        System.err.println(cause.getMessage());
        return status;
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        boolean v6 = address.getAddress() instanceof Inet6Address;
        return (v6 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private static EchoPeer open(PeerArguments arguments) throws IOException {
        ProxySettings proxy = arguments.proxy();
        if (arguments.task() == Task.UDP || arguments.task() == Task.UDP_BULK) {
            return Peers.openUdp(arguments.server(), arguments.task(), arguments.address(),
                    arguments.sockets());
        }
        Path file = arguments.file();
        if (arguments.task() == Task.FILE && file != null) {
            return Peers.openFile(arguments.server(), arguments.address(), file);
        }
        return arguments.task() == Task.PROXY && proxy != null
                ? Peers.openProxy(arguments.server(), arguments.address(), proxy)
                : Peers.open(arguments.server(), arguments.task(), arguments.address());
    }

    private static void serve(PeerArguments arguments) throws IOException {
        try (EchoPeer peer = open(arguments)) {
            System.out.println("listening " + text(peer.address()));
            BufferedReader questions = new BufferedReader(
                    new InputStreamReader(System.in, StandardCharsets.UTF_8));
            new Control(peer.thread()).answer(questions, System.out);
        }
    }
}
