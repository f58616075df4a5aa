package dev.sluice.internal.uring;

import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.TryCalls;

/**
 * Calls on a datagram socket that are made at once, without the ring. Only the first receive and the
 * first send of a socket are with the kernel, so that their order is that of the submissions. Those
 * behind them would each take a round of the ring. While few results come with a round, so that it
 * serves one socket and not many, a call costs less.
 */
final class UringTries {
    /** More results in a round are those of many sockets, whose entries share the one call. */
    private static final int FEW_RESULTS = 4;

    /** Calls on one socket in a round, after which the other sockets have their turn. */
    private static final byte MOST_IN_A_ROUND = 16;

    /** After a try that found nothing; each costs a system call. */
    private static final byte RECEIVES_UNTIL_TRY = 8;

    /** After a send that found no room, be it tried or through the ring. */
    private static final byte SENDS_UNTIL_TRY = 8;

    private final UringDriver driver;
    private final Completions completions;

    UringTries(UringDriver driver) {
        this.driver = driver;
        this.completions = driver.completions;
    }

    /** True if others wait behind a request and the rounds are small. */
    private boolean mayTry(UringChannel channel, Request request) {
        if (request.next == null
                || channel.family == RawAddress.UNIX
                || driver.resultsOfRound() > FEW_RESULTS) {
            return false;
        }
        if (channel.triedInRound != driver.round()) {
            channel.triedInRound = driver.round();
            channel.triesLeft = MOST_IN_A_ROUND;
        }
        return channel.triesLeft > 0;
    }

    /** Receives a datagram that has arrived; returns true if the request ended. */
    boolean receives(UringChannel channel, Request request) {
        if (channel.coalesces || channel.reportsDetails() || !mayTry(channel, request)) {
            return false;
        }
        if (channel.receivesUntilTry > 0) {
            channel.receivesUntilTry--;
            return false;
        }
        channel.triesLeft--;
        long length = request.length();
        try {
            long received =
                    driver.sockets.tryReceiveFrom(
                            channel, request.address(), length, request.peer());
            if (received == TryCalls.WOULD_BLOCK) {
                channel.receivesUntilTry = RECEIVES_UNTIL_TRY;
                return false;
            }
            completions.received(request, Math.min(received, length), null, received > length);
        } catch (NativeFailure failure) {
            driver.fail(request, failure.nativeCode());
        }
        return true;
    }

    /** Sends a datagram if there is room; returns true if the request ended. */
    boolean sends(UringChannel channel, Request request) {
        if (channel.sendsUntilTry > 0 || !mayTry(channel, request)) {
            return false;
        }
        channel.triesLeft--;
        try {
            long sent =
                    driver.sockets.trySendTo(
                            channel, request.address(), request.length(), request.peer());
            if (sent == TryCalls.WOULD_BLOCK) {
                foundNoRoom(channel);
                return false;
            }
            completions.complete(request, Outcome.OK, sent, 0);
        } catch (NativeFailure failure) {
            driver.fail(request, failure.nativeCode());
        }
        return true;
    }

    /** Leaves sends to the ring for a while: a socket that is full would cost a call for each. */
    void foundNoRoom(UringChannel channel) {
        channel.sendsUntilTry = SENDS_UNTIL_TRY;
    }

    /** A send through the ring has found room. */
    void foundRoom(UringChannel channel) {
        if (channel.sendsUntilTry > 0) {
            channel.sendsUntilTry--;
        }
    }
}
