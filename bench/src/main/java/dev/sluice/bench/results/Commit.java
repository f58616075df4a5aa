package dev.sluice.bench.results;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The version of the project that is measured. */
final class Commit {
    private static final String UNKNOWN = "unknown";
    private static final int SECONDS = 10;

    private Commit() {}

    /** Returns the commit of the folder that the launcher names. */
    static String here() {
        Path home = Path.of(System.getProperty("sluice.home", ""));
        return Files.exists(home.resolve(".git")) ? of(home) : UNKNOWN;
    }

    private static String of(Path home) {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty=+",
                    "--exclude=*")
                    .directory(home.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            git.getOutputStream().close();
            String answer = new String(git.getInputStream().readAllBytes(),
                    StandardCharsets.UTF_8).strip();
            boolean ended = git.waitFor(SECONDS, TimeUnit.SECONDS);
            return ended && git.exitValue() == 0 && !answer.isEmpty() ? answer : UNKNOWN;
        } catch (IOException e) {
            return UNKNOWN; // git is not installed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNKNOWN;
        }
    }
}
