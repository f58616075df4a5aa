package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.BufferVector;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.TryCalls;
import dev.sluice.internal.spi.UseCount;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Try calls for threads that do not own the port. Each call borrows memory for the error code; no
 * call blocks, so about one for each processor is enough.
 */
public final class OffThreadCalls {
    private static final int KEPT = 64;

    private final Backend backend;
    private final AtomicReferenceArray<@Nullable TryCalls> idle =
            new AtomicReferenceArray<>(KEPT);

    OffThreadCalls(Backend backend) {
        this.backend = backend;
    }

    /** As {@link TryCalls#tryReceive}; fails with CLOSED_LOCALLY once the socket closes. */
    public long tryReceive(Channel channel, long address, long length) throws NativeFailure {
        acquire(channel, "recv");
        try {
            int slot = freeSlot();
            TryCalls calls = borrow(slot);
            try {
                return calls.tryReceive(channel, address, length);
            } finally {
                idle.lazySet(slot, calls);
            }
        } finally {
            UseCount.release(channel);
        }
    }

    /** As {@link TryCalls#trySend}; fails with CLOSED_LOCALLY once the socket closes. */
    public long trySend(Channel channel, long address, long length) throws NativeFailure {
        acquire(channel, "send");
        try {
            int slot = freeSlot();
            TryCalls calls = borrow(slot);
            try {
                return calls.trySend(channel, address, length);
            } finally {
                idle.lazySet(slot, calls);
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
            int slot = freeSlot();
            TryCalls calls = borrow(slot);
            try {
                return calls.tryReceive(channel, heap, length);
            } finally {
                idle.lazySet(slot, calls);
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
            int slot = freeSlot();
            TryCalls calls = borrow(slot);
            try {
                return calls.trySendFile(channel, file, position, length);
            } finally {
                idle.lazySet(slot, calls);
            }
        } finally {
            UseCount.release(channel);
        }
    }

    /** As {@link #trySend(Channel, long, long)}, from memory of the heap. */
    public long trySend(Channel channel, MemorySegment heap, long length) throws NativeFailure {
        acquire(channel, "send");
        try {
            int slot = freeSlot();
            TryCalls calls = borrow(slot);
            try {
                return calls.trySend(channel, heap, length);
            } finally {
                idle.lazySet(slot, calls);
            }
        } finally {
            UseCount.release(channel);
        }
    }

    /** As {@link #trySend(Channel, long, long)}, of several pieces of memory. */
    public long trySend(Channel channel, BufferVector pieces) throws NativeFailure {
        acquire(channel, "sendmsg");
        try {
            int slot = freeSlot();
            TryCalls calls = borrow(slot);
            try {
                return calls.trySend(channel, pieces);
            } finally {
                idle.lazySet(slot, calls);
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
            int slot = freeSlot();
            TryCalls calls = borrow(slot);
            try {
                return calls.tryReceiveFrom(channel, address, length, source);
            } finally {
                idle.lazySet(slot, calls);
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
            int slot = freeSlot();
            TryCalls calls = borrow(slot);
            try {
                return calls.trySendTo(channel, address, length, to);
            } finally {
                idle.lazySet(slot, calls);
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
            int slot = freeSlot();
            TryCalls calls = borrow(slot);
            try {
                return calls.trySendSegments(channel, address, length, segmentBytes, to);
            } finally {
                idle.lazySet(slot, calls);
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

    /** Returns the lowest used slot, whose memory is in the cache; threads that collide spread out. */
    private int freeSlot() {
        for (int slot = 0; slot < KEPT - 1; slot++) {
            if (idle.getPlain(slot) != null) {
                return slot;
            }
        }
        return (int) Thread.currentThread().threadId() & (KEPT - 1);
    }

    private TryCalls borrow(int slot) {
        TryCalls found = idle.getAndSet(slot, null);
        return found != null ? found : backend.newTryCalls();
    }
}
