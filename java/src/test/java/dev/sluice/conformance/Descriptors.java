package dev.sluice.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The descriptors of this process that a port or a socket could have: "socket:[4711]",
 * "anon_inode:[eventpoll]". Elsewhere than on Linux there is nothing to look at.
 */
public record Descriptors(Set<String> open) {
    private static final Path FOLDER = Path.of("/proc/self/fd");

    static {
        // The JDK's networking keeps a descriptor for itself from its first use on.
        try (ServerSocket first = new ServerSocket(0)) {
            first.setSoTimeout(1);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Those that are open now. */
    public static Descriptors now() {
        Set<String> found = new HashSet<>();
        for (Path entry : entries()) {
            String target = targetOf(entry);
            if (target.startsWith("socket:")) {
                found.add(target);
            } else if (target.startsWith("anon_inode:")) {
                // All of a kind have the same name: the number distinguishes them.
                found.add(target + " " + entry.getFileName());
            }
        }
        return new Descriptors(found);
    }

    private static List<Path> entries() {
        if (!Needs.isLinux() || !Files.isDirectory(FOLDER)) {
            return List.of();
        }
        try (Stream<Path> listed = Files.list(FOLDER)) {
            return new ArrayList<>(listed.toList());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String targetOf(Path entry) {
        try {
            return Files.readSymbolicLink(entry).toString();
        } catch (NoSuchFileException closedMeanwhile) {
            return "";
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Fails if there are more now; closes that linger on another thread are waited for. */
    public void awaitNoneMore() {
        long endNanos = System.nanoTime() + Loop.LIMIT.toNanos();
        Set<String> more = more();
        while (!more.isEmpty()) {
            if (System.nanoTime() - endNanos > 0) {
                throw new AssertionError("descriptors were left open: " + more);
            }
            LockSupport.parkNanos(1_000_000);
            more = more();
        }
    }

    private Set<String> more() {
        Set<String> now = new HashSet<>(now().open());
        now.removeAll(open);
        return now;
    }
}
