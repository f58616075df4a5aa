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
 * Sends, of one piece or several. What the kernel took in part is sent on here. The kernel could do
 * so itself (MSG_WAITALL), but then a failure after the first part is lost: it answers the bytes, and
 * the socket has forgotten how the connection ended (seen on Linux 6.18 with ETIMEDOUT).
 *
 * <p>Nor may the kernel wait for room: once the peer has ended its side, the poll with which it waits
 * fires at once (it adds POLLRDHUP); after 128 vain tries (APOLL_MAX_RETRY) it gives the send to a
 * thread of its own, which blocks. So it is told not to wait, and a poll of ours stands in the place
 * of a send that finds no room.
 *
 * <p>Sends that wait one behind the other go to the kernel in one entry, as the pieces of one message: a
 * stream has no other trace of them. Each ends by itself, by its share of what was taken.
 */
final class UringSends {
    /** So few that the memory for their pieces serves many entries. */
    private static final int MOST_TOGETHER = 16;

    private final RingDriver driver;
    private final Completions completions;
    private final Scratch scratch;
    private final int zeroCopyBytes;

    /** Sends whose sockets close while the kernel still reads their memory. */
    private final LongQueue abandoned = new LongQueue();

    UringSends(RingDriver driver, Scratch scratch) {
        this.driver = driver;
        this.completions = driver.completions;
        this.scratch = scratch;
        this.zeroCopyBytes = driver.features.zeroCopyBytes();
    }

    boolean issue(UringChannel channel, Request request) {
        boolean zeroCopy = isZeroCopy(channel, request);
        int together = zeroCopy ? 1 : sendsTogether(channel, request);
        if (together > 1) {
            return issueJoined(channel, request, together);
        }
        long sqe = driver.entry();
        if (sqe == SubmissionQueue.FULL) {
            return false;
        }
        long left = request.length() - request.progress();
        int length = (int) Math.min(left, UringReceives.MOST_BYTES);
        int opcode =
                zeroCopy ? UringConstants.IORING_OP_SEND_ZC : UringConstants.IORING_OP_SEND;
        long address = request.address() + request.progress();
        Sqe.fill(sqe, opcode, channel.fd(), address, length, driver.token(request));
        Sqe.operationFlags(sqe, UringDatagrams.SEND_FLAGS);
        return true;
    }

    /** Unix sockets refuse it: what they send is in the peer's queue at once. */
    private boolean isZeroCopy(UringChannel channel, Request request) {
        return zeroCopyBytes > 0
                && request.length() - request.progress() >= zeroCopyBytes
                && channel.family != RawAddress.UNIX;
    }

