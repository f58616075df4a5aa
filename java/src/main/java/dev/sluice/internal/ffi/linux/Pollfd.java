package dev.sluice.internal.ffi.linux;

/**
 * {@code struct pollfd} of {@code <poll.h>}.
 *
 * <p>One descriptor of poll(2).
 *
 * <pre>
 *       +---------------------------------------+-------------------+-------------------+
 *     0 | fd                                    | events            | revents           |
 *       +---------------------------------------+-------------------+-------------------+
 * </pre>
 */
public final class Pollfd {
    /** The C name of the structure. */
    public static final String STRUCT = "struct pollfd";

    /** The size in bytes. */
    public static final int SIZE = 8;

    public static final int FD = 0;
    public static final int EVENTS = 4;
    public static final int REVENTS = 6;

    private Pollfd() {}
}
