package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Document;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** A program that stands in a document, and a process that runs it. */
final class DocumentedProgram implements AutoCloseable {
    private static final Pattern DEPENDENCY =
            Pattern.compile(".*[/\\\\](slf4j|jctools|jspecify)-[^/\\\\]*\\.jar");

    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private final Process process;
    private final BufferedReader output;

    private DocumentedProgram(Process process) {
        this.process = process;
        this.output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The Java blocks of a document of the project, as they are written. */
    static List<String> blocksOf(String document) throws IOException {
        return blocksOf(Path.of(System.getProperty("sluice.home")).resolve(document));
    }

    static List<String> blocksOf(Path document) throws IOException {
        Matcher matcher = JAVA_BLOCK.matcher(Document.read(document));
        List<String> blocks = new ArrayList<>();
        while (matcher.find()) {
            blocks.add(matcher.group(1));
        }
        return blocks;
    }

    /** Compiles and starts a program, as a user does who copied it into a file. */
    static DocumentedProgram start(Path folder, String source, String... arguments)
            throws IOException {
        return start(folder, List.of(), source, arguments);
    }

    /** The same with further options of the virtual machine. */
    static DocumentedProgram start(
            Path folder, List<String> options, String source, String... arguments)
            throws IOException {
        return startBy(folder, List.of(), options, source, arguments);
    }

    /** The same, by a command that starts the rest of its line, such as one that sets a limit. */
    static DocumentedProgram startBy(
            Path folder,
            List<String> starter,
            List<String> options,
            String source,
            String... arguments)
            throws IOException {
        String path = System.getProperty("java.class.path");
        return startWith(path, folder, starter, options, source, arguments);
    }

    private static DocumentedProgram startWith(
            String classPath,
            Path folder,
            List<String> starter,
            List<String> options,
            String source,
            String... arguments)
            throws IOException {
        Path file = folder.resolve("Example.java");
        Files.writeString(file, source);
        List<String> command = new ArrayList<>(starter);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(options);
        command.addAll(List.of(
                "--class-path", classPath, file.toString()));
        command.addAll(List.of(arguments));
        return new DocumentedProgram(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /**
     * As {@link #startBy}, with the library in a jar, as users have it: a class that lies in a folder
     * needs a descriptor when it is first used, one in a jar does not.
     */
    static DocumentedProgram startFromJar(
            Path folder, List<String> starter, List<String> options, String source)
            throws IOException {
        Path jar = folder.resolve("sluice.jar");
        jarOfTheLibrary(jar);
        List<String> quiet = new ArrayList<>(options);
        quiet.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        return startWith(jar + File.pathSeparator + dependencies(), folder, starter, quiet, source);
    }

    /** What the library itself depends on: a user has none of the tests' many jars, each a descriptor. */
    private static String dependencies() {
        List<String> jars = Arrays.stream(
                System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> DEPENDENCY.matcher(entry).matches()).toList();
        assertThat(jars).as("the dependencies of the library").isNotEmpty();
        return String.join(File.pathSeparator, jars);
    }

    /** Makes a jar of the library's classes. */
    static void jarOfTheLibrary(Path jar) throws IOException {
        Path classes = Path.of(System.getProperty("sluice.home"), "java", "target", "classes");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                String name = classes.relativize(each).toString();
                out.putNextEntry(new ZipEntry(name.replace(File.separatorChar, '/')));
                Files.copy(each, out);
            }
        }
    }

    /** The next line that it prints, or null at its end. */
    String line() throws IOException {
        return output.readLine();
    }

    /** Gives the program the end of its input. */
    void endInput() throws IOException {
        process.getOutputStream().close();
    }

    /** Asks the program to end, by SIGTERM where there are signals. */
    void terminate() {
        process.toHandle().destroy(); // which leaves its output open
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
