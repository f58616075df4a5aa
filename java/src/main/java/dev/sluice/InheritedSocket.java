package dev.sluice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A socket inherited by socket activation (sd_listen_fds(3)). {@link CompletionPort#adopt} or
 * {@code Listener.adopt} takes it over by its number, once. The sockets are numbered from 3 on, in
 * the order of the socket units.
 *
 * <pre>{@code
 * for (InheritedSocket inherited : InheritedSocket.fromEnvironment()) {
 *     NativeSocket listener = port.adopt(inherited.descriptor());
 * }
 * }</pre>
 *
 * @param name from FileDescriptorName= of the socket unit; "unknown" if none was given
 * @param descriptor its number
 * @see <a href="https://man7.org/linux/man-pages/man3/sd_listen_fds.3.html">sd_listen_fds(3)</a>
 */
public record InheritedSocket(String name, int descriptor) {
    /** SD_LISTEN_FDS_START: those before it are the standard streams. */
    private static final int FIRST = 3;

    /** Upper limit, so that a wrong value fails at once. */
    private static final int MOST = 1 << 20;

    /**
     * Returns the sockets that the process was started with, from the environment variables LISTEN_FDS,
     * LISTEN_PID and LISTEN_FDNAMES. Each call returns the same. Child processes do not inherit the
     * sockets, and ignore the variables because LISTEN_PID differs.
     *
     * @return in the order of their numbers; empty if there are none, or if LISTEN_PID names another
     *     process
     * @throws IllegalStateException if a variable is wrong, with its name and value
     */
    public static List<InheritedSocket> fromEnvironment() {
        return of(System.getenv(), ProcessHandle.current().pid());
    }

    static List<InheritedSocket> of(Map<String, String> environment, long pid) {
        String listenPid = environment.get("LISTEN_PID");
        String listenFds = environment.get("LISTEN_FDS");
        if (listenPid == null || listenFds == null
                || number("LISTEN_PID", listenPid, 1, Long.MAX_VALUE) != pid) {
            return List.of();
        }
        int count = (int) number("LISTEN_FDS", listenFds, 0, MOST);
        String listed = environment.get("LISTEN_FDNAMES");
        List<String> names = listed == null ? List.of() : Arrays.asList(listed.split(":", -1));
        if (listed != null && names.size() != count && !(count == 0 && listed.isEmpty())) {
            throw new IllegalStateException("LISTEN_FDNAMES=" + listed + " has " + names.size()
                    + " names, but LISTEN_FDS=" + listenFds
                    + ": start the process with a name for each socket, or without names");
        }
        List<InheritedSocket> sockets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            sockets.add(new InheritedSocket(listed == null ? "unknown" : names.get(i), FIRST + i));
        }
        return List.copyOf(sockets);
    }

    private static long number(String variable, String value, long least, long most) {
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException noNumber) {
            throw wrong(variable, value, least, most, noNumber);
        }
        throw wrong(variable, value, least, most, null);
    }

    private static IllegalStateException wrong(
            String variable, String value, long least, long most, @Nullable Throwable cause) {
        String range = most == Long.MAX_VALUE
                ? "of " + least + " or more"
                : String.format(Locale.ROOT, "from %,d to %,d", least, most);
        return new IllegalStateException(variable + "=" + value + " is not a number " + range
                + ": unset it, or let the service manager set it", cause);
    }
}
