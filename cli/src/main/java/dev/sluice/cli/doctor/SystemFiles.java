package dev.sluice.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Files that describe a system, such as {@code /proc/cpuinfo}. Not every system and container has
 * each of them; one that is missing counts as empty.
 *
 * @param root of the file system that is asked
 */
public record SystemFiles(Path root) {
    /** Those of this machine. */
    public static SystemFiles ofThisMachine() {
        return new SystemFiles(Path.of("/"));
    }

    /** All lines of a file, none if it cannot be read. */
    public List<String> lines(String file) {
        try {
            return Files.readAllLines(root.resolve(file));
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** The only line of a file such as {@code proc/sys/net/core/somaxconn}. */
    public Optional<String> line(String file) {
        return lines(file).stream().findFirst().map(String::strip);
    }

    /** The value behind a key, in a file of lines such as {@code model name : text}. */
    Optional<String> value(String file, String key, char separator) {
        return lines(file).stream()
                .filter(line -> line.startsWith(key) && line.indexOf(separator) > 0)
                .filter(line -> line.substring(0, line.indexOf(separator)).strip().equals(key))
                .map(line -> line.substring(line.indexOf(separator) + 1).strip())
                .findFirst();
    }
}
