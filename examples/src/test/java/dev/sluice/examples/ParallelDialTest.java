package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 600, unit = TimeUnit.SECONDS)
class ParallelDialTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final StringWriter said = new StringWriter();

    private boolean dial(String... targets) {
        return ParallelDial.run(List.of(targets), PATIENCE, new PrintWriter(said));
    }

    /** A port where nobody listens: of a socket that is bound and connected elsewhere. */
    private static Socket nobody(ServerSocket elsewhere) throws IOException {
        return new Socket(elsewhere.getInetAddress(), elsewhere.getLocalPort());
    }

    private static ServerSocket server() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @Test
    void theOneThatAnswersIsReported() throws Exception {
        try (ServerSocket there = server(); Socket nobody = nobody(there)) {
            there.accept().close();
            String where = "127.0.0.1:" + there.getLocalPort();
            String refusing = "127.0.0.1:" + nobody.getLocalPort();
            assertThat(dial(refusing, where, refusing)).isTrue();
            assertThat(said.toString().lines()).hasSize(5)
                    .containsSequence("dialling 3 at once:", "  " + refusing, "  " + where,
                            "  " + refusing);
            assertThat(said.toString()).containsPattern(
                    "first: " + where + " after \\d+\\.\\d ms, from 127.0.0.1:\\d+\n");
            try (Socket accepted = there.accept()) {
                assertThat(accepted.getInputStream().read()).as("the end").isEqualTo(-1);
            }
        }
    }

    @Test
    void onlyOneConnectionIsLeftOfMany() throws Exception {
        try (ServerSocket first = server(); ServerSocket second = server()) {
            assertThat(dial("127.0.0.1:" + first.getLocalPort(),
                    "127.0.0.1:" + second.getLocalPort(), "127.0.0.1:" + first.getLocalPort()))
                    .isTrue();
            assertThat(said.toString()).containsOnlyOnce("first: ");
        }
    }

    @Test
    void everyCauseIsReportedWhenNoneAnswers() throws Exception {
        try (ServerSocket there = server(); Socket nobody = nobody(there)) {
            String refusing = "127.0.0.1:" + nobody.getLocalPort();
            assertThat(dial(refusing, refusing)).isFalse();
            assertThat(said.toString()).endsWith("none answered:\n"
                    + ("  connect tcp " + refusing + ": connection refused\n").repeat(2));
        }
    }

    @Test
    void aNameStandsForItsAddressesAndNonsenseIsNamed() throws Exception {
        try (ServerSocket there = server()) {
            assertThat(dial("localhost:" + there.getLocalPort(), "no-such-host.invalid:80"))
                    .isTrue();
            assertThat(said.toString()).startsWith("no-such-host.invalid:80: no such host\n")
                    .contains("  127.0.0.1:" + there.getLocalPort() + "\n");
        }
        assertThat(dial("no-such-host.invalid:80")).isFalse();
        assertThatThrownBy(() -> dial("127.0.0.1")).hasMessage("'127.0.0.1': use host:port");
        assertThatThrownBy(() -> dial("::1:80")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> dial("a b:1")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pythonAsyncioAnswers() throws Exception {
        answers(RealClient.startPython("listen"));
    }

    @Test
    void goAnswers() throws Exception {
        answers(RealClient.startGo("listen"));
    }

    @Test
    void nodeAnswers() throws Exception {
        answers(RealClient.startNode("listen"));
    }

    /** A program that prints its port, and then what became of its first connection. */
    private void answers(Process program) throws Exception {
        try (ServerSocket there = server();
                Socket nobody = nobody(there);
                BufferedReader says = new BufferedReader(new InputStreamReader(
                        program.getInputStream(), StandardCharsets.UTF_8))) {
            String where = "127.0.0.1:" + says.readLine();
            assertThat(dial("127.0.0.1:" + nobody.getLocalPort(), where)).isTrue();
            assertThat(said.toString()).contains("first: " + where + " after ");
            assertThat(says.readLine()).isEqualTo("end");
        } finally {
            RealClient.end(program);
        }
    }
}
