package dev.sluice.cli.example;

import dev.sluice.Address;
import dev.sluice.cli.CommandFailure;
import dev.sluice.examples.BulkReceiver;
import dev.sluice.examples.BulkSender;
import dev.sluice.examples.ChatServer;
import dev.sluice.examples.Discovery;
import dev.sluice.examples.EchoServer;
import dev.sluice.examples.FileServer;
import dev.sluice.examples.GameServer;
import dev.sluice.examples.HttpServer;
import dev.sluice.examples.HttpsServer;
import dev.sluice.examples.LocalChat;
import dev.sluice.examples.ParallelDial;
import dev.sluice.examples.TlsProxy;
import dev.sluice.net.Datagrams;
import dev.sluice.net.Dialer;
import dev.sluice.net.ListenerOptions;
import dev.sluice.net.PortGroup;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice example}: starts one of the example programs. */
@Command(name = "example", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "<example>",
        commandListHeading = "%nExamples:%n",
        description = "Runs an example program: echo, chat, http, https, files, proxy, game,"
                + " discovery, send, receive or dial.",
        footer = {"", "Their sources are in examples/src/main/java/dev/sluice/examples."})
public final class ExampleCommand implements Runnable {
    private static final Map<String, String> PAGES = Map.of(
            "/", "Hello from Sluice.\n",
            "/plaintext", "Hello, World!");

    private static final Duration TIME_WITHOUT_A_SIGN = Duration.ofMinutes(1);
    private static final long MAX_BYTES = 1L << 40;

    @Spec
    private CommandSpec spec;

    /** Made by picocli. */
    public ExampleCommand() {}

    @Override
    public void run() {
        throw misuse("name an example: echo, chat, http, https, files, proxy, game, discovery,"
                + " send, receive or dial");
    }

    @Command(name = "echo", mixinStandardHelpOptions = true,
            description = "Echoes bytes.")
    int echo(@Mixin ServerOptions options) {
        return options.run((listener, group) -> EchoServer.start(listener), "nc HOST PORT");
    }

    @Command(name = "chat", mixinStandardHelpOptions = true,
            description = "A line chat: each line goes to all other guests.")
    int chat(
            @Mixin ServerOptions options,
            @Option(names = "--unix", paramLabel = "FILE",
                    description = "Listens on this Unix socket; clients are named by their user"
                            + " and process.") @Nullable Path file) {
        if (file != null) {
            return options.runAt(unix(file), (listener, group) -> LocalChat.start(listener),
                    "nc -U " + file + "   (in two terminals; /quit leaves)");
        }
        return options.run((listener, group) -> ChatServer.start(listener),
                "nc HOST PORT   (in two terminals; /quit leaves)");
    }

    @Command(name = "http", mixinStandardHelpOptions = true,
            description = "Serves plain text over HTTP/1.1.")
    int http(@Mixin ServerOptions options) {
        return options.run((listener, group) -> HttpServer.start(listener, PAGES),
                "curl -i http://ADDRESS/",
                "wrk -t1 -c64 -d5s http://ADDRESS/plaintext");
    }

    @Command(name = "https", mixinStandardHelpOptions = true,
            description = "Serves plain text over HTTPS; a renewed certificate needs no restart.")
    int https(@Mixin ServerOptions options, @Mixin PemOptions pem) {
        return options.run(ListenerOptions.DEFAULT.tls(HttpsServer.tls(pem.read())),
                (listener, group) -> HttpsServer.start(listener, PAGES),
                "curl -i --cacert CERTIFICATE https://localhost:PORT/");
    }

    @Command(name = "proxy", mixinStandardHelpOptions = true,
            description = "Terminates TLS and passes the bytes on to a server over plain TCP.")
    int proxy(
            @Mixin ServerOptions options, @Mixin PemOptions pem,
            @Parameters(paramLabel = "HOST:PORT",
                    description = "The server behind it.") String target) {
        return options.run(ListenerOptions.DEFAULT.tls(TlsProxy.tls(pem.read())),
                (listener, group) -> TlsProxy.start(
                        listener, Dialer.DEFAULT.group(group), target),
                "openssl s_client -quiet -connect ADDRESS");
    }

    @Command(name = "files", mixinStandardHelpOptions = true,
            description = "Serves the files below a folder over HTTP/1.1.")
    int files(
            @Mixin ServerOptions options,
            @Option(names = "--folder", paramLabel = "F", defaultValue = ".",
                    description = "The folder (default: ${DEFAULT-VALUE}).") Path folder) {
        if (!Files.isDirectory(folder)) {
            throw misuse("folder " + folder + ": no such folder");
        }
        return options.run((listener, group) -> FileServer.start(listener, folder),
                "curl -O http://ADDRESS/FILE",
                "curl -r 0-99 http://ADDRESS/FILE");
    }

