package dev.sluice.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the limits of this process and of the system. Without /proc there are none. */
final class Limits {
    private static final int COLUMN = 26; // Where the values begin in /proc/self/limits.
    private static final int WIDTH = 21;

    private final SystemFiles files;
    private final List<Limit> found = new ArrayList<>();

    private Limits(SystemFiles files) {
        this.files = files;
    }

    static List<Limit> of(SystemFiles files) {
        return new Limits(files).read();
    }

    private List<Limit> read() {
        ofProcess("Max open files", "open files (soft / hard)", false,
                "one for each connection (ulimit -n)");
        ofProcess("Max locked memory", "locked memory (soft / hard)", true,
                "io_uring, before Linux 5.12 (ulimit -l)");
        setting("net.core.somaxconn", "longest backlog of a listener");
        portRange();
        setting("net.ipv4.tcp_max_tw_buckets", "sockets that may be in TIME_WAIT");
        setting("net.core.rmem_max", "largest RCVBUF in bytes");
        setting("net.core.wmem_max", "largest SNDBUF in bytes");
        setting("fs.epoll.max_user_watches", "descriptors in epoll, for one user");
        ioUring();
        return List.copyOf(found);
    }

    private void ofProcess(String key, String name, boolean isBytes, String meaning) {
        files.lines("proc/self/limits").stream()
                .filter(line -> line.startsWith(key) && line.length() >= COLUMN + 2 * WIDTH - 1)
                .findFirst()
                .ifPresent(line -> {
                    String soft = amount(line.substring(COLUMN, COLUMN + WIDTH), isBytes);
                    String hard = amount(
                            line.substring(COLUMN + WIDTH, COLUMN + 2 * WIDTH - 1), isBytes);
                    found.add(new Limit(name, soft + " / " + hard, meaning));
                });
    }

    private static String amount(String column, boolean isBytes) {
        String value = column.strip();
        boolean isNumber = !value.isEmpty() && value.chars().allMatch(Character::isDigit);
        return isBytes && isNumber ? Sizes.of(Long.parseLong(value)) : value;
    }

    private Optional<String> sysctl(String name) {
        return files.line("proc/sys/" + name.replace('.', '/'));
    }

    private void setting(String name, String meaning) {
        sysctl(name).ifPresent(value -> found.add(new Limit(name, value, meaning)));
    }

    private void portRange() {
        String name = "net.ipv4.ip_local_port_range";
        sysctl(name).ifPresent(value -> {
            String[] ends = value.split("\\s+", -1);
            if (ends.length == 2) {
                int count = Integer.parseInt(ends[1]) - Integer.parseInt(ends[0]) + 1;
                found.add(new Limit(name, ends[0] + "-" + ends[1],
                        String.format(Locale.ROOT,
                                "%,d connections to one server port", count)));
            }
        });
    }

    private void ioUring() {
        String name = "kernel.io_uring_disabled";
        sysctl(name).ifPresent(value -> found.add(new Limit(name, value, switch (value) {
            case "0" -> "every process may use io_uring";
            case "1" -> "only kernel.io_uring_group and CAP_SYS_ADMIN may use io_uring";
            case "2" -> "no process may use io_uring; sysctl " + name + "=0 allows it";
            default -> "unknown to Sluice";
        })));
    }
}
