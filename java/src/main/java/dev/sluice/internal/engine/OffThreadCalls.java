package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.BufferVector;
import dev.sluice.internal.spi.CallKind;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.TryCalls;
import dev.sluice.internal.spi.UseCount;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Try calls for threads that do not own the port. Each call borrows memory for the error code; no
 * call blocks, so about one for each processor is enough.
 */
public final class OffThreadCalls {
    private static final int KEPT = 64;
    private static final int NO_SLOT = -1;

    private final Backend backend;
    private final AtomicReferenceArray<@Nullable Kept> idle = new AtomicReferenceArray<>(KEPT);

    /** Those that were made, each at its slot. */
    private final AtomicReferenceArray<@Nullable Kept> all = new AtomicReferenceArray<>(KEPT);

    /** Counts the calls of those that found no slot. */
    private final LongAdder dropped = new LongAdder();

    /** Try calls that return to their slot after each use, unless they have none. */
    private record Kept(TryCalls calls, int slot) {}

    OffThreadCalls(Backend backend) {
        this.backend = backend;
    }

    /** As {@link TryCalls#tryReceive}; fails with CLOSED_LOCALLY once the socket closes. */
    public long tryReceive(Channel channel, long address, long length) throws NativeFailure {
        acquire(channel, "recv");
        try {
            Kept kept = borrow();
            try {
                return kept.calls.tryReceive(channel, address, length);
            } finally {
                release(kept);
            }
        } finally {
            UseCount.release(channel);
        }
    }

    /** As {@link TryCalls#trySend}; fails with CLOSED_LOCALLY once the socket closes. */
    public long trySend(Channel channel, long address, long length) throws NativeFailure {
        acquire(channel, "send");
        try {
            Kept kept = borrow();
            try {
                return kept.calls.trySend(channel, address, length);
            } finally {
                release(kept);
            }
        } finally {
            UseCount.release(channel);
        }
    }

    /** As {@link #tryReceive(Channel, long, long)}, into memory of the heap. */
    public long tryReceive(Channel channel, MemorySegment heap, long length)
            throws NativeFailure {
        acquire(channel, "recv");
        try {
            Kept kept = borrow();
            try {
                return kept.calls.tryReceive(channel, heap, length);
            } finally {
                release(kept);
            }
        } finally {
            UseCount.release(channel);
        }
    }

    /** As {@link TryCalls#trySendFile}; fails with CLOSED_LOCALLY once the socket closes. */
    public long trySendFile(Channel channel, long file, long position, long length)
            throws NativeFailure {
        acquire(channel, "sendfile");
        try {
            Kept kept = borrow();
            try {
                return kept.calls.trySendFile(channel, file, position, length);
            } finally {
                release(kept);
            }
        } finally {
            UseCount.release(channel);
        }
    }

    /** As {@link #trySend(Channel, long, long)}, from memory of the heap. */
    public long trySend(Channel channel, MemorySegment heap, long length) throws NativeFailure {
        acquire(channel, "send");
        try {
            Kept kept = borrow();
            try {
                return kept.calls.trySend(channel, heap, length);
            } finally {
                release(kept);
            }
        } finally {
            UseCount.release(channel);
        }
    }

    /** As {@link #trySend(Channel, long, long)}, of several pieces of memory. */
    public long trySend(Channel channel, BufferVector pieces) throws NativeFailure {
        acquire(channel, "sendmsg");
        try {
            Kept kept = borrow();
            try {
                return kept.calls.trySend(channel, pieces);
            } finally {
                release(kept);
            }
        } finally {
            UseCount.release(channel);
        }
    }

    /** As {@link TryCalls#tryReceiveFrom}; fails with CLOSED_LOCALLY once the socket closes. */
    public long tryReceiveFrom(Channel channel, long address, long length, RawAddress source)
            throws NativeFailure {
        acquire(channel, "recvfrom");
        try {
            Kept kept = borrow();
            try {
                return kept.calls.tryReceiveFrom(channel, address, length, source);
            } finally {
                release(kept);
            }
        } finally {
            UseCount.release(channel);
        }
    }

    /** As {@link TryCalls#trySendTo}; fails with CLOSED_LOCALLY once the socket closes. */
    public long trySendTo(Channel channel, long address, long length, RawAddress to)
            throws NativeFailure {
        acquire(channel, "sendto");
        try {
            Kept kept = borrow();
            try {
                return kept.calls.trySendTo(channel, address, length, to);
            } finally {
                release(kept);
            }
        } finally {
            UseCount.release(channel);
        }
    }

    /** As {@link TryCalls#trySendSegments}; fails with CLOSED_LOCALLY once the socket closes. */
    public long trySendSegments(
            Channel channel, long address, long length, int segmentBytes, RawAddress to)
            throws NativeFailure {
        acquire(channel, "sendmsg");
        try {
            Kept kept = borrow();
            try {
                return kept.calls.trySendSegments(channel, address, length, segmentBytes, to);
            } finally {
                release(kept);
            }
        } finally {
            UseCount.release(channel);
        }
    }

    private static void acquire(Channel channel, String call) throws NativeFailure {
        if (!channel.isOpen() || !UseCount.acquire(channel)) {
            throw new NativeFailure(
                    call, Outcome.CLOSED_LOCALLY, 0, "the socket was closed on this side");
        }
    }

    /** Takes the first free one, whose memory is in the cache; makes one if all are in use. */
    private Kept borrow() {
        for (int slot = 0; slot < KEPT; slot++) {
            Kept found = idle.getPlain(slot) == null ? null : idle.getAndSet(slot, null);
            if (found != null) {
                return found;
            }
        }
        return add();
    }

    /** Makes one with a slot of its own, so that none ever takes the place of another. */
    private Kept add() {
        TryCalls calls = backend.newTryCalls();
        for (int slot = 0; slot < KEPT; slot++) {
            Kept kept = new Kept(calls, slot);
            if (all.get(slot) == null && all.compareAndSet(slot, null, kept)) {
                return kept;
            }
        }
        return new Kept(calls, NO_SLOT);
    }

    private void release(Kept kept) {
        if (kept.slot == NO_SLOT) {
            dropped.add(kept.calls.count(CallKind.TRY));
        } else {
            idle.lazySet(kept.slot, kept);
        }
    }

    /** Returns how many system calls were made that carry out an operation. */
    public long tries() {
        long sum = dropped.sum();
        for (int slot = 0; slot < KEPT; slot++) {
            Kept kept = all.get(slot);
            sum += kept == null ? 0 : kept.calls.count(CallKind.TRY);
        }
        return sum;
    }
}
