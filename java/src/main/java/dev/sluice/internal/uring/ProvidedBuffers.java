package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.IoUringBufReg;
import dev.sluice.internal.ffi.linux.IoUringBufStatus;
import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.linux.LinuxSockets;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.BufferReserve;
import dev.sluice.internal.spi.PoolBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a few of the pool's buffers ready in the kernel, which takes one when bytes arrive. Few,
 * because the kernel goes round in them: a large ring leads it through memory that is in no cache. It
 * is filled again at each fetch, and grows when it runs dry again and again: a receive that finds no
 * buffer costs one more round, a ring that is too large costs something at each message.
 */
final class ProvidedBuffers implements BufferReserve {
    /** The group that a request names to receive into these buffers. */
    static final int GROUP = 0;

    /** Of 16, 32, 64 and 128 buffers of 16 KiB the best, see docs/decisions. */
    private static final int FIRST_TARGET = 64;

    /** What a fetch after which the ring was dry counts, and what makes it grow: 1 in 9 for long. */
    private static final int DRY = 8;

    private static final int DRY_TOO_OFTEN = 128;
    private static final int MOST_ENTRIES = 4096;

    private final Ring ring;
    private final BufferPool pool;
    private final BufferRing buffers;
    private final int entries;
    private final long status;

    /** The buffer of each id that is in the ring, and the ids that are not in use. */
    private final @Nullable PoolBuffer[] byId;

    private final int[] freeIds;
    private int freeIdCount;

    /** How many are to lie ready after {@link #fill}. */
    private int target;

    /**
     * How many may ever lie ready: all where they can be taken back, otherwise half, so that the port's
     * user finds a buffer for sending while nobody has one.
     */
    private final int mostReady;

    /** Whether the number is ours to choose. */
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
        this.mostReady =
                ring.kind.deferred() ? entries : Math.clamp(pool.count() / 2, 1, entries);
        this.target = Math.min(grows ? FIRST_TARGET : set, mostReady);
        for (int id = entries - 1; id >= 0; id--) {
            freeIds[freeIdCount++] = id;
        }
    }

    /** Registers a ring of buffers with the kernel; null if it has none (Linux 5.19). */
    static @Nullable ProvidedBuffers register(Ring ring, LinuxSockets sockets, BufferPool pool) {
        int wanted = Math.min(pool.count(), MOST_ENTRIES);
        int entries = Integer.highestOneBit(Math.max(2, 2 * wanted - 1));
        long memory =
                sockets.allocatePages(BufferRing.bytes(entries), ring.arena()).address();
        long registration = ring.arena().allocate(IoUringBufReg.SIZE, Long.BYTES).address();
        Memory.setLong(registration + IoUringBufReg.RING_ADDR, memory);
        Memory.setInt(registration + IoUringBufReg.RING_ENTRIES, entries);
        Memory.setShort(registration + IoUringBufReg.BGID, (short) GROUP);
        int errno = ring.register(UringConstants.IORING_REGISTER_PBUF_RING, registration, 1);
        return errno == 0 ? new ProvidedBuffers(ring, pool, memory, entries) : null;
    }

    // ---- for the kernel ------------------------------------------------------------------------

    /** Puts buffers of the pool into the ring until as many lie there as are wanted. */
    void fill() {
        if (ranDry) {
            ranDry = false;
            dryness += DRY;
            if (dryness >= DRY_TOO_OFTEN && grows) {
                dryness = 0;
                target = Math.min(target * 2, mostReady);
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

    /** The buffer that a completion names; it is the caller's now. */
    PoolBuffer received(int id) {
        PoolBuffer buffer = byId[id];
        assert buffer != null : "the kernel named buffer " + id + ", which it was not given";
        buffer.lent = false;
        byId[id] = null;
        freeIds[freeIdCount++] = id;
        return buffer;
    }

    /** The ring ran dry although the pool has buffers: if this goes on, more will lie ready. */
    void noteDry() {
        ranDry = true;
    }

    /** How many lie ready after {@link #fill} if the pool has them. */
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
            // On other rings the kernel may take a buffer at any moment.
            return false;
        }
        Memory.setInt(status + IoUringBufStatus.BUF_GROUP, GROUP);
        // The kernel says itself how far it is (Linux 6.8); a count of ours could not know of a
        // request that took a buffer and has not finished.
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

    /** Takes the ring from the kernel, which has no request left, and gives its buffers back. */
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
