package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Iovec;
import dev.sluice.internal.ffi.linux.KernelTimespec;
import dev.sluice.internal.ffi.linux.Msghdr;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.linux.DatagramMessage;
import dev.sluice.internal.linux.LinuxSockaddr;
import dev.sluice.internal.linux.MessageHeader;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;

/**
 * Datagrams with their addresses.
 *
 * <p>The kernel must not wait with a datagram to send: its retry sends what the first try has left of
 * the pieces, which may be nothing, and the receiver gets an empty or a truncated datagram (seen on
 * Linux 6.18). So each send has MSG_DONTWAIT and is issued again as a whole. A Unix socket that is not
 * connected counts as writable however full its receiver is; there a pause takes the place of the
 * poll.
 */
final class UringDatagrams {
    /** The flags of every send. */
    static final int SEND_FLAGS = SocketConstants.MSG_NOSIGNAL | SocketConstants.MSG_DONTWAIT;

    private static final long PAUSE_NANOS = 1_000_000;

    /** Longer, since many may wait for one listener, or for room to send to silent peers. */
    private static final long LONG_PAUSE_NANOS = 10_000_000;

    private final UringDriver driver;
    private final Completions completions;
    private final Scratch scratch;
    private final ControlBlocks blocks;
    private final UringTries tries;
    private final long pause;
    private final long longPause;

    UringDatagrams(UringDriver driver, Scratch scratch, ControlBlocks blocks) {
        this.driver = driver;
        this.completions = driver.completions;
        this.scratch = scratch;
        this.blocks = blocks;
        this.tries = new UringTries(driver);
        this.pause = timespec(PAUSE_NANOS);
        this.longPause = timespec(LONG_PAUSE_NANOS);
    }

    private long timespec(long nanos) {
        long time = driver.arena.allocate(KernelTimespec.SIZE, Long.BYTES).address();
        Memory.setLong(time + KernelTimespec.TV_NSEC, nanos);
        return time;
    }

    // ---- receiving ---------------------------------------------------------------------------

    boolean issueReceive(UringChannel channel, Request request) {
        if (tries.receives(channel, request)) {
            return true;
        }
        long sqe = driver.entry();
        if (sqe == SubmissionQueue.FULL) {
            return false;
        }
        long message = blocks.of(request.slot);
        if (channel.reportsDetails()) {
            DatagramMessage.toReceiveWithDetails(message, request.address(), request.length());
        } else {
            DatagramMessage.toReceive(
                    message, request.address(), request.length(), channel.coalesces);
        }
        int opcode = UringConstants.IORING_OP_RECVMSG;
        Sqe.fill(sqe, opcode, channel.fd(), message, 1, driver.token(request));
        // The result is then the length of the datagram, the truncated bytes included.
        Sqe.operationFlags(sqe, SocketConstants.MSG_TRUNC);
        return true;
    }

    void received(UringChannel channel, Request request, int result) {
        if (result < 0) {
            driver.retryOrFail(request, -result);
            return;
        }
        long message = blocks.of(request.slot);
        DatagramMessage.decodeName(message, request.peer());
        if (channel.reportsDetails()) {
            DatagramMessage.decodeDetails(message, request.details());
        }
        long length = request.length();
        long bytes =
                Request.coalesced(
                        Math.min(result, length), DatagramMessage.segmentBytesOf(message));
        completions.received(request, bytes, null, result > length);
    }

    // ---- sending -----------------------------------------------------------------------------

    boolean issueSend(UringChannel channel, Request request) {
        int errno = errnoOf(channel, request.peer());
        if (errno != 0) {
            driver.fail(request, errno);
            return true;
        }
        if (request.sendsControl()) {
            return issueWithControl(channel, request);
        }
        if (tries.sends(channel, request)) {
            return true;
        }
        long message = scratch.take(Msghdr.SIZE + Iovec.SIZE + LinuxSockaddr.MAX_SIZE);
        long sqe = message == 0 ? SubmissionQueue.FULL : driver.entry();
        if (sqe == SubmissionQueue.FULL) {
            return false;
        }
        long iovec = message + Msghdr.SIZE;
        long name = iovec + Iovec.SIZE;
        Memory.setLong(iovec + Iovec.IOV_BASE, request.address());
        Memory.setLong(iovec + Iovec.IOV_LEN, request.length());
        int nameLength = LinuxSockaddr.encode(request.peer(), channel.family, name);
        MessageHeader.write(message, name, nameLength, iovec, 1);
        int opcode = UringConstants.IORING_OP_SENDMSG;
        Sqe.fill(sqe, opcode, channel.fd(), message, 1, driver.token(request));
        Sqe.operationFlags(sqe, SEND_FLAGS);
        return true;
    }

    /**
     * Sends several datagrams, or one from a chosen source. The kernel reads the control messages when it
     * sends and not when it takes the entry, so that they are in the block of the request's slot.
     */
    boolean issueWithControl(UringChannel channel, Request request) {
        int refusal = request.isSegmented() ? driver.sockets.segmentErrno(channel) : 0;
        if (refusal != 0) {
            driver.fail(request, refusal);
            return true;
        }
        long sqe = driver.entry();
        if (sqe == SubmissionQueue.FULL) {
            return false;
        }
        long message = blocks.of(request.slot);
        DatagramMessage.toSend(message, request, channel.family);
        int opcode = UringConstants.IORING_OP_SENDMSG;
        Sqe.fill(sqe, opcode, channel.fd(), message, 1, driver.token(request));
        Sqe.operationFlags(sqe, SEND_FLAGS);
        return true;
    }

    /** Returns the errno for an address that cannot be a peer of this socket, or 0. */
    static int errnoOf(UringChannel channel, RawAddress peer) {
        return peer.isPeerOf(channel.family) ? LinuxSockaddr.check(peer) : Errno.EAFNOSUPPORT;
    }

    void sent(UringChannel channel, Request request, int result) {
        boolean full = result == -Errno.EAGAIN && request.peer().family == RawAddress.UNIX;
        if (result == -Errno.EAGAIN) {
            tries.foundNoRoom(channel);
        }
        if (result >= 0) {
            tries.foundRoom(channel);
            completions.complete(request, Outcome.OK, result, 0);
        } else if (full && request.cancelReason == null) {
            driver.pause(request);
        } else {
            driver.retryOrFail(request, -result);
        }
    }

    // ---- pauses ------------------------------------------------------------------------------

    boolean issuePause(Request request) {
        long sqe = driver.entry();
        if (sqe == SubmissionQueue.FULL) {
            return false;
        }
        long time = request.kind == RequestKind.SEND_TO ? pause : longPause;
        Sqe.fill(sqe, UringConstants.IORING_OP_TIMEOUT, -1, time, 1, driver.token(request));
        return true;
    }

    void paused(Request request, int result) {
        if (result == -Errno.ETIME) {
            driver.begin(request);
        } else {
            driver.retryOrFail(request, -result);
        }
    }
}
