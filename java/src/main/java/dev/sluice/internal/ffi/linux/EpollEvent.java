package dev.sluice.internal.ffi.linux;

import dev.sluice.internal.ffi.Architecture;

/**
 * {@code struct epoll_event} of {@code <sys/epoll.h>}.
 *
 * <p>One event of epoll_ctl(2) and epoll_wait(2). It is packed on x86-64, and only there, so that
 * 32-bit programs see the same layout; {@code data} is then not aligned.
 *
 * <pre>
 *       x86-64
 *       +---------------------------------------+---------------------------------------+
 *     0 | events                                | data                                  |
 *       +---------------------------------------+---------------------------------------+
 *     8 |                                       |
 *       +---------------------------------------+
 *
 *       aarch64
 *       +---------------------------------------+---------------------------------------+
 *     0 | events                                |                                       |
 *       +---------------------------------------+---------------------------------------+
 *     8 | data                                                                          |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class EpollEvent {
    /** The C name of the structure. */
    public static final String STRUCT = "struct epoll_event";

    /** The size in bytes. */
    public static final int SIZE = Architecture.CURRENT == Architecture.X86_64 ? 12 : 16;

    public static final int EVENTS = 0;
    public static final int DATA = Architecture.CURRENT == Architecture.X86_64 ? 4 : 8;

    private EpollEvent() {}
}
