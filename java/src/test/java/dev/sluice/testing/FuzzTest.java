package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Fuzzes a parser. A subclass has the target, {@code public static void fuzzerTestOneInput(byte[])}, which throws
 * where a property does not hold.
 *
 * <p>The plain test run tries the known inputs: the seeds and the lines of the resource {@code
 * /fuzz/<class>.base64}. Jazzer, which is guided by coverage, looks for more in a process of its own, for the
 * seconds of the system property {@code sluice.fuzz.seconds}. An input that it finds is printed in Base64 and becomes
 * a line of the resource.
 *
 * @see <a href="https://github.com/CodeIntelligenceTesting/jazzer">Jazzer</a>
 */
public abstract class FuzzTest {
    private static final String TARGET = "fuzzerTestOneInput";
    private static final String RUNNER = "com.code_intelligence.jazzer.Jazzer";
    private static final int SHOWN_LINES = 60;

    /** Returns inputs with which a search begins: valid ones, and those of known mistakes. */
    protected abstract List<byte[]> seeds();

    /** Returns the bytes of a text. */
    protected static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<byte[]> knownInputs() throws IOException {
        List<byte[]> inputs = new ArrayList<>(seeds());
        String name = "/fuzz/" + getClass().getSimpleName() + ".base64";
        try (InputStream found = getClass().getResourceAsStream(name)) {
            if (found != null) {
                new String(found.readAllBytes(), StandardCharsets.US_ASCII).lines()
                        .forEach(line -> inputs.add(Base64.getDecoder().decode(line)));
            }
        }
        return inputs;
    }

    @Test
    void knownInputsAreParsedRight() throws Throwable {
        var target = MethodHandles.publicLookup().findStatic(
                getClass(), TARGET, MethodType.methodType(void.class, byte[].class));
        List<byte[]> inputs = knownInputs();
        assertThat(inputs).isNotEmpty();
        target.invokeExact(new byte[0]);
        for (byte[] input : inputs) {
            try {
                target.invokeExact(input.clone());
            } catch (Throwable wrong) {
                throw new AssertionError("the input " + Base64.getEncoder().encodeToString(input),
                        wrong);
            }
        }
    }

    @Test
    @Tag("fuzz")
    @Tag("thorough")
    void noInputFoundBreaksAProperty() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64"),
                "needs Linux on x86-64: Jazzer is run there");
        Path corpus = Path.of("target", "fuzz", getClass().getSimpleName());
        Files.createDirectories(corpus);
        List<byte[]> inputs = knownInputs();
        for (int i = 0; i < inputs.size(); i++) {
            Files.write(corpus.resolve("known-" + i), inputs.get(i));
        }
        Process search = new ProcessBuilder(command(corpus)).redirectErrorStream(true).start();
        try {
            List<String> lines = search.inputReader().lines().toList();
            int from = Math.max(0, lines.size() - SHOWN_LINES);
            assertThat(search.waitFor())
                    .as(() -> String.join("\n", lines.subList(from, lines.size()))).isZero();
            assertThat(lines).as("what it did").anyMatch(line -> line.contains("DONE"));
            System.out.println(getClass().getSimpleName() + ": " + lines.getLast());
        } finally {
            search.destroyForcibly();
        }
    }

    private List<String> command(Path corpus) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea", "-Xmx1g", "--enable-native-access=ALL-UNNAMED",
                "-XX:+EnableDynamicAgentLoading", "-cp", System.getProperty("java.class.path"),
                RUNNER, "--target_class=" + getClass().getName(),
                "--instrumentation_includes=dev.sluice.**",
                "--reproducer_path=target/fuzz", "-artifact_prefix=target/fuzz/", "-timeout=60",
                "-max_len=2048", "-max_total_time=" + Integer.getInteger("sluice.fuzz.seconds", 3),
                corpus.toString());
    }
}
