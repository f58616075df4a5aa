package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.SockOpt;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A wrong call is reported to its caller and does no other harm. */
class MisuseTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void aGracefulCloseWithoutTimeIsRefusedAndTheConnectionStaysOpen() throws Exception {
        try (Pair pair = pair()) {
            CompletableFuture<Object> closed =
                    background(() -> pair.client().closeGracefully(Duration.ZERO));
            assertThat(failureOf(closed)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("use more than zero");
            pair.client().write(new byte[]{1});
            pair.server().readFully(new byte[1]);
        }
    }

    @Test
    void anErrorInAControlHookEndsTheListenAndThePortsContinue() throws Exception {
        CompletableFuture<Listener> opened = background(() -> Listener.open(OwnLoopback.ANY_PORT,
                listening().control(socket -> {
                    throw new AssertionError("as the test wants it");
                })));
        assertThat(failureOf(opened)).hasStackTraceContaining("as the test wants it");
        for (int port = 0; port < group.ports(); port++) {
            pair().close();
        }
    }

    @Test
    void aValueThatNoOptionTakesIsNamed() throws Exception {
        try (Pair pair = pair()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pair.client().set(SockOpt.KEEPALIVE_IDLE, 0))
                    .withMessageContaining("KEEPALIVE_IDLE_SECONDS of 0: use 1 to 32767");
        }
    }

    @Test
    void whatAControlHookCouldNotSetIsNamedInTheCause() {
        SockOpt<Boolean> wrong = backend == Backend.IOCP
                ? SockOpt.BIND_ADDRESS_NO_PORT
                : SockOpt.V6ONLY;
        assertThatThrownBy(() -> Listener.open(OwnLoopback.ANY_PORT, listening().control(
                socket -> socket.set(wrong, true))))
                .isInstanceOf(NetException.class)
                .cause().hasMessageContaining(wrong.toString());
    }

    @Test
    void theFileOfADatagramSocketIsDeletedWithIt() throws Exception {
        assumeThat(backend).as("Unix sockets are not there").isNotEqualTo(Backend.IOCP);
        Path folder = Files.createTempDirectory("sluice");
        Path path = folder.resolve("net.sock");
        Datagrams first = Datagrams.bind(Address.unix(path), group);
        first.close();
        Datagrams second = Datagrams.bind(Address.unix(path), group);
        first.close();
        assertThat(path).exists();
        second.close();
        assertThat(path).doesNotExist();
        Files.delete(folder);
    }

    @Test
    void theSecondCloseOfAListenerLeavesTheFileOfTheNext() throws Exception {
        assumeThat(backend).as("Unix sockets are not there").isNotEqualTo(Backend.IOCP);
        Path folder = Files.createTempDirectory("sluice");
        Path path = folder.resolve("net.sock");
        Listener first = Listener.open("unix:" + path, listening());
        first.close();
        try (Listener second = Listener.open("unix:" + path, listening())) {
            first.close();
            assertThat(path).exists();
            try (Connection client = dialer().dial("unix:" + path)) {
                second.accept(LONG).close();
                assertThat(client.read(new byte[1])).isEqualTo(-1);
            }
        }
        Files.delete(folder);
    }

    @Test
    void aServerThatWasNotStartedStops() throws Exception {
        Server server =
                Server.on(Listener.open(OwnLoopback.ANY_PORT, listening()), connection -> {});
        CompletableFuture<Server.Report> stopped = background(() -> server.stop(LONG));
        assertThat(result(stopped)).isEqualTo(new Server.Report(0, 0, 0, 0));
        assertThatIllegalStateException().isThrownBy(server::start);
    }

    @Test
    void aServerStartsOnceAndKeepsItsBound() throws Exception {
        Server server =
                Server.on(Listener.open(OwnLoopback.ANY_PORT, listening()), connection -> {})
                        .start();
        assertThatIllegalStateException().isThrownBy(server::start);
        assertThatIllegalStateException().isThrownBy(() -> server.maxConnections(1));
        server.stop(LONG);
    }

    @Test
    void memoryThatIsReadOnlyIsRefusedAndNoByteIsLost() throws Exception {
        try (Pair pair = pair()) {
            pair.client().write(new byte[]{1, 2, 3});
            ByteBuffer heap = ByteBuffer.allocate(3).asReadOnlyBuffer();
            ByteBuffer direct = ByteBuffer.allocateDirect(3);
            assertThatIllegalArgumentException().isThrownBy(() -> pair.server().read(heap));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pair.server().read(direct.asReadOnlyBuffer()));
            assertThat(direct.get(0)).isZero();
            byte[] bytes = new byte[3];
            pair.server().readFully(bytes);
            assertThat(bytes).containsExactly(1, 2, 3);
        }
    }

    @Test
    void memoryOfAClosedOrForeignArenaIsRefusedAndNoByteIsLost() throws Exception {
        try (Pair pair = pair(); Arena foreign = Arena.ofConfined()) {
            pair.client().write(new byte[]{1, 2, 3});
            MemorySegment freed;
            try (Arena arena = Arena.ofShared()) {
                freed = arena.allocate(3);
            }
            MemorySegment of = foreign.allocate(3);
            assertThatIllegalStateException().isThrownBy(() -> pair.server().read(freed));
            assertThatIllegalStateException().isThrownBy(() -> pair.server().write(freed));
            for (int i = 0; i < 2; i++) {
                boolean reads = i == 0;
                CompletableFuture<Void> other = background(() -> {
                    if (reads) {
                        pair.server().read(of);
                    } else {
                        pair.server().write(of);
                    }
                    return null;
                });
                assertThat(failureOf(other)).isInstanceOf(WrongThreadException.class);
            }
            byte[] bytes = new byte[3];
            pair.server().readFully(bytes);
            assertThat(bytes).containsExactly(1, 2, 3);
        }
    }

    @Test
    @SuppressWarnings("try") // A connection that is closed sooner may be closed again.
    void aReaderBehindWhatIsKeptLearnsThatThePortsWereClosed() throws Exception {
        try (PortGroup other = kind.open(1);
                Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
                Connection reader = Dialer.DEFAULT.group(other).dial(listener.address());
                Connection writer = listener.accept(LONG)) {
            CompletableFuture<Void> written = background(() -> {
                writer.write(new byte[16 * 1024 * 1024]);
                return null;
            });
            // Once the writer has to wait, the reader's side holds as much as it may.
            writer.writeDeadline(Duration.ofMillis(500));
            assertThat(failureOf(written)).isInstanceOf(DeadlineException.class);
            other.close();
            CompletableFuture<Void> read = background(() -> {
                while (true) {
                    reader.read(new byte[64 * 1024]);
                }
            });
            assertThat(failureOf(read)).isInstanceOf(ClosedException.class);
        }
    }
}
