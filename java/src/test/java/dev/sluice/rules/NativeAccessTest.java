package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.conformance.Needs;
import dev.sluice.internal.spi.Outcome;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where Java forbids native code, the message names the flag that allows it. */
@Timeout(300)
class NativeAccessTest {
    private static final String PROGRAM = "dev.sluice.conformance.NativeAccessProcess";

    private static List<String> run(List<String> options) throws Exception {
        Needs.linux("a process of its own");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add(PROGRAM);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            List<String> lines = process.inputReader().lines()
                    .filter(line -> !line.startsWith("SLF4J(")).toList();
            assertThat(process.waitFor()).as("%s", lines).isZero();
            return lines;
        } finally {
            process.destroyForcibly();
        }
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    private static Path placeOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static void assertNamesTheFlag(List<String> lines, String flag) {
        assertThat(lines.getFirst()).startsWith("UNSUPPORTED").contains(flag);
        assertThat(lines.get(1)).as("what doctor prints").contains(flag);
        assertThat(lines).noneMatch(line -> line.contains("Exception"));
    }

    @Test
    void onTheClassPathItIsAllUnnamed() throws Exception {
        List<String> lines = run(List.of("--illegal-native-access=deny", "-cp", classPath()));
        assertNamesTheFlag(lines, "--enable-native-access=ALL-UNNAMED");
    }

    @Test
    void onTheModulePathItIsTheModule() throws Exception {
        String modules = Stream.concat(
                Stream.of(placeOf(Outcome.class).toString()),
                Stream.of(classPath().split(File.pathSeparator))
                        .filter(entry -> entry.contains("slf4j-api")
                                || entry.contains("jctools-core")))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> lines = run(List.of(
                "--illegal-native-access=deny", "-p", modules, "--add-modules", "dev.sluice",
                "-cp", placeOf(NativeAccessTest.class).toString()));
        assertNamesTheFlag(lines, "--enable-native-access=dev.sluice");
    }

    @Test
    void withTheFlagItOpens() throws Exception {
        List<String> lines = run(List.of("--illegal-native-access=deny",
                "--enable-native-access=ALL-UNNAMED", "-cp", classPath()));
        assertThat(lines.getFirst()).startsWith("opened ");
    }
}
