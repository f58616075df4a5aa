package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.Request;
import org.jspecify.annotations.Nullable;

/**
 * Receives on streams, and on datagram sockets without the source's address. For a pooled receive the
 * kernel takes a buffer when bytes are there; one entry of it may receive many times.
 */
final class UringReceives {
    /** The most that one call moves: MAX_RW_COUNT of the kernel, less than 2 GiB. */
    static final int MOST_BYTES = 0x7FFF_F000;

    private static final int DISCARD_BYTES = 64 * 1024;

    private final RingDriver driver;
    private final Completions completions;
    private final BufferPool pool;
    private final StarvedReceives starved;
    private final boolean multishot;

    /** Null until a pooled receive comes, and where the kernel or a switch refuses it. */
    private @Nullable ProvidedBuffers provided;

    private boolean withoutRing;

    /** Where discarded bytes go, of all sockets alike; made when a first stream is drained. */
    private long discardAddress;

    UringReceives(RingDriver driver) {
        this.driver = driver;
        this.completions = driver.completions;
        this.pool = driver.pool;
        this.starved = new StarvedReceives(driver);
        this.multishot = driver.features.multishotReceive();
        this.withoutRing = !driver.features.bufferRing();
    }

    boolean issue(UringChannel channel, Request request) {
        if (request.pooled && !usesRing()) {
            return receiveNow(channel, request);
        }
        if (request.pooled && starved.isQueue()) {
            starved.add(request);
            return true;
        }
        long sqe = driver.entry();
        if (sqe == SubmissionQueue.FULL) {
            return false;
        }
        int opcode = UringConstants.IORING_OP_RECV;
        long token = driver.token(request);
        if (request.pooled) {
            Sqe.fill(sqe, opcode, channel.fd(), 0, 0, token);
            Sqe.flags(sqe, UringConstants.IOSQE_BUFFER_SELECT);
            Sqe.bufferGroup(sqe, ProvidedBuffers.GROUP);
            if (request.multishot && multishot) {
                Sqe.priority(sqe, UringConstants.IORING_RECV_MULTISHOT);
            }
        } else {
            long address = request.discard ? discardAddress(request) : request.address();
            int length = (int) Math.min(request.length(), MOST_BYTES);
            Sqe.fill(sqe, opcode, channel.fd(), address, length, token);
        }
        if (!channel.stream) {
            // Answers the length of the datagram, also of what was cut off.
            Sqe.operationFlags(sqe, SocketConstants.MSG_TRUNC);
        }
        return true;
    }

    private boolean usesRing() {
        if (provided == null && !withoutRing) {
            provided = ProvidedBuffers.register(driver.ring, driver.sockets, pool);
            withoutRing = provided == null;
            if (provided != null) {
                pool.setReserve(provided);
                provided.fill();
            }
        }
        return provided != null;
    }

    private long discardAddress(Request request) {
        if (discardAddress == 0) {
            discardAddress =
                    driver.sockets.allocatePages(DISCARD_BYTES, driver.ring.arena()).address();
        }
        request.memory(request.address(), DISCARD_BYTES);
        return discardAddress;
    }

    // ---- completions -------------------------------------------------------------------------

    void completed(UringChannel channel, Request request, int result, int flags) {
        boolean more = (flags & UringConstants.IORING_CQE_F_MORE) != 0;
        PoolBuffer buffer = bufferOf(flags);
        if (result > 0 || (result == 0 && !channel.stream)) {
            arrived(request, result, buffer, more);
            return;
        }
        if (buffer != null) {
            pool.release(buffer);
        }
        assert !more : "a receive that ended goes on: " + result;
        if (result == 0) {
            completions.complete(request, driver.sockets.endOfStream(channel), 0, 0);
        } else if (result == -Errno.ENOBUFS && request.pooled && request.cancelReason == null) {
            ranDry(request);
        } else if (!driver.goesOn(request, -result)) {
            driver.fail(request, -result);
        }
    }

