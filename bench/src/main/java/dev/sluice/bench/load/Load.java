package dev.sluice.bench.load;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many connections exchange messages of which size, and how many messages each connection has
 * in flight. The name is {@code CONNECTIONSxBYTES}, followed by {@code pN} if N messages are in
 * flight, and by {@code -unpinned} if the scheduler chooses the processors.
 *
 * @param connections the number of connections
 * @param messageBytes the size of every message
 * @param inFlight the messages a connection sends before it waits for the first echo
 * @param place the processors that it runs on
 */
public record Load(int connections, int messageBytes, int inFlight, Place place) {
    /** On which processors a load runs. */
    public enum Place {
        /** What is bound to which repeats best for that number of connections. */
        BY_LOAD,
        /** Nothing is bound; virtual threads have one carrier for each processor. */
        UNPINNED
    }

    /** The loads of a comparison for which none are named, in this order. */
    public static final List<Load> STANDARD = List.of(
            new Load(1, 64, 1),
            new Load(64, 64, 1),
            new Load(1000, 64, 1),
            new Load(64, 1024, 1),
            new Load(64, 16 * 1024, 1),
            new Load(64, 64 * 1024, 1),
            new Load(64, 64, 16),
            new Load(64, 64, 1, Place.UNPINNED));

    private static final String UNPINNED = "-unpinned";
    private static final Pattern NAME = Pattern.compile("(\\d{1,6})x(\\d{1,8})(?:p(\\d{1,4}))?("
            + UNPINNED + ")?");
    private static final int MAX_CONNECTIONS = 20_000;
    private static final int MAX_MESSAGE_BYTES = 1 << 20;
    private static final int MAX_IN_FLIGHT = 256;

    /** Checks the bounds. */
    public Load {
        requireWithin("connections", connections, MAX_CONNECTIONS);
        requireWithin("bytes", messageBytes, MAX_MESSAGE_BYTES);
        requireWithin("messages in flight", inFlight, MAX_IN_FLIGHT);
    }

    /** Where it repeats best. */
    public Load(int connections, int messageBytes, int inFlight) {
        this(connections, messageBytes, inFlight, Place.BY_LOAD);
    }

    /** True if nothing is bound to a processor. */
    public boolean isUnpinned() {
        return place == Place.UNPINNED;
    }

    private static void requireWithin(String what, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(what + " must be 1 to " + max + ", not " + value);
        }
    }

    /** True if the text has the form of a name; its numbers may still be out of bounds. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /**
     * Returns the load of that name.
     *
     * @throws IllegalArgumentException if it is not a name, or a number is out of bounds
     */
    public static Load parse(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no load is named '" + name
                    + "' (CONNECTIONSxBYTES or CONNECTIONSxBYTESpIN_FLIGHT, such as 64x64p16)");
        }
        String inFlight = matcher.group(3);
        return new Load(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)),
                inFlight == null ? 1 : Integer.parseInt(inFlight),
                matcher.group(4) == null ? Place.BY_LOAD : Place.UNPINNED);
    }

    /** Returns the name, which {@link #parse} reads. */
    public String name() {
        return connections + "x" + messageBytes + (inFlight == 1 ? "" : "p" + inFlight)
                + (isUnpinned() ? UNPINNED : "");
    }

    /** Returns the load in words, for a heading. */
    public String description() {
        return connections + (connections == 1 ? " connection, " : " connections, ")
                + messageBytes + " bytes, " + inFlight + " in flight";
    }
}
