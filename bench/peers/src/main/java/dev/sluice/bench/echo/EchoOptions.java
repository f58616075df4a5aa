package dev.sluice.bench.echo;

import dev.sluice.Backend;
import dev.sluice.PortOptions;
import dev.sluice.WaitStrategy;
import org.jspecify.annotations.Nullable;

/** The options of the port of an echo server, from the words of the command line. */
public final class EchoOptions {
    private static final int BUFFERS = 1024;

    /** Room for a large message in one receive; pages are taken only when they are used. */
    private static final int BUFFER_BYTES = 64 * 1024;

    private EchoOptions() {}

    /**
     * Returns the options of the port.
     *
     * @param backend epoll, io_uring, iocp, or null for the best that works here
     * @param waiting block, spin-then-block or spin
     * @throws IllegalArgumentException if a word is unknown; the message names it
     */
    public static PortOptions of(@Nullable String backend, String waiting) {
        PortOptions options = common(strategy(waiting));
        return backend == null ? options : options.backend(Backend.named(backend));
    }

    /** Returns the options of the port for one backend. */
    public static PortOptions of(Backend backend, WaitStrategy waiting) {
        return common(waiting).backend(backend);
    }

    private static PortOptions common(WaitStrategy waiting) {
        return PortOptions.DEFAULT.poolBuffers(BUFFERS).poolBufferBytes(BUFFER_BYTES)
                .waitStrategy(waiting);
    }

    private static WaitStrategy strategy(String waiting) {
        return switch (waiting) {
            case "block" -> WaitStrategy.BLOCK;
            case "spin-then-block" -> WaitStrategy.spinThenBlock();
            case "spin" -> WaitStrategy.SPIN;
            default ->
                throw new IllegalArgumentException(
                        "wait '" + waiting + "': use block, spin-then-block or spin");
        };
    }
}
