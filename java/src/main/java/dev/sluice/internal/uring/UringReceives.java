package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.linux.DatagramMessage;
import dev.sluice.internal.linux.LinuxPages;
import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.Request;
import org.jspecify.annotations.Nullable;

/**
 * Receives on streams, and on datagram sockets without the sender's address. For a pooled receive the
 * kernel takes a buffer when bytes are there, and one entry may receive many times.
 */
final class UringReceives {
    /** The most bytes that one call moves: MAX_RW_COUNT of the kernel, less than 2 GiB. */
    static final int MAX_BYTES = 0x7FFF_F000;

    private static final int DISCARD_BYTES = 64 * 1024;

    private final UringDriver driver;
    private final ControlBlocks blocks;
    private final Completions completions;
    private final BufferPool pool;
    private final StarvedReceives starved;
    private final boolean multishot;

    /** Null until a first pooled receive, and where the kernel or a setting refuses it. */
    private @Nullable ProvidedBuffers provided;

    private boolean withoutRing;

    /** Where discarded bytes of all sockets go, from the first drained stream on. */
    private long discardAddress;

    UringReceives(UringDriver driver, ControlBlocks blocks) {
        this.driver = driver;
        this.blocks = blocks;
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
        if (request.pooled && queuesBehindStarved(request)) {
            return true;
        }
        long sqe = driver.entry();
        if (sqe == SubmissionQueue.FULL) {
            return false;
        }
        if (channel.coalesces) {
            issueCoalescing(sqe, channel, request);
            return true;
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
            long address = request.discard ? discardAddress() : request.address();
            Sqe.fill(sqe, opcode, channel.fd(), address, roomOf(request), token);
        }
        if (channel.keepsBorders()) {
            // The result is then the length of the datagram, the truncated bytes included.
            Sqe.operationFlags(sqe, SocketConstants.MSG_TRUNC);
        }
        return true;
    }

    /**
     * Receives once, with the size of segments. A multishot entry would write that size, and the sender,
     * in front of the bytes, which are at the beginning of their buffer here.
     */
    private void issueCoalescing(long sqe, UringChannel channel, Request request) {
        long message = blocks.of(request.slot);
        int opcode = UringConstants.IORING_OP_RECVMSG;
        Sqe.fill(sqe, opcode, channel.fd(), message, 1, driver.token(request));
        if (request.pooled) {
            DatagramMessage.toReceive(message, 0, pool.bufferBytes(), true);
            Sqe.flags(sqe, UringConstants.IOSQE_BUFFER_SELECT);
            Sqe.bufferGroup(sqe, ProvidedBuffers.GROUP);
        } else {
            DatagramMessage.toReceive(message, request.address(), roomOf(request), true);
        }
        Sqe.operationFlags(sqe, SocketConstants.MSG_TRUNC);
        UringFlags.set(request, UringFlags.COALESCES);
    }

    /** Lets a receive that needs a buffer wait behind others, if there are any. */
    boolean queuesBehindStarved(Request request) {
        boolean waits = starved.isQueue();
        if (waits) {
            starved.add(request);
        }
        return waits;
    }

    /** Returns true if the kernel picks the buffers. */
    boolean usesRing() {
        if (provided == null && !withoutRing) {
            provided = ProvidedBuffers.register(driver.ring(), pool);
            withoutRing = provided == null;
            if (provided != null) {
                pool.setReserve(provided);
                provided.fill();
            }
        }
        return provided != null;
    }

    /** Returns how many bytes fit into the request's own memory. */
    private static int roomOf(Request request) {
        return request.discard ? DISCARD_BYTES : (int) Math.min(request.length(), MAX_BYTES);
    }

    private long discardAddress() {
        if (discardAddress == 0) {
            discardAddress = LinuxPages.allocate(DISCARD_BYTES, driver.arena).address();
        }
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
        assert !more : "a receive that ended continues: " + result;
        if (result == 0) {
            completions.complete(request, driver.sockets.endOfStream(channel), 0, 0);
        } else if (result == -Errno.ENOBUFS && request.pooled && request.cancelReason == null) {
            ranDry(request);
        } else {
            driver.retryOrFail(request, -result);
        }
    }

    /** Returns the buffer that the kernel picked, or null. */
    @Nullable
    PoolBuffer bufferOf(int flags) {
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
            // An empty datagram: the kernel kept its buffer, and the datagram has left the socket.
            buffer = pool.takeForNothing();
        }
        int room = buffer == null ? roomOf(request) : buffer.capacity;
        long bytes = Math.min(result, room);
        if (UringFlags.has(request, UringFlags.COALESCES)) {
            UringFlags.clear(request, UringFlags.COALESCES);
            int segmentBytes = DatagramMessage.segmentBytesOf(blocks.of(request.slot));
            bytes = Request.coalesced(bytes, segmentBytes);
        }
        boolean ended = completions.received(request, bytes, buffer, result > room);
        if (!ended && !more) {
            // The kernel stopped without a failure: its queue was full, or it receives once a time.
            driver.begin(request);
        }
    }

    /** Lets a receive wait for which the kernel found no buffer. */
    void ranDry(Request request) {
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

    /** Receives after a poll in the request's place; waits again if no bytes are there. */
    void readable(UringChannel channel, Request request) {
        boolean withOwnBuffer = request.pooled && !usesRing();
        if (!withOwnBuffer || !receiveNow(channel, request)) {
            driver.begin(request);
        }
    }

    private long recv(UringChannel channel, PoolBuffer buffer, int flags) {
        UringSockets sockets = driver.sockets;
        sockets.calls.addTry();
        return Libc.recv(sockets.callState().segment(), channel.fd(), buffer.address,
                buffer.capacity, flags);
    }

    private boolean receiveNow(UringChannel channel, Request request) {
        PoolBuffer buffer = pool.take();
        if (buffer == null) {
            completions.complete(request, Outcome.NO_BUFFERS, 0, 0);
            return true;
        }
        int flags = SocketConstants.MSG_DONTWAIT
                | (channel.keepsBorders() ? SocketConstants.MSG_TRUNC : 0);
        long received =
                channel.coalesces
                        ? driver.sockets.receiveSegments(
                                channel, buffer.address, buffer.capacity, flags)
                        : recv(channel, buffer, flags);
        if (received > 0 || (received == 0 && !channel.stream)) {
            long bytes = Math.min(received, buffer.capacity);
            if (channel.coalesces) {
                bytes = Request.coalesced(bytes, driver.sockets.segmentBytes());
            }
            if (!completions.received(request, bytes, buffer, received > buffer.capacity)) {
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
        } else {
            driver.retryOrFail(request, errno);
        }
        return true;
    }

    // ---- buffers -----------------------------------------------------------------------------

    /** Fills the ring of buffers and resumes the receives that waited for one. */
    void beforeFetch() {
        ProvidedBuffers buffers = provided;
        if (buffers != null) {
            buffers.fill();
            starved.beforeFetch(buffers.size());
        }
    }

    /** Returns how many receives wait for a buffer. */
    int starving() {
        return starved.count();
    }

    /** Ends one receive for which no buffer came; returns false if there is none. */
    boolean settleOneStarving() {
        return starved.settleOne();
    }

    void close() {
        if (provided != null) {
            provided.unregister();
        }
    }
}
