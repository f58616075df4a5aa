package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request of one dial, listener or datagram socket for the addresses of a name. It is answered
 * once, unless it is cancelled before.
 */
final class ResolverQuery implements HappyEyeballs.News {
    /** For {@link #await}: no deadline. */
    static final long ENDLESS = Long.MAX_VALUE;

    final ResolverThreads.Key question;
    private final HostPort endpoint;
    private final Consumer<? super ResolverQuery> reply;

    private volatile List<Address> addresses = List.of();
    private volatile @Nullable NetException failure;

    private ResolverQuery(HostPort endpoint, Resolver resolver,
            Consumer<? super ResolverQuery> reply) {
        this.endpoint = endpoint;
        this.reply = reply;
        this.question = new ResolverThreads.Key(resolver, endpoint.name());
    }

    /** Asks; the reply comes on another thread. */
    static ResolverQuery begin(HostPort endpoint, Resolver resolver,
            Consumer<? super ResolverQuery> reply) {
        ResolverQuery lookup = new ResolverQuery(endpoint, resolver, reply);
        ResolverThreads.SHARED.begin(lookup);
        return lookup;
    }

    /**
     * Asks, unless the endpoint is a literal, and waits for the answer.
     *
     * @param timeoutNanos how long at most; zero or less has passed already
     */
    static List<Address> await(HostPort endpoint, Resolver resolver, long timeoutNanos)
            throws NetException {
        Address literal = endpoint.literal();
        if (literal != null) {
            return List.of(literal);
        }
        CompletableFuture<ResolverQuery> answer = new CompletableFuture<>();
        ResolverQuery lookup = begin(endpoint, resolver, answer::complete);
        try {
            answer.get(timeoutNanos, TimeUnit.NANOSECONDS);
            NetException cause = lookup.failure;
            if (cause != null) {
                throw cause;
            }
            return lookup.addresses;
        } catch (TimeoutException late) {
            throw NetException.of(lookup.describe(), Status.DEADLINE, 0);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw NetException.of(lookup.describe(), Status.CANCELLED, 0);
        } catch (ExecutionException impossible) {
            throw new AssertionError("a look-up answers with its failure", impossible);
        } finally {
            lookup.giveUp();
        }
    }

    /** Ends the claim to an answer; does nothing once it is answered. */
    void giveUp() {
        ResolverThreads.SHARED.giveUp(this);
    }

    /** Each dial has an exception of its own: others are added to it. */
    void answer(List<InetAddress> found, @Nullable Throwable cause) {
        if (cause == null) {
            addresses = found.stream().map(this::withPort).toList();
        } else {
            ResolveException told = new ResolveException(
                    describe() + ": " + (cause instanceof UnknownHostException
                            ? "no such host"
                            : Objects.requireNonNullElse(cause.getMessage(), cause.toString())));
            told.initCause(cause);
            failure = told;
        }
        reply.accept(this);
    }

    private Address withPort(InetAddress address) {
        return Address.from(new InetSocketAddress(address, endpoint.portOrFree()));
    }

    private String describe() {
        return "resolve " + endpoint.name();
    }

    /** 1 or more, or none if it failed. */
    List<Address> addresses() {
        return addresses;
    }

    /** Why there is no address. */
    @Nullable
    NetException failure() {
        return failure;
    }
}
