package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Address;
import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.linux.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A listening socket of this process that the test makes fail each accept, and repairs again,
 * without the knowledge of its owner: shutdown(2) of a listening socket ends its listening, and
 * listen(2) begins it again. In between accept(2) fails with EINVAL on every backend.
 */
final class BrokenListener {
    private static final int SHUT_RDWR = 2;

    private final int fd;

    /** Finds the listening socket at an IPv4 address; it still works. */
    BrokenListener(Address at) throws IOException {
        String inode = inodeOf(at);
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            this.fd = open.filter(each -> isSocket(each, inode))
                    .map(each -> Integer.parseInt(each.getFileName().toString()))
                    .findFirst().orElseThrow();
        }
    }

    private static String inodeOf(Address at) throws IOException {
        String port = String.format(Locale.ROOT, ":%04X", at.port());
        try (Stream<String> lines = Files.lines(Path.of("/proc/net/tcp"))) {
            List<String[]> listening = lines.map(line -> line.strip().split("\\s+", -1))
                    .filter(row -> row[1].endsWith(port) && row[3].equals("0A"))
                    .toList();
            assertThat(listening).as("sockets that listen at %s", at).hasSize(1);
            return listening.getFirst()[9];
        }
    }

    private static boolean isSocket(Path entry, String inode) {
        try {
            return Files.readSymbolicLink(entry).toString().equals("socket:[" + inode + "]");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    void breakIt() {
        try (Arena arena = Arena.ofConfined()) {
            CallState state = new CallState(arena);
            assertThat(Libc.shutdown(state.segment(), fd, SHUT_RDWR)).isZero();
        }
    }

    void mend() {
        try (Arena arena = Arena.ofConfined()) {
            CallState state = new CallState(arena);
            assertThat(Libc.listen(state.segment(), fd, 64)).isZero();
        }
    }
}
