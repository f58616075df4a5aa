package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * A program of a user's, compiled against the library with what its POM gives to users and nothing
 * else: as a module and on the class path, by javac alone and by Maven. Nothing is downloaded.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs Linux: links to the local repository")
@Timeout(300)
class ConsumerTest {
    private static final Path HOME =
            Path.of(System.getProperty("sluice.home", "..")).toAbsolutePath().normalize();

    private static final String PROGRAM = """
            package consumer;

            import dev.sluice.Accept;
            import dev.sluice.Address;
            import dev.sluice.CompletionPort;
            import dev.sluice.net.Connection;
            import dev.sluice.net.Dialer;
            import dev.sluice.net.Listener;

            public final class Main {
                private Main() {}

                public static void main(String[] args) throws Exception {
                    try (CompletionPort port = CompletionPort.open()) {
                        Accept accept = new Accept(port.listen(Address.loopback(0)));
                        if (accept.attachment() != null) {
                            throw new AssertionError(accept);
                        }
                    }
                    try (Listener listener = Listener.open("127.0.0.1:0");
                            Connection client = Dialer.DEFAULT.dial(listener.address());
                            Connection server = listener.accept()) {
                        client.write(new byte[]{42});
                        byte[] one = new byte[1];
                        server.readFully(one);
                        System.out.println("received " + one[0] + " in "
                                + Main.class.getModule().isNamed());
                    }
                }
            }
            """;
    /** Uses a name of each package and of java.base; each must mean one type. */
    private static final String COMPACT =
            """
                    import module dev.sluice;

                    void main() throws Exception {
                        try (CompletionPort port = CompletionPort.open();
                                Listener listener = Listener.open("127.0.0.1:0");
                                ServerSocket theirs = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                                Socket theirClient = new Socket(theirs.getInetAddress(), theirs.getLocalPort())) {
                            NativeSocket ours = port.socket(SocketType.TCP4).set(SockOpt.NODELAY, true);
                            List<Object> used = List.of(
                                    new Delay(Duration.ZERO), new Timer(true), ours.get(SockOpt.NODELAY),
                                    StandardSocketOptions.TCP_NODELAY, listener.address());
                            IO.println("used " + used.size() + " of both");
                        } catch (SystemCallException | SocketException failure) {
                            throw new AssertionError(failure);
                        }
                    }
                    """;
    private static final String MODULE = """
            module consumer {
                requires dev.sluice;
            }
            """;

    @TempDir
    private Path folder;

    private Path jar;

    private final List<Path> links = new ArrayList<>();

    @AfterEach
    void removeLinks() throws IOException {
        for (Path link : links) {
            Files.delete(link);
        }
    }

    @BeforeEach
    void makeJar() throws Exception {
        jar = folder.resolve("sluice.jar");
        run(List.of(tool("jar"), "--create", "--file", jar.toString(), "-C",
                HOME.resolve("java/target/classes").toString(), "."));
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** What it printed; it must end well. */
    private String run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("MAVEN_ARGS");
        builder.environment().remove("MAVEN_OPTS");
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s%n%s", command, text).isZero();
        return text;
    }

    /** A source folder as Maven has it. */
    private List<String> sources(boolean module) throws IOException {
        List<String> files = new ArrayList<>();
        files.add(write("src/main/java/consumer/Main.java", PROGRAM));
        if (module) {
            files.add(write("src/main/java/module-info.java", MODULE));
        }
        return files;
    }

