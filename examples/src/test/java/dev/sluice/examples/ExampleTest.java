package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.Backend;
import dev.sluice.Capabilities;
import dev.sluice.net.Listener;
import dev.sluice.net.ListenerOptions;
import dev.sluice.net.NetException;
import dev.sluice.net.PortGroup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the test of each example extends. It runs for each backend that works here, with a
 * thread per port and without.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.sluice.examples.ExampleTest#ports")
@Timeout(value = 600, unit = TimeUnit.SECONDS)
abstract class ExampleTest {
    @Parameter
    Ports ports;

    PortGroup group;
    Listener listener;

    private final List<LineClient> clients = new ArrayList<>();

    /** What the ports of an example are. */
    record Ports(Backend backend, boolean threadPerPort) {
        PortGroup open() throws NetException {
            return threadPerPort ? PortGroup.openThreadPerPort(backend) : PortGroup.open(backend);
        }

        @Override
        public String toString() {
            return threadPerPort ? backend + ", thread per port" : backend.toString();
        }
    }

    static Stream<Ports> ports() {
        return Capabilities.report().stream()
                .filter(Capabilities.Support::available).map(Capabilities.Support::backend)
                .flatMap(backend -> Stream.of(
                        new Ports(backend, false), new Ports(backend, true)));
    }

    /** Sets options of the listening socket, which connections inherit. */
    ListenerOptions listening() throws IOException {
        return ListenerOptions.DEFAULT;
    }

    @BeforeEach
    final void listen() throws Exception {
        group = ports.open();
        listener = Listener.open("127.0.0.1:0", listening().group(group));
    }

    @AfterEach
    final void close() throws IOException {
        for (LineClient client : clients) {
            client.socket.close();
        }
        listener.close();
        group.close();
    }

    final int port() {
        return listener.address().port();
    }

    final Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout(60_000);
        return socket;
    }

    /** A client of the JDK that talks in lines; closed after the test. */
    final LineClient lineClient() throws IOException {
        LineClient client = new LineClient(connect());
        clients.add(client);
        return client;
    }

    /** A plain socket, read and written in lines. */
    static final class LineClient {
        final Socket socket;
        private final BufferedReader reader;

        LineClient(Socket socket) throws IOException {
            this.socket = socket;
            this.reader = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), UTF_8));
        }

        void send(String line) throws IOException {
            socket.getOutputStream().write((line + "\n").getBytes(UTF_8));
        }

        /** The next line, null at the end of the stream. */
        String read() throws IOException {
            return reader.readLine();
        }

        /** Reads until a line that contains this, which it returns. */
        String readUntil(String wanted) throws IOException {
            List<String> seen = new ArrayList<>();
            for (String line = read(); line != null; line = read()) {
                if (line.contains(wanted)) {
                    return line;
                }
                seen.add(line);
            }
            throw new AssertionError("'" + wanted + "' never came, but " + seen);
        }
    }
}