    /** With this one, how many that wait one behind the other can go in one entry. */
    private int sendsTogether(UringChannel channel, Request first) {
        if (!channel.stream) {
            return 1;
        }
        int count = 1;
        long bytes = first.length() - first.progress();
        Request next = first.next;
        while (next != null
                && count < MOST_TOGETHER
                && next.kind == RequestKind.SEND
                && next.state == Request.State.WAITING
                && !isZeroCopy(channel, next)) {
            bytes += next.length();
            if (bytes > UringReceives.MOST_BYTES) {
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
                each.backendState |= RingDriver.JOINED;
                completions.join(each);
            }
            MessageHeader.piece(
                    message,
                    i,
                    each.address() + each.progress(),
                    each.length() - each.progress());
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

    private static @Nullable Request joinedBehind(Request request) {
        Request next = request.next;
        return next != null && (next.backendState & RingDriver.JOINED) != 0 ? next : null;
    }

    boolean issueVectored(UringChannel channel, Request request) {
        BufferVector vector = request.vector();
        assert vector != null : "a vectored send has pieces";
        long message = scratch.take(MessageHeader.bytes(vector.count));
        long sqe = message == 0 ? SubmissionQueue.FULL : driver.entry();
        if (sqe == SubmissionQueue.FULL) {
            return false;
        }
        MessageHeader.write(message, vector, request.progress());
        fillMessage(sqe, channel, request, message);
        return true;
    }

    void completed(UringChannel channel, Request request, int result, int flags) {
        if ((flags & UringConstants.IORING_CQE_F_NOTIF) != 0) {
            // The peer has it: now the memory is free, and what the first completion said counts.
            request.backendState &= ~RingDriver.MEMORY_OWED;
            ended(channel, request, request.nativeCode);
        } else if ((flags & UringConstants.IORING_CQE_F_MORE) != 0) {
            request.backendState |= RingDriver.MEMORY_OWED;
            request.nativeCode = result;
            if (result < 0) {
                // The kernel tells of a loss once: a receive that ends before this send must know.
                channel.noteLoss(LinuxErrors.outcomeOf(request.kind, -result));
            }
            noteAbandoned(request);
        } else {
            ended(channel, request, result);
        }
    }

    /** Remembers a send of a closing socket if the kernel has done it, but still reads its memory. */
    void noteAbandoned(Request request) {
        int both = RingDriver.ABANDONED | RingDriver.MEMORY_OWED;
        if ((request.backendState & both) == both && request.channel().stream) {
            abandoned.add(driver.token(request));
        }
    }

    boolean hasAbandoned() {
        return !abandoned.isEmpty();
    }

    /**
     * Takes the connections of such sends apart, which resets them: that alone makes TCP forget the
     * bytes that a peer does not read. After the kernel has learned of the cancels of the other
     * requests, since the reset would end those with a cause that is not theirs.
     */
    void resetAbandoned() {
        while (!abandoned.isEmpty()) {
            Request request = driver.findWaiting(abandoned.remove(), RingDriver.MEMORY_OWED);
            if (request != null) {
                int errno = driver.sockets.dissolve(request.channel());
                assert errno == 0 : "take a connection apart: " + LinuxErrors.describe(errno);
            }
        }
    }

    private void ended(UringChannel channel, Request request, int result) {
        Request behind = joinedBehind(request);
        if (behind != null && result >= request.length() - request.progress()) {
            shareOut(request, result);
            return;
        }
        putBack(behind);
        if (result < 0) {
            if (!driver.goesOn(request, -result)) {
                driver.fail(request, -result);
            }
            return;
        }
        boolean full =
                result < Math.min(request.length() - request.progress(), UringReceives.MOST_BYTES);
        request.progress(request.progress() + result);
        if (request.progress() == request.length() || !channel.stream) {
            completions.complete(request, Outcome.OK, request.progress(), 0);
        } else {
            resumeOrEnd(request, full);
        }
    }

    /** A send of which a part was taken. */
    private void resumeOrEnd(Request request, boolean full) {
        if (request.cancelReason != null) {
            completions.complete(request, Outcome.OK, request.progress(), 0);
        } else if (full) {
            // What was taken in part filled the socket's queue.
            driver.await(request);
        } else {
            driver.begin(request);
        }
    }

    /** What the kernel took of joined sends: all of the first, and of those behind it what is left. */
    private void shareOut(Request first, int taken) {
        int done = 0;
        long left = taken;
        Request cut = first;
        while (cut != null && left >= cut.length() - cut.progress()) {
            left -= cut.length() - cut.progress();
            cut = joinedBehind(cut);
            done++;
        }
        if (cut != null) {
            putBack(left == 0 ? cut : joinedBehind(cut));
        }
        Request each = first;
        for (int i = 0; i < done && each != null; i++) {
            Request next = each.next;
            each.progress(each.length());
            each.backendState &= ~RingDriver.JOINED;
            completions.complete(each, Outcome.OK, each.progress(), 0);
            each = next;
        }
        if (cut != null && left > 0) {
            cut.backendState &= ~RingDriver.JOINED;
            cut.progress(left);
            resumeOrEnd(cut, true);
        }
    }

    /** From that one on the kernel took nothing of them. */
    private void putBack(@Nullable Request joined) {
        Request each = joined;
        while (each != null) {
            Request next = joinedBehind(each);
            each.backendState &= ~RingDriver.JOINED;
            completions.putBack(each);
            each = next;
        }
    }
}
