package dev.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds the C baseline servers: in the folder that {@value #FOLDER_VARIABLE} names, or where the
 * project's build puts them. Otherwise builds them, if CMake and a compiler are installed.
 */
public final class BaselinePrograms {
    static final String FOLDER_VARIABLE = "SLUICE_NATIVE_DIR";

    private static final String SOURCES = "native/baseline";
    private static final int BUILD_SECONDS = 120;

    private final @Nullable Path override;
    private final Path home;
    private boolean triedToBuild;
    private String whyNotBuilt = "";

    BaselinePrograms(@Nullable Path override, Path home) {
        this.override = override;
        this.home = home;
    }

    /** Uses the environment variable and the folder of the project, which the launcher names. */
    public static BaselinePrograms ofEnvironment() {
        String folder = System.getenv(FOLDER_VARIABLE);
        String home = System.getProperty("sluice.home");
        return new BaselinePrograms(folder == null ? null : Path.of(folder),
                home == null ? projectAround(Path.of("").toAbsolutePath()) : Path.of(home));
    }

    private static Path projectAround(Path start) {
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve(SOURCES))) {
                return folder;
            }
        }
        return start;
    }

    /** Returns the command line of one baseline. */
    List<String> command(String program) throws ServerUnavailableException {
        Path found = find(program);
        if (found == null && override == null) {
            build();
            found = find(program);
        }
        if (found == null) {
            throw new ServerUnavailableException(
                    override == null
                            ? "not built: " + whyNotBuilt
                            : program + " is not in " + FOLDER_VARIABLE + "=" + override);
        }
        return List.of(found.toString(), "--port", "0", "--address", "127.0.0.1");
    }

    private @Nullable Path find(String program) {
        for (Path folder : folders()) {
            for (String name : List.of(program, program + ".exe")) {
                Path candidate = folder.resolve(name);
                if (Files.isExecutable(candidate)) {
                    return candidate;
                }
            }
        }
        return null;
    }

    private List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        if (override != null) {
            folders.add(override);
            folders.add(override.resolve("baseline"));
        } else {
            folders.add(home.resolve("target/native/baseline"));
            folders.add(ownBuild());
            folders.add(ownBuild().resolve("Release")); // of Visual Studio
        }
        return folders;
    }

    private Path ownBuild() {
        return home.resolve("target/native-baseline");
    }

    private void build() {
        if (triedToBuild) {
            return;
        }
        triedToBuild = true;
        Path source = home.resolve(SOURCES);
        if (!Files.isRegularFile(source.resolve("CMakeLists.txt"))) {
            whyNotBuilt = "no " + SOURCES + " in " + home;
            return;
        }
        try {
            Path log = Files.createDirectories(ownBuild()).resolve("build.log");
            boolean built = run(log, "cmake", "-S", source.toString(), "-B", ownBuild().toString(),
                    "-DBUILD_TESTING=OFF", "-DCMAKE_BUILD_TYPE=Release")
                    && run(log, "cmake", "--build", ownBuild().toString(),
                            "--config", "Release");
            whyNotBuilt = built
                    ? "this system's headers are too old"
                    : "cmake failed, see " + log;
        } catch (IOException e) {
            whyNotBuilt = "it takes cmake and a C compiler (" + e.getMessage() + ")";
        }
    }

    private static boolean run(Path log, String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try {
            if (process.waitFor(BUILD_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
