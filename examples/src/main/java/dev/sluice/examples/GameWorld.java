package dev.sluice.examples;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The players, their positions, and when each was last heard. It uses neither sockets nor clocks, and
 * belongs to the loop's thread.
 *
 * @param <L> stands for the link to a player
 */
final class GameWorld<L> {
    /** The answer to leaving. */
    static final String BYE = "bye";

    private static final int MOST_PLAYERS = 100;
    private static final int MOST_STEPS = 10;

    private final Map<L, Player> players = new LinkedHashMap<>();
    private boolean changed;

    private static final class Player {
        private final String name;
        private long heardNanos;
        private int x;
        private int y;

        Player(String name) {
            this.name = name;
        }
    }

    /** Runs a command that came over a link. Returns the answer, or null if there is none. */
    @Nullable
    String hear(L link, String text, long nowNanos) {
        String[] words = text.strip().split("\\s+");
        if (words[0].equals("join") && words.length == 2) {
            return join(link, words[1], nowNanos);
        }
        if (words[0].equals("leave")) {
            remove(link);
            return BYE;
        }
        Player player = players.get(link);
        if (player == null) {
            return "? first: join NAME";
        }
        player.heardNanos = nowNanos;
        return switch (words[0]) {
            case "beat" -> "beat";
            case "move" -> move(player, words);
            default -> "? move X Y, beat or leave";
        };
    }

    /** May be repeated: the datagram that joins, or the answer, may be lost. */
    private String join(L link, String name, long nowNanos) {
        Player player = players.get(link);
        if (player == null) {
            boolean taken = players.values().stream().anyMatch(other -> other.name.equals(name));
            if (taken || !name.matches("\\w{1,16}") || players.size() == MOST_PLAYERS) {
                return taken ? "? taken" : "? full, or no name of up to 16 letters";
            }
            player = new Player(name);
            players.put(link, player);
            changed = true;
        }
        player.heardNanos = nowNanos;
        return "welcome " + player.name;
    }

    private @Nullable String move(Player player, String[] words) {
        if (words.length != 3 || !words[1].matches("-?\\d{1,2}")
                || !words[2].matches("-?\\d{1,2}")) {
            return "? move X Y, each from -" + MOST_STEPS + " to " + MOST_STEPS;
        }
        player.x += Math.clamp(Integer.parseInt(words[1]), -MOST_STEPS, MOST_STEPS);
        player.y += Math.clamp(Integer.parseInt(words[2]), -MOST_STEPS, MOST_STEPS);
        changed = true;
        return null;
    }

    /** The links that were silent for longer than this: their players may be gone. */
    List<L> silent(long forNanos, long nowNanos) {
        return players.entrySet().stream()
                .filter(entry -> nowNanos - entry.getValue().heardNanos > forNanos)
                .map(Map.Entry::getKey).toList();
    }

    void remove(L link) {
        changed |= players.remove(link) != null;
    }

    Set<L> links() {
        return players.keySet();
    }

    /** The line for all players if anything changed since the last call, else null. */
    @Nullable
    String news(long tick) {
        if (!changed) {
            return null;
        }
        changed = false;
        return players.values().stream()
                .map(player -> " " + player.name + "=" + player.x + "," + player.y)
                .collect(Collectors.joining("", "state " + tick, ""));
    }
}
