package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.net.Connection;
import dev.sluice.net.Listener;
import dev.sluice.net.NetException;
import dev.sluice.net.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A line chat: all other guests receive what one guest writes.
 *
 * <p>Each guest has two virtual threads, one that reads its lines and one that writes those of the
 * others. Between them is a {@link LineQueue}: a guest that does not read is dropped when its queue is full.
 */
public final class ChatServer implements Example {
    private static final int MOST_GUESTS = 10_000;
    private static final int MOST_LINES_QUEUED = 64;
    private static final int MOST_LINE_BYTES = 1024;
    private static final Duration TIME_FOR_A_NAME = Duration.ofMinutes(1);

    private static final Naming ASKING = connection -> "";

    private final Server server;
    private final Naming naming;
    private final Map<String, Guest> guests = new LinkedHashMap<>(); // guarded by this
    private int dropped; // guarded by this

    private record Guest(String name, Connection connection, LineQueue queue) {}

    /** Says who a guest is. */
    interface Naming {
        /** Returns a name, or "" to ask the guest. */
        String nameOf(Connection connection) throws NetException;
    }

    private ChatServer(Listener listener, Naming naming) {
        this.server = Server.on(listener, this::serve).maxConnections(MOST_GUESTS);
        this.naming = naming;
    }

    /** Serves the connections of a listener, which it closes when it is stopped. */
    public static ChatServer start(Listener listener) {
        return start(listener, ASKING);
    }

    static ChatServer start(Listener listener, Naming naming) {
        ChatServer chat = new ChatServer(listener, naming);
        chat.server.start();
        return chat;
    }

    private void serve(Connection connection) throws IOException {
        LineReader lines = new LineReader(connection, MOST_LINE_BYTES);
        Guest guest = welcome(connection, lines);
        if (guest != null) {
            Thread.ofVirtual().name("chat-reader").start(() -> read(guest, lines));
            guest.queue.write();
        }
    }

    private @Nullable Guest welcome(Connection connection, LineReader lines) throws IOException {
        String known = naming.nameOf(connection);
        return known.isEmpty() ? ask(connection, lines) : known(connection, known);
    }

    /** Of several guests with one name, the later ones get a number. */
    private Guest known(Connection connection, String name) {
        LineQueue queue = new LineQueue(connection, MOST_LINES_QUEUED);
        Guest guest = new Guest(name, connection, queue);
        for (int number = 2; !join(guest); number++) {
            guest = new Guest(name + "-" + number, connection, queue);
        }
        return guest;
    }

    private @Nullable Guest ask(Connection connection, LineReader lines) throws IOException {
        connection.readDeadline(TIME_FOR_A_NAME);
        connection.write("Your name? ".getBytes(UTF_8));
        for (String line = lines.read(); line != null; line = lines.read()) {
            Guest guest = new Guest(
                    printable(line), connection, new LineQueue(connection, MOST_LINES_QUEUED));
            if (!guest.name.isEmpty() && join(guest)) {
                connection.clearDeadlines();
                return guest;
            }
            connection.write("Another name, please? ".getBytes(UTF_8));
        }
        return null;
    }

    private void read(Guest guest, LineReader lines) {
        String why = "left";
        try {
            String line = lines.read();
            while (line != null && !line.equals("/quit")) {
                say(guest.name + ": " + printable(line), guest);
                line = lines.read();
            }
        } catch (NetException lost) {
            why = "lost the connection (" + lost.status() + ")";
        } catch (IOException tooLong) {
            why = "was sent away for " + tooLong.getMessage();
        }
        leave(guest, why);
    }

    private synchronized boolean join(Guest guest) {
        if (guests.putIfAbsent(guest.name, guest) != null) {
            return false;
        }
        say("* " + guest.name + " joined; here: " + String.join(", ", guests.keySet()), null);
        return true;
    }

    /** Queues a line for every guest but its author; never blocks. */
    private synchronized void say(String line, @Nullable Guest author) {
        List<Guest> slow = guests.values().stream()
                .filter(guest -> !guest.equals(author) && !guest.queue.offer(line))
                .toList();
        for (Guest guest : slow) {
            guest.connection.abort();
            if (leave(guest, "was dropped: it does not read")) {
                dropped++;
            }
        }
    }

    private synchronized boolean leave(Guest guest, String why) {
        boolean wasHere = guests.remove(guest.name, guest);
        guest.queue.end();
        if (wasHere) {
            say("* " + guest.name + " " + why, null);
        }
        return wasHere;
    }

    /** Removes control characters, which could change the terminals of the others. */
    private static String printable(String line) {
        return line.replaceAll("\\p{Cntrl}", "").strip();
    }

    @Override
    public String stop() {
        synchronized (this) {
            say("* the chat ends here", null);
            guests.values().forEach(guest -> guest.queue.end());
            guests.clear();
        }
        String ended = Example.ended(server.stop(GRACE));
        synchronized (this) {
            return ended + "; dropped as slow: " + dropped;
        }
    }
}
