package dev.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sluice.bench.load.ByteCheck;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.peers.EchoPeer;
import dev.sluice.bench.peers.OpenPeer;
import dev.sluice.bench.peers.Peers;
import dev.sluice.bench.peers.ProxySettings;
import dev.sluice.bench.peers.Task;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One contract for all proxies, those on a JVM and the one in C. */
@Timeout(300) // a proxy that stalls fails its test instead of the build
class ProxiesTest {
    private static final String C = "c-epoll";
    private static final int BOUND_MILLIS = 60_000;
    private static final int LONG_IDLE_MILLIS = 10 * BOUND_MILLIS;
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    static Stream<String> names() {
        return Stream.concat(Peers.names(Task.PROXY).stream(), Stream.of(C));
    }

    /** A proxy, wherever it runs. */
    private record Proxy(InetSocketAddress address, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }

        Socket dial() throws IOException {
            Socket socket = new Socket(address.getAddress(), address.getPort());
            socket.setSoTimeout(BOUND_MILLIS);
            return socket;
        }
    }

    private static ServerSocket backend() throws IOException {
        ServerSocket backend = new ServerSocket(0, 100, LOOPBACK);
        backend.setSoTimeout(BOUND_MILLIS);
        return backend;
    }

    private static Socket accept(ServerSocket backend) throws IOException {
        Socket socket = backend.accept();
        socket.setSoTimeout(BOUND_MILLIS);
        return socket;
    }

    private static Proxy open(String name, ServerSocket backend, int idleMillis)
            throws IOException, InterruptedException {
        InetSocketAddress address = (InetSocketAddress) backend.getLocalSocketAddress();
        if (name.equals(C)) {
            return openC(address, idleMillis);
        }
        EchoPeer peer = OpenPeer.orSkip(name, () -> Peers.openProxy(name,
                new InetSocketAddress(LOOPBACK, 0), new ProxySettings(address, idleMillis)));
        return new Proxy(peer.address(), peer::close);
    }

    private static Proxy openC(InetSocketAddress backend, int idleMillis)
            throws InterruptedException {
        try {
            List<String> command = new ArrayList<>(
                    BaselinePrograms.ofEnvironment().command("sluice_baseline_epoll"));
            command.addAll(List.of("--task", "proxy", "--backend",
                    backend.getAddress().getHostAddress() + ":" + backend.getPort(), "--idle",
                    Integer.toString(idleMillis)));
            ServerProcess process = ServerProcess.start(C, command);
            process.awaitListening();
            return new Proxy(process.address(), process::close);
        } catch (ServerUnavailableException e) {
            return abort("no baseline: " + e.getMessage());
        }
    }

    private static void echoAll(ServerSocket backend) {
        try {
            while (true) {
                Socket socket = backend.accept();
                Thread.startVirtualThread(() -> echo(socket));
            }
        } catch (IOException e) {
            assertThat(backend.isClosed()).isTrue();
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            return; // reset, as a test may do
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyByteComesBackAndTheHalfCloseIsPassedOn(String name) throws Exception {
        try (ServerSocket backend = backend();
                Proxy proxy = open(name, backend, LONG_IDLE_MILLIS)) {
            Thread.startVirtualThread(() -> echoAll(backend));
            for (String load : new String[]{"1x1", "16x64", "64x1024", "4x65536", "8x64p16"}) {
                ByteCheck.run(proxy.address(), Load.parse(load), 7, BOUND_MILLIS);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void theBackendMayEndItsStreamFirst(String name) throws Exception {
        try (ServerSocket backend = backend();
                Proxy proxy = open(name, backend, LONG_IDLE_MILLIS);
                Socket client = proxy.dial();
                Socket server = accept(backend)) {
            server.getOutputStream().write(HELLO);
            server.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(HELLO);
            client.getOutputStream().write(HELLO);
            client.shutdownOutput();
            assertThat(server.getInputStream().readAllBytes()).isEqualTo(HELLO);
        }
    }

    /** More than all buffers between hold, so both directions stand still for a while. */
    @ParameterizedTest
    @MethodSource("names")
    void aClientThatReadsLateGetsEverything(String name) throws Exception {
        byte[] bytes = new byte[24 << 20];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i % 251);
        }
        try (ServerSocket backend = backend();
                Proxy proxy = open(name, backend, LONG_IDLE_MILLIS);
                Socket client = proxy.dial()) {
            Thread.startVirtualThread(() -> echoAll(backend));
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(client, bytes));
            assertThat(client.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
            sent.join();
        }
    }

    private static void send(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException("the proxy closed too early", e);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aResetOfEitherSideResetsTheOther(String name) throws Exception {
        try (ServerSocket backend = backend();
                Proxy proxy = open(name, backend, LONG_IDLE_MILLIS)) {
            for (boolean byTheClient : new boolean[]{true, false}) {
                try (Socket client = proxy.dial(); Socket server = accept(backend)) {
                    exchange(client, server);
                    Socket resets = byTheClient ? client : server;
                    resets.setSoLinger(true, 0);
                    resets.close();
                    expectReset(byTheClient ? server : client);
                }
            }
            try (Socket client = proxy.dial(); Socket server = accept(backend)) {
                exchange(client, server); // those after it are served
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aSessionWithoutTrafficIsReset(String name) throws Exception {
        try (ServerSocket backend = backend();
                Proxy proxy = open(name, backend, 300);
                Socket client = proxy.dial();
                Socket server = accept(backend)) {
            expectReset(client);
            expectReset(server);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aClientIsClosedIfTheBackendRefuses(String name) throws Exception {
        ServerSocket backend = backend();
        try (backend; Proxy proxy = open(name, backend, LONG_IDLE_MILLIS)) {
            backend.close();
            try (Socket client = proxy.dial()) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            } catch (SocketException e) {
                assertThat(e).hasMessageContaining("reset");
            }
        }
    }

    private static void exchange(Socket client, Socket server) throws IOException {
        client.getOutputStream().write(HELLO);
        assertThat(server.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
        server.getOutputStream().write(HELLO);
        assertThat(client.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
    }

    private static void expectReset(Socket socket) {
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> socket.getInputStream().read())
                .withMessageContaining("reset");
    }
}
