package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listeners on sockets that something else opened. */
class AdoptedListenerTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    /** The number of a listening socket, as a service manager passes it on. */
    private long listeningAt(Address address) throws Exception {
        try (CompletionPort port = CompletionPort.open(PortOptions.DEFAULT.backend(backend))) {
            return port.listen(address).detach().takeDescriptor();
        }
    }

    @Test
    void itAcceptsOnTheSocketOfAnother() throws Exception {
        long number = listeningAt(OwnLoopback.at(0));
        try (Listener listener = Listener.adopt(number, listening());
                Connection client = dialer().dial(listener.address());
                Connection server = listener.accept(LONG)) {
            client.write(new byte[]{7});
            byte[] received = new byte[1];
            server.readFully(received);
            assertThat(received).containsExactly(7);
        }
    }

    @Test
    void theFileOfAUnixSocketStaysForTheProcessThatBoundIt(@TempDir Path folder)
            throws Exception {
        assumeThat(backend).as("Unix sockets are not there").isNotEqualTo(Backend.IOCP);
        Path path = folder.resolve("socket");
        long number = listeningAt(Address.unix(path));
        try (Listener listener = Listener.adopt(number, listening());
                Connection client = dialer().dial("unix:" + path);
                Connection server = listener.accept(LONG)) {
            client.write(new byte[]{7});
            server.readFully(new byte[1]);
        }
        assertThat(Files.exists(path)).isTrue();
    }

    @Test
    void aSocketThatDoesNotListenIsRefusedAndStaysTheCallers() throws Exception {
        assumeThat(backend).as("a socket of Windows stays with its port")
                .isNotEqualTo(Backend.IOCP);
        try (CompletionPort port = CompletionPort.open(PortOptions.DEFAULT.backend(backend))) {
            long number = port.socket(SocketType.TCP4).detach().takeDescriptor();
            assertThatThrownBy(() -> Listener.adopt(number, listening()))
                    .isInstanceOfSatisfying(NetException.class, failure -> assertThat(
                            failure.status()).isEqualTo(Status.INVALID))
                    .hasMessageStartingWith("adopt descriptor " + number + ": ")
                    .hasMessageContaining("does not listen; use CompletionPort.adopt");
            NativeSocket still = port.adopt(number);
            assertThat(still.state()).isEqualTo(NativeSocket.State.OPEN);
        }
    }

    @Test
    void aSocketOfRecordsIsRefusedByItsTypeAndStaysTheCallers(@TempDir Path folder)
            throws Exception {
        assumeThat(backend).as("Unix sockets are not there").isNotEqualTo(Backend.IOCP);
        Address address = Address.unix(folder.resolve("records"));
        try (CompletionPort port = CompletionPort.open(PortOptions.DEFAULT.backend(backend))) {
            long number = port.socket(SocketType.UNIX_SEQPACKET).bind(address).listen(8)
                    .detach().takeDescriptor();
            assertThatThrownBy(() -> Listener.adopt(number, listening()))
                    .isInstanceOfSatisfying(NetException.class, failure -> assertThat(
                            failure.status()).isEqualTo(Status.UNSUPPORTED))
                    .hasMessageStartingWith("adopt descriptor " + number + ": ")
                    .hasMessageContaining("is of type UNIX_SEQPACKET")
                    .hasMessageContaining("use CompletionPort.adopt");
            // The end of the group closes what its ports still have.
            group.close();
            NativeSocket still = port.adopt(number);
            assertThat(still.state()).isEqualTo(NativeSocket.State.LISTENING);
            assertThat(still.localAddress()).isEqualTo(address);
        }
    }

    @Test
    void aNumberThatIsNotOpenIsNamed() {
        assertThatThrownBy(() -> Listener.adopt(1L << 40, listening()))
                .isInstanceOfSatisfying(NetException.class, failure -> assertThat(
                        failure.status()).isEqualTo(Status.INVALID))
                .hasMessageStartingWith("adopt descriptor 1099511627776: getsockopt ");
    }

    @Test
    void windowsNamesThatItPassesNoListeners() throws Exception {
        assumeThat(backend).as("descriptors are passed on Linux").isEqualTo(Backend.IOCP);
        Path path = Path.of("hand-over");
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            assertThatThrownBy(() -> ListenerHandOver.offer(path, LONG, listener))
                    .isInstanceOfSatisfying(NetException.class, failure -> assertThat(
                            failure.status()).isEqualTo(Status.UNSUPPORTED))
                    .hasMessageStartingWith("offer listeners at unix:");
            assertThatThrownBy(() -> ListenerHandOver.take(path, LONG, listening()))
                    .isInstanceOfSatisfying(NetException.class, failure -> assertThat(
                            failure.status()).isEqualTo(Status.UNSUPPORTED))
                    .hasMessageStartingWith("take listeners at unix:");
        }
    }
}
