package dev.sluice.cli.example;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.cli.CommandFailure;
import dev.sluice.examples.Example;
import dev.sluice.net.Listener;
import dev.sluice.net.ListenerOptions;
import dev.sluice.net.NetException;
import dev.sluice.net.PortGroup;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of an example server: where it listens, and on which ports of Sluice it runs. */
final class ServerOptions {
    private static final int MAX_PORT = 65535;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--port", paramLabel = "N", defaultValue = "0",
            description = "Listens on this port (default: a free one).")
    private int port;

    @Option(names = "--address", paramLabel = "A", defaultValue = "127.0.0.1",
            description = "Listens on this IPv4 or IPv6 literal (default: ${DEFAULT-VALUE}).")
    private String address;

    @Option(names = "--backend", paramLabel = "B",
            description = "epoll, io_uring or iocp (default: the one that suits blocking calls).")
    private @Nullable String backend;

    @Option(names = "--thread-per-port",
            description = "Runs each connection on the platform thread of its port; see docs/net.md.")
    private boolean threadPerPort;

    /** Made by picocli, which then fills in the options. */
    ServerOptions() {}

    /**
     * Runs a server until Ctrl-C. In the hints, which are commands to try, HOST, PORT and ADDRESS
     * stand for its address.
     */
    int run(Start start, String... hints) {
        return run(ListenerOptions.DEFAULT, start, hints);
    }

    /** As {@link #run(Start, String...)}, with further options of the listener. */
    int run(ListenerOptions listening, Start start, String... hints) {
        return runAt(where(), listening, start, hints);
    }

    /** Runs a server that listens elsewhere than the options say. */
    int runAt(Address where, Start start, String... hints) {
        return runAt(where, ListenerOptions.DEFAULT, start, hints);
    }

    private int runAt(Address where, ListenerOptions listening, Start start, String... hints) {
        try {
            PortGroup group = group();
            Listener listener = Listener.open(where, listening.group(group));
            Example example = start.on(listener, group);
            greet(listener.address(), group, hints);
            untilStopped(command, example);
        } catch (IOException failure) {
            throw new CommandFailure(String.valueOf(failure.getMessage()), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    /** Starts the server of a listener, with the ports that it may use for more. */
    @FunctionalInterface
    interface Start {
        Example on(Listener listener, PortGroup group) throws IOException;
    }

    private void greet(Address listening, PortGroup group, String... hints) {
        PrintWriter out = command.commandLine().getOut();
        out.println(command.name() + " listens on " + listening + " (" + group.backend()
                + (threadPerPort ? ", thread per port" : "") + "); Ctrl-C ends it");
        for (String hint : hints) {
            out.println("try: " + hint.replace("PORT", Integer.toString(listening.port()))
                    .replace("HOST", address)
                    .replace("ADDRESS", listening.toString()));
        }
        out.flush();
    }

    /** Waits until Ctrl-C ends the process, and then stops the example. */
    static void untilStopped(CommandSpec command, Example example) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(command, example)));
        new CountDownLatch(1).await();
    }

    private static void stop(CommandSpec command, Example example) {
        String sum = example.stop();
        PrintWriter out = command.commandLine().getOut();
        out.println();
        out.println(sum);
        out.flush();
    }

    private PortGroup group() throws NetException {
        if (backend == null) {
            return threadPerPort ? PortGroup.openThreadPerPort() : PortGroup.shared();
        }
        try {
            Backend named = Backend.named(backend);
            return threadPerPort ? PortGroup.openThreadPerPort(named) : PortGroup.open(named);
        } catch (IllegalArgumentException unknown) {
            throw misuse(String.valueOf(unknown.getMessage()));
        }
    }

    private Address where() {
        if (port < 0 || port > MAX_PORT) {
            throw misuse("port " + port + ": use 0 to " + MAX_PORT);
        }
        try {
            return Address.of(address, port);
        } catch (IllegalArgumentException notAnAddress) {
            throw misuse("address '" + address + "': use an IPv4 or IPv6 literal");
        }
    }

    private ParameterException misuse(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
