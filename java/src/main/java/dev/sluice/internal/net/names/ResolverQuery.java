package dev.sluice.internal.net.names;

import dev.sluice.Address;
import dev.sluice.Status;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.net.NetException;
import dev.sluice.net.ResolveException;
import dev.sluice.net.Resolver;
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
 * A look-up of a name for one dial, listener or datagram socket. It is answered once, unless it is
 * cancelled before.
 */
public final class ResolverQuery implements ResolverThreads.Waiter {
    /** For {@link #await}: no deadline. */
    public static final long ENDLESS = Long.MAX_VALUE;

    private final ResolverThreads.Key key;
    private final HostPort target;
    private final Consumer<? super ResolverQuery> reply;

    private volatile List<Address> addresses = List.of();
    private volatile @Nullable NetException failure;

    /** Opens a listener or a socket at an address. */
    @FunctionalInterface
    public interface Opening<T> {
        /** Opens it; ADDRESS_IN_USE and the like. */
        T at(Address address) throws NetException;
    }

    private ResolverQuery(
            HostPort target, Resolver resolver, Consumer<? super ResolverQuery> reply) {
        this.target = target;
        this.reply = reply;
        this.key = new ResolverThreads.Key(resolver, target.name());
    }

    /** Begins a look-up; the reply comes on another thread. */
    public static ResolverQuery begin(
            HostPort target, Resolver resolver, Consumer<? super ResolverQuery> reply) {
        ResolverQuery query = new ResolverQuery(target, resolver, reply);
        ResolverThreads.SHARED.begin(query);
        return query;
    }

    /**
     * Returns the address of a literal, or waits for the look-up of a name.
     *
     * @param timeoutNanos zero or less has passed already
     */
    public static List<Address> await(HostPort target, Resolver resolver, long timeoutNanos)
            throws NetException {
        Address literal = target.literal();
        if (literal != null) {
            return List.of(literal);
        }
        CompletableFuture<ResolverQuery> answered = new CompletableFuture<>();
        ResolverQuery query = begin(target, resolver, answered::complete);
        try {
            answered.get(timeoutNanos, TimeUnit.NANOSECONDS);
            NetException cause = query.failure;
            if (cause != null) {
                throw cause;
            }
            return query.addresses;
        } catch (TimeoutException late) {
            throw NetErrors.of(query.describe(), Status.DEADLINE, 0);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw NetErrors.of(query.describe(), Status.CANCELLED, 0);
        } catch (ExecutionException impossible) {
            throw new AssertionError("a failed look-up completes with itself", impossible);
        } finally {
            query.cancel();
        }
    }

    /**
     * Opens something at the first address of a name, or at every address of this machine. Those are
     * the addresses of IPv4 if the kernel has no IPv6.
     */
    public static <T> T open(HostPort target, Resolver resolver, Opening<T> opening)
            throws NetException {
        if (!target.isEverywhere()) {
            return opening.at(await(target, resolver, ENDLESS).getFirst());
        }
        try {
            return opening.at(Address.any6(target.portOrFree()));
        } catch (NetException failure) {
            if (failure.status() != Status.UNSUPPORTED) {
                throw failure;
            }
            return opening.at(Address.any(target.portOrFree()));
        }
    }

    /** Withdraws the query; does nothing once it is answered. */
    public void cancel() {
        ResolverThreads.SHARED.cancel(this);
    }

    @Override
    public ResolverThreads.Key key() {
        return key;
    }

    /** Creates an exception for each query: a dial adds suppressed ones to it. */
    @Override
    public void answer(List<InetAddress> found, @Nullable Throwable cause) {
        if (cause == null) {
            addresses = found.stream().map(this::withPort).toList();
        } else {
            ResolveException exception = new ResolveException(
                    describe() + ": " + (cause instanceof UnknownHostException
                            ? "no such host"
                            : Objects.requireNonNullElse(cause.getMessage(), cause.toString())));
            exception.initCause(cause);
            failure = exception;
        }
        reply.accept(this);
    }

    private Address withPort(InetAddress address) {
        return Address.from(new InetSocketAddress(address, target.portOrFree()));
    }

    private String describe() {
        return "resolve " + target.name();
    }

    /** Returns 1 or more addresses, or none if the look-up failed. */
    public List<Address> addresses() {
        return addresses;
    }

    /** Returns why there is no address; null if there is one. */
    public @Nullable NetException failure() {
        return failure;
    }
}
