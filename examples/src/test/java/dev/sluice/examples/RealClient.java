package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Programs that others wrote, as clients of an example. */
final class RealClient {
    private static final long MOST_SECONDS = 540;

    private RealClient() {}

    /**
     * How a program ended.
     *
     * @param exitCode 0 for success
     * @param output what it wrote, errors too
     */
    record Ended(int exitCode, String output) {
        /** Requires success, and shows what it said if there was none. */
        String success() {
            assertThat(exitCode).as(output).isZero();
            return output;
        }
    }

    /** Skips the test if a program is not installed. */
    static void require(String program, String debianPackage) {
        assumeTrue(find(program) != null,
                () -> program + " is not installed (Debian: " + debianPackage + ")");
    }

    /** Skips the test without the nc of OpenBSD, which alone can end its side and listen on. */
    static void requireNc() throws Exception {
        require("nc", "netcat-openbsd");
        assumeTrue(run("", "nc", "-h").output.contains("OpenBSD"),
                "nc is not that of OpenBSD (Debian: netcat-openbsd)");
    }

    private static @Nullable Path find(String program) {
        String folders = System.getenv("PATH");
        return Stream.of(folders == null ? new String[0] : folders.split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst().orElse(null);
    }

    /** Runs a program to its end. */
    static Ended run(String input, String... command) throws Exception {
        Process process = start(command);
        try {
            CompletableFuture<String> output = outputOf(process);
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(UTF_8));
            } catch (IOException ended) {
                // It did not want all of its input; its exit code shows whether that was right.
                assertThat(ended).hasMessageContaining("Broken pipe");
            }
            boolean done = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
            end(process);
            String said = output.get(MOST_SECONDS, TimeUnit.SECONDS);
            assertThat(done).as("%s: not done after %s s: %s", Arrays.toString(command),
                    MOST_SECONDS, said).isTrue();
            return new Ended(process.exitValue(), said);
        } finally {
            end(process);
        }
    }

    /** Ends a program and those that it started; what it wrote can still be read. */
    static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.toHandle().destroyForcibly();
    }

    private static CompletableFuture<String> outputOf(Process process) {
        CompletableFuture<String> output = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                output.complete(new String(process.getInputStream().readAllBytes(), UTF_8));
            } catch (IOException failure) {
                output.completeExceptionally(failure);
            }
        });
        return output;
    }

    /** Starts a program that the test talks to and ends. */
    static Process start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Go builds from what is installed, without the network.
        builder.environment().putAll(Map.of("GO111MODULE", "off", "GOPROXY", "off",
                "GOTOOLCHAIN", "local", "GOFLAGS", ""));
        return builder.start();
    }

    // ---- the clients in src/test/resources/clients -----------------------------------------------

    private static List<String> python() throws URISyntaxException {
        require("python3", "python3");
        return List.of("python3", client("client.py"));
    }

    private static List<String> node() throws URISyntaxException {
        require("node", "nodejs");
        return List.of("node", client("client.js"));
    }

    private static List<String> go(String file) throws URISyntaxException {
        require("go", "golang-go");
        return List.of("go", "run", client(file));
    }

    /** Runs a scenario of the Python client; what it wrote. */
    static String python(Object... scenario) throws Exception {
        return run("", whole(python(), scenario)).success();
    }

    /** Runs a scenario of the Node client; what it wrote. */
    static String node(Object... scenario) throws Exception {
        return run("", whole(node(), scenario)).success();
    }

    /** Runs a scenario of the Go client; what it wrote. */
    static String go(Object... scenario) throws Exception {
        return run("", whole(go("client.go"), scenario)).success();
    }

    /** Runs the Go client of HTTP; what it wrote. */
    static String goHttp(int port) throws Exception {
        return run("", whole(go("httpclient.go"), port)).success();
    }

    /** Starts a scenario of the Python client. */
    static Process startPython(Object... scenario) throws Exception {
        return start(whole(python(), scenario));
    }

    /** Starts a scenario of the Node client. */
    static Process startNode(Object... scenario) throws Exception {
        return start(whole(node(), scenario));
    }

    /** Starts a scenario of the Go client. */
    static Process startGo(Object... scenario) throws Exception {
        return start(whole(go("client.go"), scenario));
    }

    private static String[] whole(List<String> command, Object... scenario) {
        return Stream.concat(command.stream(), Stream.of(scenario).map(Object::toString))
                .toArray(String[]::new);
    }

    private static String client(String name) throws URISyntaxException {
        URL file = RealClient.class.getResource("/clients/" + name);
        assertThat(file).as(name).isNotNull();
        return Path.of(file.toURI()).toString();
    }
}
