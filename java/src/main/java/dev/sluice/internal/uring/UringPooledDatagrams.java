package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.IoUringRecvmsgOut;
import dev.sluice.internal.ffi.linux.Iovec;
import dev.sluice.internal.ffi.linux.Msghdr;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.linux.LinuxSockaddr;
import dev.sluice.internal.linux.MessageHeader;
import dev.sluice.internal.linux.SegmentControl;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.Request;

/**
 * Datagrams with their addresses in buffers of the pool. A multishot receive is one entry (RECVMSG with
 * IORING_RECV_MULTISHOT, Linux 6.0), and the kernel takes a buffer for each datagram and writes in front
 * of the bytes:
 *
 * <pre>
 *   0 | struct io_uring_recvmsg_out | name | control | payload, at 128 |
 * </pre>
 *
 * <p>The room of name and control is what the header of the entry gives them, whatever comes. One shot,
 * and where the kernel has no such receive, it is a poll and a call that does not block, so that the
 * datagram is at the same place.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/io_uring_prep_recvmsg.3.html">
 *     io_uring_prep_recvmsg_multishot(3)</a>
 */
final class UringPooledDatagrams {
    /** Where the name begins. */
    private static final int NAME = IoUringRecvmsgOut.SIZE;

    private static final int NAME_AND_CONTROL =
            PoolBuffer.DATAGRAM_HEADROOM - IoUringRecvmsgOut.SIZE;

    /** Where the control data begins, of an entry that asks for it. */
    private static final int CONTROL = PoolBuffer.DATAGRAM_HEADROOM - SegmentControl.SPACE;

    private final UringDriver driver;
    private final Completions completions;
    private final UringReceives receives;
    private final boolean multishot;

    /** The header of all entries, read when the kernel takes one; the second asks for segments. */
    private long plainHeader;

    private long coalescingHeader;

    UringPooledDatagrams(UringDriver driver, UringReceives receives) {
        this.driver = driver;
        this.completions = driver.completions;
        this.receives = receives;
        this.multishot = driver.features.multishotReceive();
    }

    boolean issue(UringChannel channel, Request request) {
        if (!request.multishot || !multishot || !receives.usesRing()) {
            receiveNow(channel, request);
            return true;
        }
        if (receives.queuesBehindStarved(request)) {
            return true;
        }
        long sqe = driver.entry();
        if (sqe == SubmissionQueue.FULL) {
            return false;
        }
        long header = channel.coalesces ? coalescingHeader() : plainHeader();
        int opcode = UringConstants.IORING_OP_RECVMSG;
        Sqe.fill(sqe, opcode, channel.fd(), header, 1, driver.token(request));
        Sqe.flags(sqe, UringConstants.IOSQE_BUFFER_SELECT);
        Sqe.bufferGroup(sqe, ProvidedBuffers.GROUP);
        Sqe.priority(sqe, UringConstants.IORING_RECV_MULTISHOT);
        // The length in front of the bytes is then that of the datagram, the truncated bytes included.
        Sqe.operationFlags(sqe, SocketConstants.MSG_TRUNC);
        return true;
    }

    private long plainHeader() {
        if (plainHeader == 0) {
            plainHeader = header(NAME_AND_CONTROL, 0);
        }
        return plainHeader;
    }

    private long coalescingHeader() {
        if (coalescingHeader == 0) {
            coalescingHeader =
                    header(NAME_AND_CONTROL - SegmentControl.SPACE, SegmentControl.SPACE);
        }
        return coalescingHeader;
    }

    /** Makes a header that gives name and control data room; the kernel chooses the memory. */
    private long header(int nameLength, int controlLength) {
        long message = driver.arena.allocate(Msghdr.SIZE + Iovec.SIZE, Long.BYTES).address();
        MessageHeader.piece(message, 0, 0, 0);
        MessageHeader.write(message, 0, nameLength, message + Msghdr.SIZE, 1);
        Memory.setLong(message + Msghdr.MSG_CONTROLLEN, controlLength);
        return message;
    }

    void completed(Request request, int result, int flags) {
        boolean more = (flags & UringConstants.IORING_CQE_F_MORE) != 0;
        PoolBuffer buffer = receives.bufferOf(flags);
        if (result >= 0) {
            assert buffer != null : "a datagram without its buffer: " + result;
            boolean ended = arrived(request, buffer);
            if (!ended && !more) {
                // The kernel stopped without a failure: its queue was full, or the datagram was empty.
                driver.begin(request);
            }
            return;
        }
        if (buffer != null) {
            driver.pool.release(buffer);
        }
        assert !more : "a receive that ended continues: " + result;
        if (result == -Errno.ENOBUFS && request.cancelReason == null) {
            receives.ranDry(request);
        } else {
            driver.retryOrFail(request, -result);
        }
    }

    private boolean arrived(Request request, PoolBuffer buffer) {
        long head = buffer.address;
        int room = buffer.datagramCapacity();
        int length = Memory.getInt(head + IoUringRecvmsgOut.PAYLOADLEN);
        int nameLength = Memory.getInt(head + IoUringRecvmsgOut.NAMELEN);
        int controlLength = Memory.getInt(head + IoUringRecvmsgOut.CONTROLLEN);
        LinuxSockaddr.decode(head + NAME, nameLength, buffer.source());
        int segmentBytes = SegmentControl.ofControl(head + CONTROL, controlLength);
        long bytes = Request.coalesced(Math.min(length, room), segmentBytes);
        return completions.received(request, bytes, buffer, length > room);
    }

    // ---- without an entry that stays -----------------------------------------------------------

    private void receiveNow(UringChannel channel, Request request) {
        PoolBuffer buffer = driver.pool.take();
        if (buffer == null) {
            completions.complete(request, Outcome.NO_BUFFERS, 0, 0);
            return;
        }
        int flags = SocketConstants.MSG_DONTWAIT | SocketConstants.MSG_TRUNC;
        long received = driver.sockets.receiveInto(channel, buffer, flags);
        if (received >= 0) {
            long bytes = driver.sockets.bytesIn(channel, buffer, received);
            boolean truncated = received > buffer.datagramCapacity();
            if (!completions.received(request, bytes, buffer, truncated)) {
                driver.await(request);
            }
            return;
        }
        driver.pool.release(buffer);
        int errno = driver.sockets.callState().errno();
        if (errno == Errno.EINTR) {
            driver.await(request);
        } else {
            driver.retryOrFail(request, errno);
        }
    }
}