    private String write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text).toString();
    }

    // ---- by javac alone ---------------------------------------------------------------------

    @Test
    void aModuleThatRequiresTheLibraryCompilesAndRuns() throws Exception {
        List<String> command = new ArrayList<>(List.of(tool("javac"), "-Xlint:all", "-Werror",
                "-d", "classes", "--module-path", libraryAndWhatItGives()));
        command.addAll(sources(true));
        run(command);
        assertThat(runModule("classes")).contains("received 42 in true");
    }

    @Test
    void aProgramOnTheClassPathCompilesAndRuns() throws Exception {
        List<String> command = new ArrayList<>(List.of(tool("javac"), "-Xlint:all", "-Werror",
                "-d", "classes", "-cp", libraryAndWhatItGives()));
        command.addAll(sources(false));
        run(command);
        assertThat(runProgram("classes")).contains("received 42 in false");
    }

    @Test
    void aCompactSourceFileThatImportsTheModuleRuns() throws Exception {
        String source = write("Compact.java", COMPACT);
        assertThat(run(List.of(tool("java"), "--illegal-native-access=deny",
                "--enable-native-access=dev.sluice", "--module-path", libraryAndWhatItGives(),
                "--add-modules", "dev.sluice", source)))
                .contains("used 5 of both");
    }

    private String runModule(String classes) throws Exception {
        return run(List.of(tool("java"), "--illegal-native-access=deny",
                "--enable-native-access=dev.sluice", "--module-path",
                classes + File.pathSeparator + libraryAndWhatItGives(), "--module",
                "consumer/consumer.Main"));
    }

    private String runProgram(String classes) throws Exception {
        return run(List.of(tool("java"), "--illegal-native-access=deny",
                "--enable-native-access=ALL-UNNAMED", "-cp",
                classes + File.pathSeparator + libraryAndWhatItGives(), "consumer.Main"));
    }

    private String libraryAndWhatItGives() throws Exception {
        List<String> given = new ArrayList<>(List.of(jar.toString()));
        for (String artifact : artifactsForUsers()) {
            given.add(Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(entry -> entry.matches(".*/" + artifact + "-[0-9][^/]*\\.jar"))
                    .findAny().orElseThrow());
        }
        return String.join(File.pathSeparator, given);
    }

    /** The dependencies of the POM that a user's build gets too. */
    private static List<String> artifactsForUsers() throws Exception {
        List<String> found = new ArrayList<>();
        Element dependencies = child(pom("java/pom.xml").getDocumentElement(), "dependencies");
        for (Element each : children(dependencies, "dependency")) {
            boolean forUsers = children(each, "scope").stream()
                    .allMatch(scope -> List.of("compile", "runtime")
                            .contains(scope.getTextContent()));
            if (forUsers) {
                found.add(child(each, "artifactId").getTextContent());
            }
        }
        return found;
    }

    private static Document pom(String name) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(HOME.resolve(name).toFile());
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < parent.getChildNodes().getLength(); i++) {
            if (parent.getChildNodes().item(i) instanceof Element child
                    && child.getTagName().equals(name)) {
                found.add(child);
            }
        }
        return found;
    }

    private static Element child(Element parent, String name) {
        return children(parent, name).getFirst();
    }

    // ---- by Maven ------------------------------------------------------------------------------

    @Test
    void aModuleBuiltByMavenRuns() throws Exception {
        sources(true);
        compileWithMaven();
        assertThat(runModule("target/classes")).contains("received 42 in true");
    }

    @Test
    void aProgramBuiltByMavenRuns() throws Exception {
        sources(false);
        compileWithMaven();
        assertThat(runProgram("target/classes")).contains("received 42 in false");
    }

    private void compileWithMaven() throws Exception {
        assumeTrue(Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "mvn"))),
                "needs mvn in the PATH: a build of a user's");
        String version = child(child(pom("java/pom.xml").getDocumentElement(), "parent"), "version")
                .getTextContent();
        write("pom.xml", """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>consumer</groupId>
                  <artifactId>consumer</artifactId>
                  <version>1</version>
                  <properties>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                    <maven.compiler.release>25</maven.compiler.release>
                  </properties>
                  <dependencies>
                    <dependency>
                      <groupId>dev.sluice</groupId>
                      <artifactId>sluice</artifactId>
                      <version>%s</version>
                    </dependency>
                  </dependencies>
                </project>
                """.formatted(version));
        // The goals alone, in the versions that have built the library: others are not here.
        run(List.of("mvn", "-B", "-o", "-q", "-Dmaven.repo.local=" + repository(version),
                "org.apache.maven.plugins:maven-compiler-plugin:" + versionOfCompilerPlugin()
                        + ":compile"));
    }

    private static String versionOfCompilerPlugin() throws Exception {
        Element build = child(pom("pom.xml").getDocumentElement(), "build");
        return children(child(build, "plugins"), "plugin").stream()
                .filter(each -> child(each, "artifactId").getTextContent()
                        .equals("maven-compiler-plugin"))
                .map(each -> child(each, "version").getTextContent())
                .findAny().orElseThrow();
    }

    /** The local repository of this build, by links, with the library in it as it is now. */
    private Path repository(String version) throws IOException {
        Path original = Path.of(System.getProperty("sluice.repository",
                System.getProperty("user.home") + "/.m2/repository"));
        Path copy = folder.resolve("repository");
        link(original, copy, "dev");
        link(original.resolve("dev"), copy.resolve("dev"), "sluice");
        publish(copy, "sluice-parent", version, "pom.xml", ".pom");
        publish(copy, "sluice", version, "java/pom.xml", ".pom");
        publish(copy, "sluice", version, jar.toString(), ".jar");
        return copy;
    }

    private void link(Path from, Path to, String but) throws IOException {
        Files.createDirectories(to);
        if (Files.isDirectory(from)) {
            try (Stream<Path> entries = Files.list(from)) {
                for (Path entry : entries.toList()) {
                    if (!entry.endsWith(but)) {
                        links.add(Files.createSymbolicLink(
                                to.resolve(entry.getFileName()), entry));
                    }
                }
            }
        }
    }

    private static void publish(
            Path repository, String artifact, String version, String file, String suffix)
            throws IOException {
        Path place = repository.resolve("dev/sluice").resolve(artifact).resolve(version);
        Files.createDirectories(place);
        Files.copy(HOME.resolve(file), place.resolve(artifact + "-" + version + suffix));
    }
}