    private @Nullable PoolBuffer bufferOf(int flags) {
        if ((flags & UringConstants.IORING_CQE_F_BUFFER) == 0) {
            return null;
        }
        ProvidedBuffers buffers = provided;
        assert buffers != null : "a buffer came although none was provided";
        return buffers.received(flags >>> UringConstants.IORING_CQE_BUFFER_SHIFT);
    }

    private void arrived(Request request, int result, @Nullable PoolBuffer given, boolean more) {
        PoolBuffer buffer = given;
        if (buffer == null && request.pooled) {
            // An empty datagram: the kernel kept its buffer, and the datagram is gone from the socket.
            buffer = pool.takeForNothing();
        }
        int room = buffer == null ? (int) Math.min(request.length(), MOST_BYTES) : buffer.capacity;
        request.cut = result > room;
        deliver(request, Math.min(result, room), buffer);
        if (request.multishot && !more) {
            // The kernel stopped without a failure: its queue was full, or it receives once at a time.
            driver.begin(request);
        }
    }

    private void deliver(Request request, int bytes, @Nullable PoolBuffer buffer) {
        if (request.multishot) {
            completions.event(request, bytes, buffer, null);
        } else {
            request.payload(buffer);
            completions.complete(request, Outcome.OK, bytes, 0);
        }
    }

    private void ranDry(Request request) {
        ProvidedBuffers buffers = provided;
        boolean poolHasNone = pool.unreserved() == 0;
        if (buffers != null && !poolHasNone) {
            buffers.noteDry();
        }
        if (poolHasNone && request.waitsForBuffer()) {
            completions.complete(request, Outcome.NO_BUFFERS, 0, 0);
        } else {
            starved.add(request);
        }
    }

    // ---- without a ring of buffers -------------------------------------------------------------

    /** The socket may have bytes: takes a buffer and asks; waits again if there are none. */
    void readable(UringChannel channel, Request request) {
        boolean ownWay = request.pooled && !usesRing();
        if (!ownWay || !receiveNow(channel, request)) {
            driver.begin(request);
        }
    }

    private boolean receiveNow(UringChannel channel, Request request) {
        PoolBuffer buffer = pool.take();
        if (buffer == null) {
            completions.complete(request, Outcome.NO_BUFFERS, 0, 0);
            return true;
        }
        int flags = SocketConstants.MSG_DONTWAIT | (channel.stream ? 0 : SocketConstants.MSG_TRUNC);
        long received =
                Libc.recv(
                        driver.sockets.callState().segment(),
                        channel.fd(),
                        buffer.address,
                        buffer.capacity,
                        flags);
        if (received > 0 || (received == 0 && !channel.stream)) {
            request.cut = received > buffer.capacity;
            deliver(request, (int) Math.min(received, buffer.capacity), buffer);
            if (request.multishot) {
                driver.await(request);
            }
            return true;
        }
        pool.release(buffer);
        if (received == 0) {
            completions.complete(request, driver.sockets.endOfStream(channel), 0, 0);
            return true;
        }
        int errno = driver.sockets.callState().errno();
        if (errno == Errno.EINTR) {
            driver.await(request);
        } else if (!driver.goesOn(request, errno)) {
            driver.fail(request, errno);
        }
        return true;
    }

    // ---- buffers -----------------------------------------------------------------------------

    /** Fills the ring of buffers; what waited for one goes on. */
    void beforeFetch() {
        ProvidedBuffers buffers = provided;
        if (buffers != null) {
            buffers.fill();
            starved.beforeFetch(buffers.size());
        }
    }

    int starving() {
        return starved.count();
    }

    /** Ends one receive for which no buffer came; false when there is none. */
    boolean settleOneStarving() {
        return starved.settleOne();
    }

    void close() {
        if (provided != null) {
            provided.unregister();
        }
    }
}
