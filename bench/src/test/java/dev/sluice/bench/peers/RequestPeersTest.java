package dev.sluice.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.load.Requests;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One contract for all servers of HTTP/1.1. */
@Timeout(300)
class RequestPeersTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(
            InetAddress.getLoopbackAddress(), 0);
    private static final int BOUND_MILLIS = 60_000;

    static Iterable<String> names() {
        return Peers.names(Task.REQUEST);
    }

    private static EchoPeer open(String name) throws IOException {
        return OpenPeer.orSkip(name, () -> Peers.open(name, Task.REQUEST, ANY_PORT));
    }

    /** Sends the text, and returns what comes until the server's end. */
    private static String exchange(EchoPeer peer, String text) throws IOException {
        try (Socket socket = new Socket(peer.address().getAddress(), peer.address().getPort())) {
            socket.setSoTimeout(BOUND_MILLIS);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void answersAtTheEndOfARequestAndNotBeforeAndManyAtOnce(String name) throws IOException {
        try (EchoPeer peer = open(name)) {
            Requests.check(peer.address(), 1);
            Requests.check(peer.address(), 200);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void servesConnectionsWithRequestsInFlight(String name) throws IOException {
        try (EchoPeer peer = open(name); Requests requests = new Requests(peer.address(), 7, 16)) {
            for (int i = 0; i < 3; i++) {
                assertThat(requests.run(20_000_000).units()).isGreaterThanOrEqualTo(7 * 16);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void passesABodyOverAndEndsWhereTheRequestAsksForIt(String name) throws IOException {
        try (EchoPeer peer = open(name)) {
            String answers = exchange(peer, String.join("\r\n",
                    "POST / HTTP/1.1", "Host: here", "Content-Length: 7", "", "GET", "",
                    "GET / HTTP/1.1", "Host: here", "Connection: close", "", ""));
            assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(3);
            assertThat(answers).endsWith("Hello, World!");
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void refusesWhatIsNoRequest(String name) throws IOException {
        try (EchoPeer peer = open(name)) {
            assertThat(exchange(peer, "nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
        }
    }
}
