package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

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

/** The shell script in a checkout that counts as built, with a JDK that only tells what it was asked. */
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

    private String run(Path script, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sh", script.toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().put("SLUICE_JAVA_HOME", jdk.toString());
        builder.environment().merge("PATH", folder.resolve("tools").toString(),
                (path, tools) -> tools + File.pathSeparator + path);
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
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

    /** The user that runs this may be allowed to write anywhere: folders in the way do the same. */
    @Test
    void whereNoCacheCanBeKeptItRunsWithoutOne() throws Exception {
        Path store = root.resolve("target/aot/cli.aot");
        Files.createDirectories(Path.of(store + ".log"));
        Files.createDirectories(Path.of(store + ".failed"));
        assertThat(run(root.resolve("sluice"), "doctor")).endsWith("Main\ndoctor\n")
                .doesNotContain("AOTCache=");
    }
}
