package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.Address;
import dev.sluice.Backend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of a Unix socket: deleted by the listener that created it, and by no other one. */
class UnixFileTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void chooseThePath() {
        assumeThat(backend).as("Unix sockets are not there").isNotEqualTo(Backend.IOCP);
        path = folder.resolve("socket");
    }

    @Test
    void aListenerLeavesTheFileOfItsSuccessor() throws Exception {
        Listener old = Listener.open("unix:" + path, listening());
        Files.delete(path); // as a successor does before it binds
        try (Listener successor = Listener.open("unix:" + path, listening())) {
            old.close();
            old.close();
            assertThat(path).exists();
            try (Connection client = dialer().dial("unix:" + path);
                    Connection server = successor.accept(LONG)) {
                client.write(new byte[1]);
                server.readFully(new byte[1]);
            }
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void aListenerWhoseGroupIsClosedLeavesTheFileOfItsSuccessorToo() throws Exception {
        Listener old;
        try (PortGroup other = kind.open(1)) {
            old = Listener.open("unix:" + path, ListenerOptions.DEFAULT.group(other));
        }
        Files.delete(path);
        try (Listener successor = Listener.open("unix:" + path, listening())) {
            old.close();
            assertThat(path).exists();
            assertThat(successor.isOpen()).isTrue();
        }
    }

    @Test
    void aDatagramSocketLeavesTheFileOfItsSuccessor() throws Exception {
        Datagrams old = Datagrams.bind(Address.unix(path), group);
        Files.delete(path);
        try (Datagrams successor = Datagrams.bind(Address.unix(path), group)) {
            old.close();
            assertThat(path).exists();
            assertThat(successor.localAddress()).isEqualTo(Address.unix(path));
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void theFileIsLeftWhereThatIsWanted() throws Exception {
        Listener listener = Listener.open("unix:" + path, listening().unlinkOnClose(false));
        listener.close();
        assertThat(path).exists();
    }
}
