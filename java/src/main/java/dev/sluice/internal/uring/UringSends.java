package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.linux.MessageHeader;
import dev.sluice.internal.spi.BufferVector;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import org.jspecify.annotations.Nullable;

/**
 * Sends, of one piece or several. The rest of a partial send is sent here and not by the kernel
 * (MSG_WAITALL): that would lose a failure after the first part, since the kernel returns the bytes
 * and the socket has forgotten how the connection ended (seen on Linux 6.18 with ETIMEDOUT).
 *
 * <p>Nor does the kernel wait for room: once the peer has ended its side, the poll with which it waits
 * fires at once (it adds POLLRDHUP); after 128 vain tries (APOLL_MAX_RETRY) a kernel thread takes the
 * send and blocks. So each send has MSG_DONTWAIT, and a poll of ours takes the place of one that finds
 * no room.
 *
 * <p>Sends that wait one behind the other go to the kernel in one entry, as the pieces of one message:
 * on a stream that makes no other difference. Each ends by its share of the bytes that were taken.
 */
final class UringSends {
    /** Few enough that the memory for their pieces serves many entries. */
    private static final int MAX_JOINED = 16;

    private final UringDriver driver;
    private final Completions completions;
    private final Scratch scratch;
    private final int zeroCopyBytes;

    /** Sends whose sockets close while the kernel still reads their memory. */
    private final LongQueue abandoned = new LongQueue();

    UringSends(UringDriver driver, Scratch scratch) {
        this.driver = driver;
        this.completions = driver.completions;
        this.scratch = scratch;
        this.zeroCopyBytes = driver.features.zeroCopyBytes();
    }

    boolean issue(UringChannel channel, Request request) {
        boolean zeroCopy = isZeroCopy(channel, request);
        int joined = zeroCopy ? 1 : joinable(channel, request);
        if (joined > 1) {
            return issueJoined(channel, request, joined);
        }
        long sqe = driver.entry();
        if (sqe == SubmissionQueue.FULL) {
            return false;
        }
        int length = (int) Math.min(left(request), UringReceives.MAX_BYTES);
        int opcode =
                zeroCopy ? UringConstants.IORING_OP_SEND_ZC : UringConstants.IORING_OP_SEND;
        long address = request.address() + request.progress();
        Sqe.fill(sqe, opcode, channel.fd(), address, length, driver.token(request));
        Sqe.operationFlags(sqe, UringDatagrams.SEND_FLAGS);
        return true;
    }

    private static long left(Request request) {
        return request.length() - request.progress();
    }

    /** Unix sockets refuse it: what they send is in the peer's queue at once. */
    private boolean isZeroCopy(UringChannel channel, Request request) {
        return zeroCopyBytes > 0
                && left(request) >= zeroCopyBytes
                && channel.family != RawAddress.UNIX;
    }

    /** Returns how many sends, this one included, can go in one entry. */
    private int joinable(UringChannel channel, Request first) {
        if (channel.keepsBorders()) {
            return 1;
        }
        int count = 1;
        long bytes = left(first);
        Request next = first.next;
        while (next != null
                && count < MAX_JOINED
                && next.kind == RequestKind.SEND
                && next.state == Request.State.WAITING
                && !isZeroCopy(channel, next)) {
            bytes += next.length();
            if (bytes > UringReceives.MAX_BYTES) {
                return count;
            }
            count++;
            next = next.next;
        }
        return count;
    }

    private boolean issueJoined(UringChannel channel, Request first, int count) {
        long message = scratch.take(MessageHeader.bytes(count));
        long sqe = message == 0 ? SubmissionQueue.FULL : driver.entry();
        if (sqe == SubmissionQueue.FULL) {
            return false;
        }
        Request each = first;
        for (int i = 0; i < count && each != null; i++) {
            if (i > 0) {
                UringFlags.set(each, UringFlags.JOINED);
                completions.join(each);
            }
            MessageHeader.piece(message, i, each.address() + each.progress(), left(each));
            each = each.next;
        }
        MessageHeader.write(message, count);
        fillMessage(sqe, channel, first, message);
        return true;
    }

    private void fillMessage(long sqe, UringChannel channel, Request request, long message) {
        int opcode = UringConstants.IORING_OP_SENDMSG;
        Sqe.fill(sqe, opcode, channel.fd(), message, 1, driver.token(request));
        Sqe.operationFlags(sqe, UringDatagrams.SEND_FLAGS);
    }

