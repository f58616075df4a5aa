package dev.sluice;

import java.util.Locale;

/** The systems' interfaces on which a port can stand, by the names that the command line uses. */
public enum Backend {
    /** Linux readiness, made completion by trying, waiting for the edge and trying again. */
    EPOLL("epoll"),
    /** Linux completion through shared rings. */
    IO_URING("io_uring"),
    /** Windows I/O completion ports. */
    IOCP("iocp");

    private final String text;

    Backend(String text) {
        this.text = text;
    }

    /**
     * The backend with this name.
     *
     * @param name epoll, io_uring or iocp
     * @return the backend
     * @throws IllegalArgumentException if there is none of that name; the message lists them
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

    /** The name as the command line spells it. */
    @Override
    public String toString() {
        return text;
    }
}
