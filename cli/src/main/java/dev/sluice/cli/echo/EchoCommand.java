package dev.sluice.cli.echo;

import dev.sluice.Address;
import dev.sluice.PortOptions;
import dev.sluice.SystemCallException;
import dev.sluice.bench.echo.EchoOptions;
import dev.sluice.bench.echo.EchoServer;
import dev.sluice.cli.CommandFailure;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice echo}: an echo server to try with nc. */
@Command(name = "echo", mixinStandardHelpOptions = true,
        description = "Runs the echo server that compare measures, until Ctrl-C ends it.")
public final class EchoCommand implements Callable<Integer> {
    private static final int MAX_PORT = 65535;

    /** A little longer than the server waits for its connections to end. */
    private static final long STOP_SECONDS = 8;

    @Spec
    private CommandSpec spec;

    @Option(names = "--port", required = true, paramLabel = "N",
            description = "where to listen; 0 for a free port")
    private int port;

    @Option(names = "--address", paramLabel = "A", defaultValue = "127.0.0.1",
            description = "Listens on this IPv4 or IPv6 literal (default: ${DEFAULT-VALUE}).")
    private String address;

    @Option(names = "--backend", paramLabel = "B",
            description = "epoll, io_uring or iocp (default: the preferred one that works here).")
    private @Nullable String backend;

    @Option(names = "--wait", paramLabel = "W", defaultValue = "block",
            description = "What an idle server does: block, spin-then-block or spin"
                    + " (default: ${DEFAULT-VALUE}).")
    private String waiting;

    /** Made by picocli, which then fills in the options. */
    public EchoCommand() {}

    @Override
    public Integer call() {
        Address where = where();
        PortOptions options = options();
        try (EchoServer server = new EchoServer(options, where)) {
            serve(server);
        } catch (SystemCallException failure) {
            throw new CommandFailure(String.valueOf(failure.getMessage()), failure);
        }
        return 0;
    }

    private void serve(EchoServer server) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("listening on " + server.address() + " (" + server.port().backend()
                + "); Ctrl-C ends it");
        out.flush();
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, ended)));
        try {
            server.run();
        } finally {
            out.println();
            out.printf("%,d connections, %,d messages, %,d bytes echoed%n",
                    server.connections(), server.receives(), server.bytes());
            out.flush();
            ended.countDown();
        }
    }

    /** Runs while the process ends: it must not end before its connections have. */
    private static void stop(EchoServer server, CountDownLatch ended) {
        if (ended.getCount() == 0) {
            return;
        }
        server.stop();
        try {
            if (!ended.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("echo: connections were still open after "
                        + STOP_SECONDS + " s");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
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

    private PortOptions options() {
        try {
            return EchoOptions.of(backend, waiting);
        } catch (IllegalArgumentException unknown) {
            throw misuse(String.valueOf(unknown.getMessage()));
        }
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