    boolean issueVectored(UringChannel channel, Request request) {
        BufferVector vector = request.vector();
        long message = scratch.take(MessageHeader.bytes(vector.count));
        long sqe = message == 0 ? SubmissionQueue.FULL : driver.entry();
        if (sqe == SubmissionQueue.FULL) {
            return false;
        }
        MessageHeader.write(message, vector, request.progress());
        fillMessage(sqe, channel, request, message);
        return true;
    }

    // ---- completions -------------------------------------------------------------------------

    void completed(UringChannel channel, Request request, int result, int flags) {
        if ((flags & UringConstants.IORING_CQE_F_NOTIF) != 0) {
            // The peer has the bytes and the memory is free: the first completion's result counts.
            UringFlags.clear(request, UringFlags.MEMORY_OWED);
            ended(channel, request, request.zeroCopyResult());
        } else if ((flags & UringConstants.IORING_CQE_F_MORE) != 0) {
            UringFlags.set(request, UringFlags.MEMORY_OWED);
            request.zeroCopyResult(result);
            if (result < 0) {
                // The kernel reports a loss once: a receive that ends before this send must know.
                channel.noteLoss(LinuxErrors.outcomeOf(request.kind, -result));
            }
            noteAbandoned(request);
        } else {
            ended(channel, request, result);
        }
    }

    private void ended(UringChannel channel, Request request, int result) {
        Request behind = joinedBehind(request);
        if (behind != null && result >= left(request)) {
            shareOut(request, result);
            return;
        }
        putBack(behind);
        if (result < 0) {
            driver.retryOrFail(request, -result);
            return;
        }
        boolean full = result < Math.min(left(request), UringReceives.MAX_BYTES);
        request.progress(request.progress() + result);
        if (request.progress() == request.length() || !channel.stream) {
            completions.complete(request, Outcome.OK, request.progress(), 0);
        } else {
            continueOrEnd(request, full);
        }
    }

    /** Sends the rest of a send of which the kernel took a part. */
    private void continueOrEnd(Request request, boolean full) {
        if (request.cancelReason != null) {
            completions.cancelled(request);
        } else if (full) {
            // The part filled the socket's queue.
            driver.await(request);
        } else {
            driver.begin(request);
        }
    }

    private static @Nullable Request joinedBehind(Request request) {
        Request next = request.next;
        return next != null && UringFlags.has(next, UringFlags.JOINED) ? next : null;
    }

    /** Shares the taken bytes out: all of the first send, then those behind it as far as they go. */
    private void shareOut(Request first, int taken) {
        int done = 0;
        long rest = taken;
        Request partial = first;
        while (partial != null && rest >= left(partial)) {
            rest -= left(partial);
            partial = joinedBehind(partial);
            done++;
        }
        if (partial != null) {
            putBack(rest == 0 ? partial : joinedBehind(partial));
        }
        Request each = first;
        for (int i = 0; i < done && each != null; i++) {
            Request next = each.next;
            each.progress(each.length());
            UringFlags.clear(each, UringFlags.JOINED);
            completions.complete(each, Outcome.OK, each.progress(), 0);
            each = next;
        }
        if (partial != null && rest > 0) {
            UringFlags.clear(partial, UringFlags.JOINED);
            partial.progress(rest);
            continueOrEnd(partial, true);
        }
    }

    /** Puts this joined send and those behind it back: the kernel took nothing of them. */
    private void putBack(@Nullable Request joined) {
        Request each = joined;
        while (each != null) {
            Request next = joinedBehind(each);
            UringFlags.clear(each, UringFlags.JOINED);
            completions.putBack(each);
            each = next;
        }
    }

    // ---- memory that the kernel keeps ----------------------------------------------------------

    /** Lets a send end whose memory the kernel would otherwise keep until the peer reads. */
    void abandon(Request send) {
        UringFlags.set(send, UringFlags.ABANDONED);
        noteAbandoned(send);
    }

    private void noteAbandoned(Request request) {
        boolean both = UringFlags.has(request, UringFlags.ABANDONED)
                && UringFlags.has(request, UringFlags.MEMORY_OWED);
        if (both && request.channel().stream) {
            abandoned.add(driver.token(request));
        }
    }

    boolean hasAbandoned() {
        return !abandoned.isEmpty();
    }

    /**
     * Resets the connections of abandoned sends: nothing else makes TCP drop the bytes that a peer does
     * not read. It comes after the kernel has seen the cancels of the other requests, which would
     * otherwise report the reset.
     */
    void resetAbandoned() {
        while (!abandoned.isEmpty()) {
            Request request = driver.findFlagged(abandoned.remove(), UringFlags.MEMORY_OWED);
            if (request != null) {
                int errno = driver.sockets.dissolve(request.channel());
                assert errno == 0 : "reset a connection: " + LinuxErrors.describe(errno);
            }
        }
    }
}
