package dev.sluice;

import java.util.Locale;

/** The kernel interfaces that a port can use, by the names that the command line uses. */
public enum Backend {
    /** Linux readiness: a call is tried, and tried again when epoll reports the socket ready. */
    EPOLL("epoll"),
    /** Linux completion, through queues in memory that the kernel shares. */
    IO_URING("io_uring"),
    /** Windows I/O completion ports. */
    IOCP("iocp");

    private final String text;

    Backend(String text) {
        this.text = text;
    }

    /**
     * Returns the backend with this name.
     *
     * @param name epoll, io_uring or iocp, in any case
     * @return the backend
     * @throws IllegalArgumentException if there is none; the message lists the names
     */
    public static Backend named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        for (Backend backend : values()) {
            if (backend.text.equals(wanted)) {
                return backend;
            }
        }
        throw new IllegalArgumentException(
                "unknown backend '" + name + "': use epoll, io_uring or iocp");
    }

    /** Returns the name as the command line spells it. */
    @Override
    public String toString() {
        return text;
    }
}
