package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The programs of the page on restarts do what it says. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "descriptors are inherited there")
@Timeout(300)
class RestartPageTest {
    /**
     * Opens a socket as systemd does, prints its port, and becomes the program of its arguments. The
     * standard descriptors are those of this process.
     */
    private static final String ACTIVATOR = """
            import os, socket, sys
            server = socket.socket()
            server.bind(('127.0.0.1', 0))
            server.listen()
            number = server.getsockname()[1]
            os.dup2(server.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1', LISTEN_FDNAMES='echo')
            print(number, flush=True)
            os.execv(sys.argv[1], sys.argv[1:])
            """;

    private List<String> blocks = List.of();

    @TempDir
    private Path folder;

    @BeforeEach
    void read() throws IOException {
        blocks = DocumentedProgram.blocksOf("docs/restart.md");
        assertThat(blocks).hasSize(2);
    }

    @Test
    void theServerListensByItself() throws IOException {
        EchoClient.assertEchoes(folder, List.of(), blocks.getFirst());
    }

    @Test
    void theServerAcceptsOnTheSocketThatItInherits() throws IOException {
        boolean found = Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "python3")));
        assumeTrue(found, "needs the command python3, which opens the socket");
        List<String> starter = List.of("python3", "-c", ACTIVATOR);
        try (DocumentedProgram program = DocumentedProgram.startBy(
                folder, starter, List.of(), blocks.getFirst())) {
            int port = Integer.parseInt(program.line());
            // It waits in the backlog until the server is there.
            try (Socket early = EchoClient.connect(port)) {
                EchoClient.exchange(early);
                assertThat(EchoClient.portOf(program)).isEqualTo(port);
            }
        }
    }

    /** From the first connection to the last one, each is served, whichever process serves it. */
    @Test
    void theNextProcessReplacesTheOneThatRuns(@TempDir Path other) throws IOException {
        String source = EchoClient.atAnyPort(blocks.getLast());
        String path = folder.resolve("hand-over").toString();
        try (DocumentedProgram old = DocumentedProgram.start(folder, source, path)) {
            int port = EchoClient.portOf(old);
            try (Socket early = EchoClient.connect(port)) {
                EchoClient.exchange(early);
                awaitOffer(Path.of(path));
                try (DocumentedProgram next = DocumentedProgram.start(other, source, path)) {
                    assertThat(EchoClient.portOf(next)).isEqualTo(port);
                    EchoClient.exchange(early);
                    early.shutdownOutput();
                    assertThat(early.getInputStream().read()).isEqualTo(-1);
                    assertThat(old.line()).isEqualTo(
                            "Report[finished=1, lost=0, failed=0, aborted=0]");
                    assertThat(old.line()).isNull();
                    try (Socket late = EchoClient.connect(port)) {
                        EchoClient.exchange(late);
                    }
                }
            }
        }
    }

    private static void awaitOffer(Path path) {
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!Files.exists(path)) {
            assertThat(System.nanoTime() - endNanos)
                    .as("timed out waiting for the offer").isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }
}
