package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.IoUringBufReg;
import dev.sluice.internal.ffi.linux.IoUringBufStatus;
import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.linux.LinuxPages;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.BufferReserve;
import dev.sluice.internal.spi.PoolBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Provides a few of the pool's buffers to the kernel, which takes one when bytes arrive. Few, because
 * the kernel uses them in turn, and a large ring leads it through memory that is in no cache. The ring
 * is filled at each fetch, and grows if it often runs dry: a receive without a buffer costs one more
 * round, while too large a ring costs something in each message.
 */
final class ProvidedBuffers implements BufferReserve {
    /** The buffer group that a receive names. */
    static final int GROUP = 0;

    /** The best of 16, 32, 64 and 128 buffers of 16 KiB, see docs/decisions. */
    private static final int FIRST_TARGET = 64;

    /** The weight of a fetch that found the ring dry: the ring grows if 1 in 9 does for long. */
    private static final int DRY = 8;

    private static final int DRY_TOO_OFTEN = 128;
    private static final int MAX_ENTRIES = 4096;

    private final Ring ring;
    private final BufferPool pool;
    private final BufferRing buffers;
    private final int entries;
    private final long status;

    /** The buffer of each id that is in the ring. */
    private final @Nullable PoolBuffer[] byId;

    private final int[] freeIds;
    private int freeIdCount;

    /** How many buffers {@link #fill} provides. */
    private int target;

    /**
     * The limit of {@link #target}: all buffers if the ring can be emptied again, else half of them, so
     * that the port's user finds a buffer for sending.
     */
    private final int maxTarget;

    /** False if a setting fixes the number. */
    private final boolean grows;

    private int dryness;
    private boolean ranDry;

    private ProvidedBuffers(Ring ring, BufferPool pool, long memory, int entries) {
        this.ring = ring;
        this.pool = pool;
        this.buffers = new BufferRing(memory, entries);
        this.entries = entries;
        this.status = ring.arena().allocate(IoUringBufStatus.SIZE, Long.BYTES).address();
        this.byId = new PoolBuffer[entries];
        this.freeIds = new int[entries];
        int set = RingSizes.buffersSet();
        this.grows = set == 0;
        this.maxTarget =
                ring.kind.deferred() ? entries : Math.clamp(pool.count() / 2, 1, entries);
        this.target = Math.min(grows ? FIRST_TARGET : set, maxTarget);
        for (int id = entries - 1; id >= 0; id--) {
            freeIds[freeIdCount++] = id;
        }
    }

    /** Registers a ring of buffers; returns null if the kernel has none (before Linux 5.19). */
    static @Nullable ProvidedBuffers register(Ring ring, BufferPool pool) {
        int wanted = Math.min(pool.count(), MAX_ENTRIES);
        int entries = Integer.highestOneBit(Math.max(2, 2 * wanted - 1));
        long memory = LinuxPages.allocate(BufferRing.bytes(entries), ring.arena()).address();
        long registration = ring.arena().allocate(IoUringBufReg.SIZE, Long.BYTES).address();
        Memory.setLong(registration + IoUringBufReg.RING_ADDR, memory);
        Memory.setInt(registration + IoUringBufReg.RING_ENTRIES, entries);
        Memory.setShort(registration + IoUringBufReg.BGID, (short) GROUP);
        int errno = ring.register(UringConstants.IORING_REGISTER_PBUF_RING, registration, 1);
        return errno == 0 ? new ProvidedBuffers(ring, pool, memory, entries) : null;
    }

    // ---- for the kernel ------------------------------------------------------------------------

    /** Adds buffers of the pool to the ring up to the target. */
    void fill() {
        if (ranDry) {
            ranDry = false;
            dryness += DRY;
            if (dryness >= DRY_TOO_OFTEN && grows) {
                dryness = 0;
                target = Math.min(target * 2, maxTarget);
            }
        } else if (dryness > 0) {
            dryness--;
        }
        while (size() < target) {
            PoolBuffer buffer = pool.takeUnreserved();
            if (buffer == null) {
                break;
            }
            int id = freeIds[--freeIdCount];
            byId[id] = buffer;
            buffer.lent = true;
            buffers.add(buffer.address, buffer.capacity, id);
        }
        buffers.publish();
    }

    /** Returns the buffer of a completion, which belongs to the caller from now on. */
    PoolBuffer received(int id) {
        PoolBuffer buffer = byId[id];
        assert buffer != null : "the kernel named buffer " + id + ", which it was not given";
        buffer.lent = false;
        byId[id] = null;
        freeIds[freeIdCount++] = id;
        return buffer;
    }

    /** Notes that the ring ran dry although the pool has buffers: if it often does, it grows. */
    void noteDry() {
        ranDry = true;
    }

    /** Returns how many buffers {@link #fill} provides if the pool has them. */
    int target() {
        return target;
    }

    boolean isEmpty() {
        return freeIdCount == entries;
    }

    // ---- for the pool --------------------------------------------------------------------------

    @Override
    public int size() {
        return entries - freeIdCount;
    }

    @Override
    public boolean release() {
        if (isEmpty() || !ring.kind.deferred()) {
            // With another kind of ring the kernel may take a buffer at any moment.
            return false;
        }
        Memory.setInt(status + IoUringBufStatus.BUF_GROUP, GROUP);
        // The kernel reports its head (Linux 6.8); a count of ours would miss a request that took a
        // buffer and has not ended.
        if (ring.register(UringConstants.IORING_REGISTER_PBUF_STATUS, status, 1) != 0) {
            return false;
        }
        int head = Memory.getInt(status + IoUringBufStatus.HEAD);
        int count = buffers.countFrom(head);
        for (int place = head + count - 1; place >= head; place--) {
            pool.release(received(buffers.idAt(place)));
        }
        buffers.rewindTo(head);
        return count > 0;
    }

    /** Unregisters the ring and releases its buffers. The kernel has no request left. */
    void unregister() {
        long registration = ring.arena().allocate(IoUringBufReg.SIZE, Long.BYTES).address();
        Memory.setShort(registration + IoUringBufReg.BGID, (short) GROUP);
        int errno = ring.register(UringConstants.IORING_UNREGISTER_PBUF_RING, registration, 1);
        assert errno == 0 : "unregister buffers: " + LinuxErrors.describe(errno);
        for (int id = 0; id < entries; id++) {
            if (byId[id] != null) {
                pool.release(received(id));
            }
        }
    }
}
