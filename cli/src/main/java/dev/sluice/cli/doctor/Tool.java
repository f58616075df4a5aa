package dev.sluice.cli.doctor;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A program that Sluice can do without.
 *
 * @param name what it is called
 * @param path where it was found
 * @param purpose what it is for here
 */
public record Tool(String name, Optional<Path> path, String purpose) {
    /** Looks for each in the folders of a PATH. */
    static List<Tool> find(String searchPath) {
        return List.of(
                find(searchPath, "C compiler", "the C baseline of compare, layout probes", "cc",
                        "gcc", "clang", "cl"),
                find(searchPath, "cmake", "builds the C parts", "cmake"),
                find(searchPath, "strace", "tests: counts and injects system calls", "strace"),
                find(searchPath, "tcpdump", "tests: FIN and RST on the wire", "tcpdump",
                        "tshark"),
                find(searchPath, "ip", "tests: a peer that vanishes", "ip"),
                find(searchPath, "wine", "tests: IOCP without Windows", "wine64",
                        "wine"),
                find(searchPath, "qemu", "tests: Linux aarch64 elsewhere",
                        "qemu-aarch64-static", "qemu-aarch64"));
    }

    private static Tool find(String searchPath, String name, String purpose, String... commands) {
        List<Path> folders = Arrays.stream(searchPath.split(File.pathSeparator, -1))
                .filter(folder -> !folder.isBlank()).map(Path::of).toList();
        Optional<Path> path = Arrays.stream(commands)
                .flatMap(command -> folders.stream().flatMap(folder -> Stream
                        .of(folder.resolve(command), folder.resolve(command + ".exe"))))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
        return new Tool(name, path, purpose);
    }
}
