package dev.sluice.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.sluice.conformance.JavaCommand;
import dev.sluice.conformance.Needs;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A server of 128 MiB of heap, with bounds and without time-outs, under peers that are slow, do not
 * read, or are hostile: more than it may serve. A good client gets every answer. Afterwards nothing
 * is left, and each connection is in the report.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class OverloadTest {
    private static final int GENEROUS_MILLIS = 60_000;
    private static final int MOST_TRIES = 20;
    private static final int MOST_LINES = 200;
    private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();

    /** Every n-th request uses a new connection. */
    private static final int NEW_CONNECTION = 5;

    private static final String SERVER = OverloadServerProcess.class.getName();
    private static final String PEERS = OverloadPeersProcess.class.getName();

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.sluice.net.GroupKind#all")
    void aGoodClientGetsEveryAnswerBesideHundredsOfBadPeers(GroupKind kind) throws Exception {
        runAgainst(kind, 500, 150, 200, 40);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.sluice.net.GroupKind#all")
    @Tag("thorough")
    void aGoodClientGetsEveryAnswerBesideThousandsOfBadPeers(GroupKind kind) throws Exception {
        runAgainst(kind, 5000, 1500, 2000, 200);
    }

    private static void runAgainst(GroupKind kind, int slow, int unread, int hostile, int requests)
            throws Exception {
        assumeFalse(Needs.isWine(), "a process of its own needs a class path of Windows");
        int perAddress = hostile / 10;
        int most = (slow + unread + hostile) * 3 / 4;
        List<String> program = new ArrayList<>(OverloadServerProcess.OPTIONS);
        program.addAll(List.of(SERVER, kind.backend().name(),
                Boolean.toString(kind.threadPerPort()), "" + most, "" + perAddress));
        try (Child server = new Child(program)) {
            String[] where = server.valueOf("listening").split(" ", -1);
            GoodClient good = new GoodClient(new InetSocketAddress(
                    InetAddress.ofLiteral(where[1]), Integer.parseInt(where[0])));
            good.ask(requests / 10);
            try (Child peers = new Child(List.of("-Xmx256m", PEERS, where[1], where[0], "" + slow,
                    "" + unread, "" + hostile, "" + perAddress / 2))) {
                CompletableFuture<String> tried =
                        CompletableFuture.supplyAsync(() -> peers.valueOf("tried"));
                while (!tried.isDone()) {
                    good.ask(1);
                }
                assertThat(tried).isCompleted();
                good.ask(requests);
            }
            good.close();
            server.send("end");
            check(server, most, perAddress);
            System.out.println(kind + ": " + good + ", at most " + server.valueOf("peak")
                    + " connections, " + server.valueOf("refused") + " refused, "
                    + server.valueOf("idle") + " idle ones reset");
        }
    }

    private static void check(Child server, int most, int perAddress) throws Exception {
        server.valueOf("done");
        assertThat(server.lines).noneMatch(line -> line.contains("OutOfMemory"))
                .noneMatch(line -> line.startsWith("timed out waiting for"))
                .noneMatch(line -> line.contains("ERROR"))
                .hasSizeLessThan(MOST_LINES);
        assertThat(server.numberOf("peak")).isBetween(most / 2L, (long) most);
        assertThat(server.numberOf("kept")).isZero();
        assertThat(server.numberOf("addresses")).isZero();
        long refused = server.numberOf("refused");
        assertThat(refused).as("of %s per address", perAddress).isPositive();
        assertThat(server.numberOf("ended")).as("each connection is counted once")
                .isEqualTo(server.numberOf("started") + refused);
        assertThat(server.numberOf("idle")).isPositive();
        assertThat(server.numberOf("aborted"))
                .isLessThanOrEqualTo(refused + server.numberOf("idle"));
        assertThat(server.numberOf("failed")).isZero();
        assertThat(server.process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(server.process.exitValue()).isZero();
    }

    /** Asks ten times a second, mostly over one connection, and sometimes over a new one. */
    private static final class GoodClient {
        private final InetSocketAddress server;
        private @Nullable Socket kept;
        private long longestNanos;
        private long longestNewNanos;
        private int answers;
        private int resets;

        GoodClient(InetSocketAddress server) {
            this.server = server;
        }

        void ask(int times) throws IOException {
            for (int i = 0; i < times; i++) {
                long began = System.nanoTime();
                boolean answered = false;
                boolean anew = answers % NEW_CONNECTION == 0;
                for (int tries = 0; !answered; tries++) {
                    assertThat(tries).as("tries of one request").isLessThan(MOST_TRIES);
                    answered = anew ? askAnew() : askAgain();
                    resets += answered ? 0 : 1;
                }
                answers++;
                long took = System.nanoTime() - began;
                longestNanos = Math.max(longestNanos, anew ? 0 : took);
                longestNewNanos = Math.max(longestNewNanos, anew ? took : 0);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }

        private Socket connect() throws IOException {
            Socket socket = new Socket();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(GENEROUS_MILLIS);
            socket.connect(server, GENEROUS_MILLIS);
            return socket;
        }

        /** Returns false if the server has reset it: on a machine that starves all, it is idle too. */
        private static boolean exchange(Socket socket) throws IOException {
            try {
                socket.getOutputStream()
                        .write(OverloadServerProcess.ASK.getBytes(US_ASCII));
                byte[] answer = socket.getInputStream()
                        .readNBytes(OverloadServerProcess.ANSWER.length());
                assertThat(new String(answer, US_ASCII))
                        .isEqualTo(OverloadServerProcess.ANSWER);
                return true;
            } catch (java.net.SocketException reset) {
                return false;
            }
        }

        private boolean askAnew() throws IOException {
            try (Socket socket = connect()) {
                return exchange(socket);
            }
        }

        private boolean askAgain() throws IOException {
            Socket present = kept == null ? connect() : kept;
            kept = present;
            boolean answered = exchange(present);
            if (!answered) {
                close();
            }
            return answered;
        }

        void close() throws IOException {
            if (kept != null) {
                kept.close();
                kept = null;
            }
        }

        @Override
        public String toString() {
            return answers + " answers, the slowest after "
                    + TimeUnit.NANOSECONDS.toMillis(longestNanos)
                    + " ms, over a new connection after "
                    + TimeUnit.NANOSECONDS.toMillis(longestNewNanos) + " ms, " + resets + " resets";
        }
    }

    /** A process whose output is read until a line with a name and a value comes. */
    private static final class Child implements AutoCloseable {
        final Process process;
        final List<String> lines = new ArrayList<>();
        private final BufferedReader output;

        Child(List<String> program) throws IOException {
            process = new ProcessBuilder(JavaCommand.of(program)).redirectErrorStream(true)
                    .start();
            output = process.inputReader();
        }

        /** Returns what follows the word, in a line that has come or will come. */
        String valueOf(String word) {
            for (String line : lines) {
                if (startsWith(line, word)) {
                    return line.substring(word.length()).strip();
                }
            }
            try {
                String line = output.readLine();
                while (line != null) {
                    lines.add(line);
                    if (startsWith(line, word)) {
                        return line.substring(word.length()).strip();
                    }
                    line = output.readLine();
                }
            } catch (IOException failure) {
                throw new java.io.UncheckedIOException(failure);
            }
            throw new AssertionError("no line with " + word + " in " + lines);
        }

        private static boolean startsWith(String line, String word) {
            return line.equals(word) || line.startsWith(word + " ");
        }

        long numberOf(String word) {
            return Long.parseLong(valueOf(word));
        }

        void send(String line) throws IOException {
            process.outputWriter().write(line + "\n");
            process.outputWriter().flush();
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }
}
