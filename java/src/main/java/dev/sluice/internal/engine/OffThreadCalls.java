package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.TryCalls;
import dev.sluice.internal.spi.UseCount;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Calls of threads that do not own the port. Each borrows memory for the system's error, as many as
 * call at once; since no call waits, those are no more than processors, as a rule.
 */
public final class OffThreadCalls {
    private static final int KEPT = 64;

    private final Backend backend;
    private final AtomicReferenceArray<@Nullable TryCalls> idle =
            new AtomicReferenceArray<>(KEPT);

    OffThreadCalls(Backend backend) {
        this.backend = backend;
    }

    /** As {@link Backend#tryReceive}; CLOSED_LOCALLY once the socket's descriptor is given back. */
    public long tryReceive(Channel channel, long address, long length) throws NativeFailure {
        enter(channel, "recv");
        try {
            int place = place();
            TryCalls calls = borrow(place);
            try {
                return calls.tryReceive(channel, address, length);
            } finally {
                idle.lazySet(place, calls);
            }
        } finally {
            UseCount.release(channel);
        }
    }

    /** As {@link Backend#trySend}; CLOSED_LOCALLY once the socket's descriptor is given back. */
    public long trySend(Channel channel, long address, long length) throws NativeFailure {
        enter(channel, "send");
        try {
            int place = place();
            TryCalls calls = borrow(place);
            try {
                return calls.trySend(channel, address, length);
            } finally {
                idle.lazySet(place, calls);
            }
        } finally {
            UseCount.release(channel);
        }
    }

    /** As {@link Backend#tryReceiveFrom}; CLOSED_LOCALLY as {@link #tryReceive}. */
    public long tryReceiveFrom(Channel channel, long address, long length, RawAddress source)
            throws NativeFailure {
        enter(channel, "recvfrom");
        try {
            int place = place();
            TryCalls calls = borrow(place);
            try {
                return calls.tryReceiveFrom(channel, address, length, source);
            } finally {
                idle.lazySet(place, calls);
            }
        } finally {
            UseCount.release(channel);
        }
    }

    /** As {@link Backend#trySendTo}; CLOSED_LOCALLY as {@link #trySend}. */
    public long trySendTo(Channel channel, long address, long length, RawAddress to)
            throws NativeFailure {
        enter(channel, "sendto");
        try {
            int place = place();
            TryCalls calls = borrow(place);
            try {
                return calls.trySendTo(channel, address, length, to);
            } finally {
                idle.lazySet(place, calls);
            }
        } finally {
            UseCount.release(channel);
        }
    }

    private static void enter(Channel channel, String call) throws NativeFailure {
        if (!channel.isOpen() || !UseCount.acquire(channel)) {
            throw new NativeFailure(
                    call, Outcome.CLOSED_LOCALLY, 0, "the socket was closed on this side");
        }
    }

    /** The lowest places first, whose memory is in the cache; threads that meet there part. */
    private int place() {
        for (int place = 0; place < KEPT - 1; place++) {
            if (idle.getPlain(place) != null) {
                return place;
            }
        }
        return (int) Thread.currentThread().threadId() & (KEPT - 1);
    }

    private TryCalls borrow(int place) {
        TryCalls found = idle.getAndSet(place, null);
        return found != null ? found : backend.newTryCalls();
    }
}
