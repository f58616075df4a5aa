package dev.sluice.bench.peers;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a server does with its connections. The option {@code --task} sets it at the start, as for
 * the C baselines, so that no task pays for a branch that another one needs. In every task the
 * server closes a connection that its peer ends.
 */
public enum Task {
    /** Sends back what it receives. */
    ECHO,

    /** Receives and discards. */
    RECEIVE,

    /**
     * Reads numbers of {@value #COUNT_BYTES} bytes, in network order, one after the other, and
     * sends as many bytes, of any value, as each number says.
     */
    SEND,

    /**
     * Sends to all other connections what it receives from one. If one of them does not take it,
     * the sending connection is not read until it does.
     */
    FAN_OUT,

    /**
     * Passes the bytes of each connection on to one of its own to a backend, and back, as {@link
     * ProxySettings} say. A half-close is passed on; a reset, or no traffic, resets both.
     */
    PROXY,

    /** Sends every datagram back to where it came from, on one or several sockets. */
    UDP,

    /**
     * Answers a datagram that asks for them with so many of {@link BulkDatagrams}' size, on one or several
     * sockets; in few system calls where the server can.
     */
    UDP_BULK,

    /** As {@link #SEND}, but each number of bytes is sent from the beginning of a file. */
    FILE,

    /** Answers each request of HTTP/1.1 with a body of 13 bytes, once it has seen the request's end. */
    REQUEST,

    /** Sends back what it receives, both through TLS with the certificate of {@link BenchTls}. */
    TLS;

    /** The size of the numbers of {@link #SEND}. */
    public static final int COUNT_BYTES = Long.BYTES;

    /** What all servers receive or send at once, except in {@link #ECHO}. */
    static final int BUFFER_BYTES = 64 * 1024;

    /** Returns its word on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Returns the task of that word.
     *
     * @throws IllegalArgumentException if there is none; the message lists the tasks
     */
    public static Task parse(String word) {
        return Arrays.stream(values()).filter(task -> task.word().equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--task " + word + ": use "
                        + Arrays.stream(values()).map(Task::word)
                                .collect(Collectors.joining(", "))));
    }
}
