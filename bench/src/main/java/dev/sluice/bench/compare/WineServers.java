package dev.sluice.bench.compare;

import dev.sluice.bench.peers.PeerMain;
import dev.sluice.bench.peers.Task;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The servers of Windows, under Wine; the generator stays a Linux process. A run shows that they
 * echo every byte. Their cost under Wine says nothing about Windows.
 *
 * @param java a command that starts the JVM for Windows; a command that starts any program is
 *     beside it
 * @param home the folder of the project
 */
public record WineServers(Path java, Path home) {
    /** The launcher sets it to that command. */
    static final String PROPERTY = "sluice.wine.java";

    static final String NOTE = "the servers run under Wine: behaviour only, the figures say"
            + " nothing about Windows";

    private static final String COMPILER = "x86_64-w64-mingw32-gcc";
    private static final List<String> SOURCES = List.of("echo_iocp.c", "options.c");
    private static final String HEADER = "options.h";
    private static final int BUILD_SECONDS = 120;

    /** Returns null unless the launcher set the property. */
    public static @Nullable WineServers here() {
        String java = System.getProperty(PROPERTY);
        return java == null
                ? null
                : new WineServers(Path.of(java), Path.of(System.getProperty("sluice.home", "")));
    }

    List<ServerSpec> specs() {
        return List.of(
                new ServerSpec("sluice-iocp", processors -> peerCommand("sluice-iocp"), true,
                        load -> true,
                        Set.of(Task.ECHO), "completion port on IOCP, one thread"),
                new ServerSpec("nio2", processors -> peerCommand("nio2"), true, load -> true,
                        Set.of(Task.ECHO), "java.nio asynchronous channels, one thread"),
                new ServerSpec("c-iocp", processors -> baselineCommand(), false, load -> true,
                        Set.of(Task.ECHO), "C on IOCP, one thread"));
    }

    List<String> peerCommand(String name) {
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(ServerCatalog.JVM_FLAGS);
        command.addAll(List.of("-cp", windowsPaths(System.getProperty("java.class.path")),
                PeerMain.class.getName(), name, "--port", "0", "--address", "127.0.0.1"));
        return command;
    }

    /** Wine shows the root folder as drive Z. */
    static String windowsPaths(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator, -1))
                .map(path -> "Z:" + Path.of(path).toAbsolutePath())
                .collect(Collectors.joining(";"));
    }

    private List<String> baselineCommand() throws ServerUnavailableException {
        Path program = home.resolve("target/native-mingw/echo_iocp.exe");
        Path folder = home.resolve("native/baseline");
        try {
            if (isStale(program, folder)) {
                build(folder, program);
            }
        } catch (IOException e) {
            throw new ServerUnavailableException("cannot build " + program + ": "
                    + e.getMessage());
        }
        return List.of(java.resolveSibling("wine").toString(), program.toString(), "--port", "0",
                "--address", "127.0.0.1");
    }

    private static boolean isStale(Path program, Path folder) throws IOException {
        if (!Files.exists(program)) {
            return true;
        }
        FileTime built = Files.getLastModifiedTime(program);
        for (String source : SOURCES) {
            if (built.compareTo(Files.getLastModifiedTime(folder.resolve(source))) < 0) {
                return true;
            }
        }
        return Files.getLastModifiedTime(folder.resolve(HEADER)).compareTo(built) > 0;
    }

    private static void build(Path folder, Path program)
            throws IOException, ServerUnavailableException {
        Path log = Files.createDirectories(program.toAbsolutePath().getParent())
                .resolve("build.log");
        List<String> command = new ArrayList<>(List.of(COMPILER, "-O2", "-Wall", "-Wextra", "-o",
                program.toString()));
        SOURCES.forEach(source -> command.add(folder.resolve(source).toString()));
        command.addAll(List.of("-lws2_32", "-lmswsock"));
        Process compiler = new ProcessBuilder(command)
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            if (!compiler.waitFor(BUILD_SECONDS, TimeUnit.SECONDS)) {
                compiler.destroyForcibly();
                throw new ServerUnavailableException(COMPILER + " took too long");
            }
        } catch (InterruptedException e) {
            compiler.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new ServerUnavailableException("interrupted while it was built");
        }
        if (compiler.exitValue() != 0) {
            throw new ServerUnavailableException(COMPILER + " failed, see " + log);
        }
    }
}
