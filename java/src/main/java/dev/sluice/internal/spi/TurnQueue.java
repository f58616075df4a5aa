package dev.sluice.internal.spi;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Gives each socket a number of turns (receives, accepts) in one fetch, so that a socket which always
 * has bytes cannot keep the others waiting. A socket without turns left is deferred: it continues
 * after the next fetch, without an event of the kernel.
 *
 * @param <C> the backend's channels
 */
public final class TurnQueue<C extends TurnQueue.Member> {
    /** A channel that takes turns. Only the queue writes its fields. */
    public abstract static class Member extends Channel {
        private boolean deferred;
        private short turnsLeft;

        /** The fetch in which {@link #turnsLeft} was last filled up. */
        private int fetch;

        protected Member(int family, boolean stream) {
            super(family, stream);
        }
    }

    private final ArrayDeque<C> deferred = new ArrayDeque<>();
    private final short turnsPerFetch;
    private int fetch;
    private int inTurn;

    public TurnQueue(PortSettings settings) {
        turnsPerFetch = (short) Math.min(settings.maxTurnsPerSocket(), Short.MAX_VALUE);
    }

    /** Takes a turn; returns false and defers the channel if it has none left. */
    public boolean take(C channel) {
        Member member = channel;
        if (member.fetch != fetch) {
            member.fetch = fetch;
            member.turnsLeft = turnsPerFetch;
        }
        if (member.turnsLeft == 0) {
            defer(channel);
            return false;
        }
        member.turnsLeft--;
        return true;
    }

    /** Lets a channel continue after the next fetch. */
    public void defer(C channel) {
        Member member = channel;
        if (!member.deferred) {
            member.deferred = true;
            deferred.add(channel);
        }
    }

    /** Returns true if no channel is deferred. */
    public boolean isEmpty() {
        return deferred.isEmpty();
    }

    /** Begins a fetch: gives every channel its turns. */
    public void beginFetch() {
        fetch++;
    }

    /**
     * Ends a fetch: the channels that are deferred now are due.
     *
     * @return their number
     */
    public int endFetch() {
        inTurn = deferred.size();
        return inTurn;
    }

    /** Returns the next channel that is due, or null. */
    public @Nullable C next() {
        if (inTurn == 0) {
            return null;
        }
        inTurn--;
        C channel = deferred.remove();
        Member member = channel;
        member.deferred = false;
        return channel;
    }
}
