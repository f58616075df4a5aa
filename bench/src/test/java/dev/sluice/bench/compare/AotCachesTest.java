package dev.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.load.ByteCheck;
import dev.sluice.bench.load.Load;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class AotCachesTest {
    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();

    private AotCaches caches(List<Path> classPath) {
        return new AotCaches(folder.resolve("aot"), classPath, told::add);
    }

    /** The class path of this test, its folders as jars. */
    private List<Path> jars() throws IOException {
        List<Path> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            jars.add(Files.isDirectory(path)
                    ? jar(path, folder.resolve("folder" + jars.size() + ".jar"))
                    : path);
        }
        return jars;
    }

    private static Path jar(Path of, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> files = Files.walk(of)) {
            for (Path one : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(of.relativize(one).toString().replace('\\', '/')));
                Files.copy(one, out);
            }
        }
        return jar;
    }

    private static List<String> command(List<Path> classPath, String peer) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ServerCatalog.JVM_FLAGS);
        command.addAll(List.of("-cp", classPath.stream().map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator)),
                "dev.sluice.bench.peers.PeerMain", peer));
        return command;
    }

    private Path aot(String name) throws IOException {
        return Files.createFile(Files.createDirectories(folder.resolve("aot")).resolve(name));
    }

    @Test
    void aCacheIsMadeOnceAndIsTheJvmsOwnToUse() throws Exception {
        List<Path> jars = jars();
        List<String> plain = command(jars, "nio");
        Path ofAnotherJvm = aot("nio-0badcafe.aot");
        Path ofAnotherServer = aot("nio-poll-0badcafe.aot");
        AotCaches first = caches(jars);
        first.prepare(Map.of("nio", plain));
        assertThat(told).singleElement().asString().contains("nio");
        assertThat(ofAnotherJvm).as("replaced by the new one").doesNotExist();
        assertThat(ofAnotherServer).exists();
        List<String> cached = first.apply("nio", plain);
        assertThat(cached.get(1)).startsWith("-XX:AOTCache=").endsWith(".aot");

        cached.add(1, "-XX:AOTMode=on"); // the JVM refuses to start where it cannot use it
        try (ServerProcess server = ServerProcess.start("nio", cached)) {
            server.awaitListening();
            ByteCheck.run(server.address(), new Load(4, 64, 1), 1, 60_000);
        }

        AotCaches second = caches(jars);
        second.prepare(Map.of("nio", plain));
        assertThat(told).hasSize(1);
        assertThat(second.apply("nio", plain)).contains("-XX:-AOTReplayTraining")
                .containsSubsequence(plain);
        assertThat(second.apply("nio2", plain)).isEqualTo(plain);

        Path jar = jars.stream().filter(path -> path.startsWith(folder)).findFirst().orElseThrow();
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
        caches(jars).prepare(Map.of("nio", plain));
        assertThat(told).as("a newer jar takes a new cache").hasSize(2);
    }

    @Test
    void aServerThatCannotRunNeedsNone() throws Exception {
        List<Path> jars = jars();
        AotCaches caches = caches(jars);
        List<String> command = command(jars, "no-such-server");
        caches.prepare(Map.of("no-such-server", command));
        assertThat(caches.isUsed()).isFalse();
        assertThat(caches.apply("no-such-server", command)).isEqualTo(command);
    }

    @Test
    void theCauseOfTheirLackIsReportedInOneLineAndNoServerHasOne() throws Exception {
        AotCaches caches = caches(List.of(folder));
        caches.prepare(Map.of("nio", command(List.of(folder), "nio")));
        assertThat(told).singleElement().asString().contains("folders").doesNotContain("\n");
        assertThat(caches.isUsed()).isFalse();
    }
}
