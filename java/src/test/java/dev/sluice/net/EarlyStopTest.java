package dev.sluice.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.conformance.UnixPeer;
import dev.sluice.testing.OwnLoopback;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A read that returns less than it had room for has not always emptied the stream. */
class EarlyStopTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String PIECE = "ten bytes ";
    private static final int PIECES = 10;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void descriptorsThatAPeerPassesDoNotHideWhatFollows(boolean readerWaits) throws Exception {
        assumeTrue(backend != Backend.IOCP, "Unix sockets are not there");
        Path path = folder.resolve("s");
        try (Listener listener = Listener.open("unix:" + path, listening());
                UnixPeer peer = UnixPeer.connect(path);
                Connection server = listener.accept(LONG)) {
            server.readDeadline(LONG);
            String all = "first" + PIECE.repeat(PIECES);
            CompletableFuture<String> reading =
                    readerWaits ? background(() -> read(server, all.length())) : null;
            peer.write("first");
            for (int piece = 0; piece < PIECES; piece++) {
                peer.writeWithDescriptor(PIECE);
            }
            String text = reading == null ? read(server, all.length()) : result(reading);
            assertThat(text).isEqualTo(all);
            assertThat(peer.nobodyHoldsWhatWasPassed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void urgentDataOfAUnixStreamDoesNotEither(boolean readerWaits) throws Exception {
        assumeTrue(backend != Backend.IOCP, "Unix sockets are not there");
        Path path = folder.resolve("s");
        try (Listener listener = Listener.open("unix:" + path, listening());
                UnixPeer peer = UnixPeer.connect(path);
                Connection server = listener.accept(LONG)) {
            server.readDeadline(LONG);
            CompletableFuture<String> reading =
                    readerWaits ? background(() -> read(server, 11)) : null;
            peer.write("before");
            peer.writeUrgent("!");
            peer.write("after");
            String text = reading == null ? read(server, 11) : result(reading);
            assertThat(text).isEqualTo("beforeafter");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void urgentDataOfTcpDoesNotEither(boolean readerWaits) throws Exception {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
                Socket peer = connect(listener.address());
                Connection server = listener.accept(LONG)) {
            server.readDeadline(LONG);
            CompletableFuture<String> reading =
                    readerWaits ? background(() -> readUntilEnd(server)) : null;
            OutputStream out = peer.getOutputStream();
            for (int round = 0; round < 3; round++) {
                out.write("before".getBytes(US_ASCII));
                peer.sendUrgentData('!');
                out.write("after".getBytes(US_ASCII));
            }
            out.write(".".getBytes(US_ASCII));
            String text = reading == null ? readUntilEnd(server) : result(reading);
            assertThat(text.replace("!", "")).isEqualTo("beforeafter".repeat(3) + ".");
        }
    }

    private static Socket connect(Address to) throws Exception {
        Socket peer = new Socket(OwnLoopback.inet(), to.port());
        peer.setTcpNoDelay(true);
        return peer;
    }

    private static String read(Connection connection, int length) throws Exception {
        byte[] all = new byte[length];
        connection.readFully(all);
        return new String(all, US_ASCII);
    }

    private static String readUntilEnd(Connection connection) throws Exception {
        StringBuilder text = new StringBuilder();
        byte[] part = new byte[1000];
        while (!text.toString().endsWith(".")) {
            int count = connection.read(part);
            text.append(new String(part, 0, Math.max(count, 0), US_ASCII));
        }
        return text.toString();
    }
}
