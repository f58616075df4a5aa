package dev.sluice.examples;

import dev.sluice.net.Datagrams;
import dev.sluice.net.Listener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * A game server: players join by TCP or UDP and see each other move, twenty times a second.
 *
 * <p>One loop owns the {@link GameWorld}. In each tick it handles the input, removes the players that
 * were silent for too long, and sends the others what changed. The {@link GameNetwork} reads and
 * writes, with bounded queues between it and the loop, so the loop never waits for a peer.
 *
 * <p>A time-out on silence is needed: UDP has no end, and a TCP peer whose machine lost its network
 * sends none. Players that do not move send a {@code beat} instead.
 */
public final class GameServer implements Example {
    private static final long TICK_NANOS = Duration.ofMillis(50).toNanos();

    private final GameNetwork network;
    private final long silenceNanos;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean stopped;

    // Used by the loop alone until it has ended.
    private final GameWorld<GameLink> world = new GameWorld<>();
    private long ticks;
    private long late;
    private long ghosts;

    private GameServer(GameNetwork network, Duration silence) {
        this.network = network;
        this.silenceNanos = silence.toNanos();
    }

    /**
     * Starts a game.
     *
     * @param listener for players by TCP, closed when the game is stopped
     * @param datagrams for players by UDP, closed when the game is stopped
     * @param silence after which a player is removed
     */
    public static GameServer start(Listener listener, Datagrams datagrams, Duration silence) {
        GameServer game = new GameServer(new GameNetwork(listener, datagrams), silence);
        game.network.start();
        Thread.ofVirtual().name("game-loop").start(game::loop);
        return game;
    }

    private void loop() {
        long next = System.nanoTime();
        while (!stopped) {
            tick(System.nanoTime());
            next += TICK_NANOS;
            long left = next - System.nanoTime();
            if (left < 0) {
                late++;
                next -= left; // missed ticks are skipped
            }
            LockSupport.parkNanos(left);
        }
        world.links().forEach(player -> player.send(GameWorld.BYE));
        world.links().forEach(GameLink::end);
        ended.complete(null);
    }

    private void tick(long nowNanos) {
        ticks++;
        for (GameNetwork.Input input : network.arrived()) {
            String answer = world.hear(input.player(), input.text(), nowNanos);
            if (answer != null) {
                input.player().send(answer);
            }
            if (GameWorld.BYE.equals(answer)) {
                input.player().end();
            }
        }
        for (GameLink ghost : world.silent(silenceNanos, nowNanos)) {
            world.remove(ghost);
            ghost.abort();
            ghosts++;
        }
        String news = world.news(ticks);
        if (news != null) {
            world.links().forEach(player -> player.send(news));
        }
    }

    @Override
    public String stop() {
        stopped = true;
        ended.join();
        String players = Example.ended(network.stop(GRACE));
        return String.format("%s by TCP; %,d ticks, %d late, %d ghosts removed",
                players, ticks, late, ghosts);
    }
}
