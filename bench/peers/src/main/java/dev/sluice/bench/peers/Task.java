package dev.sluice.bench.peers;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a server does with its connections. It is told at its start, by {@code --task}, as the C
 * baselines are, so that no task pays for a question that another needs. Whatever the task, a
 * connection that its peer ends is closed.
 */
public enum Task {
    /** Sends back what it receives. */
    ECHO,

    /** Receives and discards. */
    RECEIVE,

    /**
     * Takes what it receives for numbers of {@value #COUNT_BYTES} bytes, in network order, and sends
     * as many bytes, of any value, as each of them says, one after the other.
     */
    SEND,

    /**
     * Sends what a connection sent to all the others. Where one of them does not take it, the
     * connection that sent it is read no further until it does.
     */
    FAN_OUT;

    /** The size of the numbers of {@link #SEND}. */
    public static final int COUNT_BYTES = Long.BYTES;

    /** What all servers receive or send at once, but in {@link #ECHO}. */
    static final int BUFFER_BYTES = 64 * 1024;

    /** As the command line has it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The task of that word.
     *
     * @throws IllegalArgumentException names those that there are
     */
    public static Task parse(String word) {
        return Arrays.stream(values()).filter(task -> task.word().equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--task " + word + ": use "
                        + Arrays.stream(values()).map(Task::word)
                                .collect(Collectors.joining(", "))));
    }
}
