package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.Status;
import dev.sluice.conformance.Needs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unix sockets by the paths of their files. */
class UnixPathsTest extends NetTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void needsLinux() {
        Needs.linux("Unix sockets");
    }

    @Test
    void aMissingFileIsReportedAsMissing() throws Exception {
        String missing = "unix:" + folder.resolve("missing.sock");
        assertThatThrownBy(() -> dialer().dial(missing))
                .isInstanceOf(ConnectFailedException.class)
                .hasMessage("connect " + missing + ": connection refused: there is no such file");
        try (Datagrams socket =
                Datagrams.bind(Address.unix(folder.resolve("own.sock")), group)) {
            assertThatThrownBy(() -> socket.send(new byte[1], 0, 1, Address.parse(missing)))
                    .hasMessageEndingWith("address not available: there is no such file");
            assertThatThrownBy(() -> socket.connect(Address.parse(missing)))
                    .hasMessageEndingWith("connection refused: there is no such file");
        }
    }

    @Test
    void aMissingFolderIsReportedAsMissing() {
        Address address = Address.unix(folder.resolve("missing").resolve("x.sock"));
        String message = ": there is no such folder";
        assertThatThrownBy(() -> Listener.open(address, listening()))
                .isInstanceOfSatisfying(NetException.class, failure -> assertThat(
                        failure.status()).isEqualTo(Status.ADDRESS_UNAVAILABLE))
                .hasMessage("listen " + address + ": address not available" + message);
        assertThatThrownBy(() -> Datagrams.bind(address, group))
                .hasMessage("bind " + address + ": address not available" + message);
        assertThatThrownBy(() -> dialer().dial(address))
                .hasMessage("connect " + address + ": connection refused" + message);
    }

    @Test
    void aPathThatIsTooLongIsRefusedWithTheLimitAndItsLength() {
        String text = "unix:/" + "x".repeat(150);
        for (Action action : new Action[]{
            () -> dialer().dial(text), () -> Listener.open(text), () -> Datagrams.bind(text)}) {
            assertThatThrownBy(action::run)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at most 107 bytes, this one has 151");
        }
    }

    @Test
    void aDialWaitsForRoomInTheListenersBacklog() throws Exception {
        Address address = Address.unix(folder.resolve("full.sock"));
        // Not a Listener, which would accept ahead: here no thread accepts.
        try (CompletionPort keeper = CompletionPort.open(TestPorts.options(backend))) {
            NativeSocket full = keeper.listen(address, 1);
            List<CompletableFuture<Connection>> dials = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                dials.add(background(() -> dialer().dial(address)));
            }
            // A backlog of 1 has room for two.
            while (dials.stream().filter(CompletableFuture::isDone).count() < 2) {
                LockSupport.parkNanos(1_000_000);
            }
            Dialer impatient = dialer().timeout(Duration.ofMillis(50));
            assertThatThrownBy(() -> impatient.dial(address))
                    .isInstanceOf(DeadlineException.class);
            for (int accepted = 0; accepted < dials.size(); accepted++) {
                assertThat(accept(full)).isTrue();
            }
            for (CompletableFuture<Connection> dial : dials) {
                result(dial).abort();
            }
        }
    }

    private static boolean accept(NativeSocket full) throws Exception {
        long endNanos = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (System.nanoTime() - endNanos < 0) {
            if (full.tryAccept() != null) {
                return true;
            }
            LockSupport.parkNanos(1_000_000);
        }
        return false;
    }

    private interface Action {
        void run() throws NetException;
    }
}
