package dev.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sluice.bench.load.Requests;
import dev.sluice.bench.peers.EchoPeer;
import dev.sluice.bench.peers.OpenPeer;
import dev.sluice.bench.peers.Peers;
import dev.sluice.bench.peers.Task;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One contract for all servers of HTTP/1.1, those on a JVM and the one in C. */
@Timeout(300)
class RequestServersTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(
            InetAddress.getLoopbackAddress(), 0);
    private static final String C = "c-epoll";
    private static final int BOUND_MILLIS = 60_000;

    static Stream<String> names() {
        return Stream.concat(Peers.names(Task.REQUEST).stream(), Stream.of(C));
    }

    /** A server, wherever it runs. */
    private record Server(InetSocketAddress address, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    private static Server open(String name) throws IOException, InterruptedException {
        if (name.equals(C)) {
            return openC();
        }
        EchoPeer peer = OpenPeer.orSkip(name, () -> Peers.open(name, Task.REQUEST, ANY_PORT));
        return new Server(peer.address(), peer::close);
    }

    private static Server openC() throws InterruptedException {
        try {
            List<String> command = new ArrayList<>(
                    BaselinePrograms.ofEnvironment().command("sluice_baseline_epoll"));
            command.addAll(List.of("--task", "request"));
            ServerProcess process = ServerProcess.start(C, command);
            process.awaitListening();
            return new Server(process.address(), process::close);
        } catch (ServerUnavailableException e) {
            return abort("no baseline: " + e.getMessage());
        }
    }

    /** Sends the text, and returns what comes until the server's end. */
    private static String exchange(Server server, String text) throws IOException {
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout(BOUND_MILLIS);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void answersAtTheEndOfARequestAndNotBeforeAndManyAtOnce(String name) throws Exception {
        try (Server server = open(name)) {
            Requests.check(server.address(), 1);
            Requests.check(server.address(), 200);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void servesConnectionsWithRequestsInFlight(String name) throws Exception {
        try (Server server = open(name);
                Requests requests = new Requests(server.address(), 7, 16)) {
            for (int i = 0; i < 3; i++) {
                assertThat(requests.run(20_000_000).units()).isGreaterThanOrEqualTo(7 * 16);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void passesABodyOverAndEndsWhereTheRequestAsksForIt(String name) throws Exception {
        try (Server server = open(name)) {
            String answers = exchange(server, String.join("\r\n",
                    "POST / HTTP/1.1", "Host: here", "Content-Length: 7", "", "GET", "",
                    "GET / HTTP/1.1", "Host: here", "Connection: close", "", ""));
            assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(3);
            assertThat(answers).endsWith("Hello, World!");
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void refusesWhatIsNoRequest(String name) throws Exception {
        try (Server server = open(name)) {
            assertThat(exchange(server, "nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
        }
    }
}