    @Command(name = "game", mixinStandardHelpOptions = true,
            description = "A game loop whose players use TCP and UDP on the same port.")
    int game(
            @Mixin ServerOptions options,
            @Option(names = "--silence", paramLabel = "S", defaultValue = "10",
                    description = "Removes a player who is silent for so many seconds"
                            + " (default: ${DEFAULT-VALUE}).") int seconds) {
        requireSeconds("silence", seconds);
        return options.run((listener, group) -> GameServer.start(listener,
                Datagrams.bind(listener.address(), group), Duration.ofSeconds(seconds)),
                "nc HOST PORT      then: join ann, move 1 2, beat, leave",
                "nc -u HOST PORT   the same by UDP");
    }

    @Command(name = "dial", mixinStandardHelpOptions = true,
            description = "Dials many addresses at once and prints the first that answers.")
    int dial(
            @Option(names = "--timeout", paramLabel = "S", defaultValue = "5",
                    description = "Waits so many seconds (default: ${DEFAULT-VALUE}).") int seconds,
            @Parameters(paramLabel = "HOST:PORT", arity = "1..*",
                    description = "What to dial; a name stands for all of its addresses.") List<String> targets) {
        requireSeconds("timeout", seconds);
        try {
            return ParallelDial.run(targets, Duration.ofSeconds(seconds),
                    spec.commandLine().getOut()) ? 0 : 1;
        } catch (IllegalArgumentException notAnAddress) {
            throw misuse(String.valueOf(notAnAddress.getMessage()));
        }
    }

    @Command(name = "discovery", mixinStandardHelpOptions = true,
            description = "Prints the services of this machine that are announced by multicast.")
    int discovery(
            @Option(names = "--announce", paramLabel = "NAME=HOST:PORT",
                    description = "Announces a service.") @Nullable Map<String, String> services) {
        try {
            PrintWriter out = spec.commandLine().getOut();
            InetAddress loopback = InetAddress.getLoopbackAddress();
            Discovery member = Discovery.start(Discovery.GROUP,
                    NetworkInterface.getByInetAddress(loopback).getIndex(), Duration.ofSeconds(2),
                    PortGroup.shared(), line -> {
                        out.println(line);
                        out.flush();
                    });
            if (services != null) {
                services.forEach((name, at) -> member.announce(name, Address.parse(at)));
            }
            ServerOptions.untilStopped(spec, member);
        } catch (IllegalArgumentException notAService) {
            throw misuse(String.valueOf(notAService.getMessage()));
        } catch (IOException failure) {
            throw new CommandFailure(String.valueOf(failure.getMessage()), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    @Command(name = "send", mixinStandardHelpOptions = true,
            description = "Sends a file over UDP to the example receive.")
    int send(
            @Parameters(paramLabel = "FILE") Path file,
            @Parameters(paramLabel = "ADDRESS",
                    description = "Such as 127.0.0.1:7005.") String to) {
        try {
            Address peer = Address.parse(to);
            Address any = peer.isIpv6() ? Address.any6(0) : Address.any(0);
            try (FileChannel from = FileChannel.open(file);
                    Datagrams socket = Datagrams.bind(any, PortGroup.shared())) {
                socket.connect(peer);
                BulkSender.Report report = BulkSender.send(socket, from, TIME_WITHOUT_A_SIGN);
                spec.commandLine().getOut().printf(
                        "%,d bytes in %,d packets, of which %,d were lost; round trip %,d us%n",
                        report.bytes(), report.packets(), report.lostPackets(),
                        report.roundTrip().toNanos() / 1000);
            }
        } catch (IllegalArgumentException notAnAddress) {
            throw misuse(String.valueOf(notAnAddress.getMessage()));
        } catch (IOException failure) {
            throw new CommandFailure("send " + file + ": " + failure.getMessage(), failure);
        }
        return 0;
    }

    @Command(name = "receive", mixinStandardHelpOptions = true,
            description = "Receives a file over UDP from the example send.")
    int receive(
            @Parameters(paramLabel = "FILE", description = "Must not exist.") Path file,
            @Option(names = "--port", paramLabel = "N", defaultValue = "0",
                    description = "Receives on this port (default: a free one).") int port) {
        PrintWriter out = spec.commandLine().getOut();
        try (Datagrams socket = Datagrams.bind(Address.loopback(port), PortGroup.shared());
                FileChannel into = FileChannel.open(file, StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE)) {
            out.println("receive waits at " + socket.localAddress());
            out.flush();
            long bytes = BulkReceiver.receive(socket, into, MAX_BYTES, TIME_WITHOUT_A_SIGN);
            out.printf("%,d bytes%n", bytes);
        } catch (IllegalArgumentException noPort) {
            throw misuse(String.valueOf(noPort.getMessage()));
        } catch (IOException failure) {
            throw new CommandFailure("receive " + file + ": " + failure.getMessage(), failure);
        }
        return 0;
    }

    private Address unix(Path file) {
        try {
            return Address.unix(file);
        } catch (IllegalArgumentException tooLong) {
            throw misuse(String.valueOf(tooLong.getMessage()));
        }
    }

    private void requireSeconds(String option, int seconds) {
        if (seconds < 1) {
            throw misuse(option + " " + seconds + ": use 1 or more");
        }
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
