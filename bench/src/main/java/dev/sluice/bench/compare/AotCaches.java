package dev.sluice.bench.compare;

import dev.sluice.bench.load.ByteCheck;
import dev.sluice.bench.load.Load;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The JDK's AOT caches (JEP 514): the classes that one run of a server has loaded and linked,
 * stored for the next run. Either every server on a JVM gets a cache of its own, Sluice or not, or
 * none does.
 *
 * @see <a href="https://openjdk.org/jeps/514">JEP 514: Ahead-of-Time Command-Line Ergonomics</a>
 */
public final class AotCaches {
    /** An environment variable; {@code off} disables the caches, in the launcher too. */
    public static final String SWITCH = "SLUICE_AOT";

    /** Keeps warnings, such as of a cache that no longer fits, from coming before the address. */
    private static final List<String> LOG_FLAGS = List.of("-Xlog:disable",
            "-Xlog:all=warning:stderr");

    /**
     * Keeps the compilers from using training data: with the profiles of the few training messages,
     * a server allocated for each message. So they work as without a cache, and learn from the load
     * alone.
     */
    private static final List<String> USE_FLAGS = List.of("-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTReplayTraining");

    private static final Load TRAINING = new Load(16, 64, 1);
    private static final int STALL_MILLIS = 10_000;
    private static final int MAKE_SECONDS = 120;

    private final Path folder;
    private final List<Path> classPath;
    private final Consumer<String> tell;
    private final Map<String, Path> ready = new LinkedHashMap<>();

    /** Stores the caches in that folder; reports in one line what it does and what fails. */
    AotCaches(Path folder, List<Path> classPath, Consumer<String> tell) {
        this.folder = folder;
        this.classPath = classPath;
        this.tell = tell;
    }

    /** Uses the folder of the build, which the launcher names. */
    public static AotCaches ofEnvironment() {
        List<Path> classPath = Arrays.stream(
                System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of).toList();
        return new AotCaches(Path.of(System.getProperty("sluice.home", ""), "target/aot"),
                classPath, System.err::println);
    }

    /** True if the environment disables the caches. */
    public static boolean isSwitchedOff() {
        return "off".equals(System.getenv(SWITCH));
    }

    /**
     * Creates the caches that are missing or older than the class path.
     *
     * @param commands the command that starts each server, by its name
     */
    void prepare(Map<String, List<String>> commands) throws InterruptedException {
        try {
            if (classPath.stream().anyMatch(Files::isDirectory)) {
                throw new IOException("the class path has folders, and they take jars alone");
            }
            Files.createDirectories(folder);
            for (Map.Entry<String, List<String>> server : commands.entrySet()) {
                prepare(server.getKey(), server.getValue());
            }
        } catch (IOException e) {
            ready.clear(); // all or none
            tell.accept("no AOT caches for the servers: " + e.getMessage());
        }
    }

    private void prepare(String name, List<String> command)
            throws IOException, InterruptedException {
        // Neither another JVM nor one with other flags can use the cache.
        String key = Integer.toHexString(
                (Runtime.version() + System.getProperty("java.home") + command).hashCode());
        Path cache = folder.resolve(name + "-" + key + ".aot");
        if (isStale(cache)) {
            tell.accept("making an AOT cache for " + name + ", once a build");
            if (!make(name, command, cache)) {
                return; // the server cannot run here, and the comparison will report why
            }
        }
        ready.put(name, cache);
    }

    private boolean isStale(Path cache) throws IOException {
        if (!Files.exists(cache)) {
            return true;
        }
        FileTime made = Files.getLastModifiedTime(cache);
        for (Path entry : classPath) {
            if (Files.exists(entry) && Files.getLastModifiedTime(entry).compareTo(made) > 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Trains by a run with connections that come, exchange messages and end; false if it cannot
     * run.
     */
    private boolean make(String name, List<String> command, Path cache)
            throws IOException, InterruptedException {
        Path made = cache.resolveSibling(cache.getFileName() + "." + ProcessHandle.current().pid());
        try (ServerProcess server = ServerProcess.start(name,
                with(command, "-XX:AOTCacheOutput=" + made))) {
            server.awaitListening();
            ByteCheck.run(server.address(), TRAINING, 1, STALL_MILLIS);
            server.end();
            if (!server.awaitEnd(MAKE_SECONDS) || !Files.exists(made)) {
                throw new IOException("the JVM wrote none for " + name);
            }
            Files.move(made, cache, StandardCopyOption.REPLACE_EXISTING);
            removeOthers(name, cache);
            return true;
        } catch (ServerUnavailableException e) {
            return false;
        } finally {
            Files.deleteIfExists(made);
        }
    }

    /** Deletes the caches of other JVMs or flags: the next run will ask for the latest one. */
    private void removeOthers(String name, Path cache) throws IOException {
        Predicate<String> others = Pattern.compile(Pattern.quote(name) + "-[0-9a-f]+\\.aot")
                .asMatchPredicate();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (others.test(file.getFileName().toString()) && !file.equals(cache)) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Returns the command that starts a server, with its cache if it has one. */
    List<String> apply(String name, List<String> command) {
        Path cache = ready.get(name);
        if (cache == null) {
            return command;
        }
        List<String> all = with(command, "-XX:AOTCache=" + cache);
        all.addAll(2, USE_FLAGS);
        return all;
    }

    /** True if any server has a cache. */
    public boolean isUsed() {
        return !ready.isEmpty();
    }

    private static List<String> with(List<String> command, String flag) {
        List<String> all = new ArrayList<>(command);
        all.addAll(1, LOG_FLAGS);
        all.add(1, flag);
        return all;
    }
}
