package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shell script in a checkout that counts as built, with a JDK that only prints its arguments. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class LauncherTest {
    private static final Path SCRIPT = Path.of("..", "sluice");

    @TempDir
    Path folder;

    private Path root;
    private Path jdk;

    @BeforeEach
    void makeCheckout() throws IOException {
        assumeThat(File.separatorChar).as("Windows has sluice.cmd").isEqualTo('/');
        root = folder.resolve("a checkout");
        jdk = folder.resolve("a jdk");
        write(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        executable(jdk.resolve("bin/javac"), "");
        executable(jdk.resolve("bin/java"), "for word; do echo \"$word\"; done");
        for (String made : new String[]{"pom.xml", "java/pom.xml", "cli/pom.xml",
            "cli/target/sluice-cli.jar", "java/target/sluice.jar"}) {
            write(root.resolve(made), "");
        }
        write(root.resolve("cli/target/classpath"),
                root.toRealPath() + "/java/target/sluice.jar\n");
        Files.copy(SCRIPT, root.resolve("sluice"));
        Path stamp = root.resolve(".sluice/built");
        write(stamp, "");
        Files.setLastModifiedTime(stamp, FileTime.from(Instant.now().plusSeconds(3600)));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void executable(Path file, String script) throws IOException {
        write(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private ProcessBuilder command(Path script, String... arguments) {
        ProcessBuilder builder = new ProcessBuilder("sh", script.toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().put("SLUICE_JAVA_HOME", jdk.toString());
        builder.environment().merge("PATH", folder.resolve("tools").toString(),
                (path, tools) -> tools + File.pathSeparator + path);
        return builder;
    }

    private String run(Path script, String... arguments) throws Exception {
        Process process =
                command(script, arguments).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        return text;
    }

    @Test
    void argumentsAndFoldersWithSpacesArriveWhole() throws Exception {
        assertThat(run(root.resolve("sluice"), "echo", "two words", ""))
                .contains("-Dsluice.home=" + root.toRealPath() + "\n")
                .endsWith("dev.sluice.cli.Main\necho\ntwo words\n\n");
    }

    @Test
    void aCacheInAFolderWithASpaceIsOneArgument() throws Exception {
        executable(jdk.resolve("bin/java"), """
                for word; do
                    echo "$word"
                    case $word in -XX:AOTCacheOutput=*) echo made >"${word#*=}" ;; esac
                done""");
        assertThat(run(root.resolve("sluice"), "doctor"))
                .startsWith("-XX:AOTCache=" + root.toRealPath() + "/target/aot/cli.aot\n")
                .endsWith("Main\ndoctor\n");
    }

    @Test
    void theCheckoutIsFoundThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), root.resolve("sluice"));
        Path second = Files.createSymbolicLink(folder.resolve("second"), link.getFileName());
        assertThat(run(second, "doctor")).contains("-Dsluice.home=" + root.toRealPath() + "\n");
    }

    @Test
    void aCheckoutThatWasCopiedIsBuiltAgain() throws Exception {
        Path original = folder.resolve("original/java/target/sluice.jar");
        write(original, "");
        write(root.resolve("cli/target/classpath"), original + "\n");
        executable(folder.resolve("tools/mvn"),
                "echo \"$PWD/java/target/sluice.jar\" >cli/target/classpath");
        assertThat(run(root.resolve("sluice"), "doctor"))
                .contains(root.toRealPath() + "/java/target/sluice.jar")
                .doesNotContain(original.toString());
    }

    @Test
    void theFirstBuildPrintsTheModulesAndAfterAFailureTheLog() throws Exception {
        Files.delete(root.resolve(".sluice/built"));
        write(root.resolve("pom.xml"), "<project>\n  <version>1.2-SNAPSHOT</version>\n");
        executable(folder.resolve("tools/mvn"), """
                echo "[INFO] Building Sluice 1.2-SNAPSHOT             [1/6]"
                echo "Downloading from central: one"
                echo "Downloading from central: another"
                echo "[INFO] Building Sluice: the library 1.2-SNAPSHOT  [2/6]"
                echo "[ERROR] something is wrong"
                exit 1""");
        Process process =
                command(root.resolve("sluice"), "doctor").redirectErrorStream(true).start();
        List<String> lines;
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            lines = reader.lines().toList();
        }
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(lines.getFirst()).startsWith("building for the first time; this takes ");
        assertThat(lines.subList(1, 4)).containsExactly("  [1/6] the C programs",
                "  downloading libraries, the first time only", "  [2/6] the library");
        assertThat(lines).contains("[ERROR] something is wrong").endsWith(
                "sluice: the build failed, see above");
    }

    /** A user who may write everywhere runs this too: folders in the way have the same effect. */
    @Test
    void whereNoCacheCanBeKeptItRunsWithoutOne() throws Exception {
        Path store = root.resolve("target/aot/cli.aot");
        Files.createDirectories(Path.of(store + ".log"));
        Files.createDirectories(Path.of(store + ".failed"));
        assertThat(run(root.resolve("sluice"), "doctor")).endsWith("Main\ndoctor\n")
                .doesNotContain("AOTCache=");
    }
}
