package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.EpollConstants;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.IoUringBufReg;
import dev.sluice.internal.ffi.linux.IoUringProbe;
import dev.sluice.internal.ffi.linux.IoUringProbeOp;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.SockaddrUn;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.ffi.linux.UringConstants;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.linux.LinuxTryCalls;
import dev.sluice.internal.spi.NativeFailure;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Tries each feature on a ring of its own, with Unix sockets that nobody else sees. */
final class Trial implements AutoCloseable {
    private static final int GROUP = 7;
    private static final long PAGE = 64 * 1024;
    private static final long LIMIT_NANOS = 1_000_000_000;

    private final Ring ring;
    private final CallState callState;
    private final MemorySegment capture;
    private final List<Integer> descriptors = new ArrayList<>();
    private final long scratch;
    private final int deferredErrno;
    private boolean bufferRing;

    private Trial(Ring ring, CallState callState, int deferredErrno) {
        this.ring = ring;
        this.callState = callState;
        this.capture = callState.segment();
        this.scratch = ring.arena().allocate(4096, Long.BYTES).address();
        this.deferredErrno = deferredErrno;
    }

    /** Opens a ring and binds it to the calling thread, which must be a platform thread. */
    static Trial begin(CallState callState) throws NativeFailure {
        RingSizes sizes = new RingSizes(8, 32);
        Ring ring = Ring.openBest(RingKind.OWNER_BOUND, sizes, callState);
        int refused = ring.enable();
        if (refused != 0) {
            // A filter allows io_uring_setup but not io_uring_register: the next kind does not need it.
            ring.close();
            ring = Ring.openBest(RingKind.COOPERATIVE, sizes, callState);
        }
        int errno = refused == 0 && !ring.kind.deferred() ? Errno.EINVAL : refused;
        return new Trial(ring, callState, errno);
    }

    /** Returns the errno of a feature, or 0. Call it in the order of their declaration. */
    int errnoOf(UringFeature feature) throws NativeFailure {
        return switch (feature) {
            case DEFER_TASKRUN -> deferredErrno;
            case REGISTERED_RING -> ring.registerDescriptor();
            case MULTISHOT_POLL -> pollTwice();
            case MULTISHOT_ACCEPT -> acceptTwice();
            case BUFFER_RING -> provideBuffer();
            case MULTISHOT_RECEIVE -> bufferRing ? receiveTwice() : Errno.EINVAL;
            case ZERO_COPY_SEND -> knows(UringConstants.IORING_OP_SEND_ZC);
        };
    }

    /** Of a socket with room to send, which stays as it is: there is one event and no other. */
    private int pollTwice() throws NativeFailure {
        require(Libc.socketpair(capture, SocketConstants.AF_UNIX, stream(), 0, scratch));
        int here = own(Memory.getInt(scratch));
        own(Memory.getInt(scratch + Integer.BYTES));
        long sqe = ring.submissions.next();
        Sqe.fill(sqe, UringConstants.IORING_OP_POLL_ADD, here, 0,
                UringConstants.IORING_POLL_ADD_MULTI, 3);
        Sqe.operationFlags(sqe, EpollConstants.POLLOUT);
        awaitOne();
        return more(ring.completions.result());
    }

    private int acceptTwice() throws NativeFailure {
        int listener = own(Libc.socket(capture, SocketConstants.AF_UNIX, stream(), 0));
        Memory.setShort(scratch + SockaddrUn.SUN_FAMILY, (short) SocketConstants.AF_UNIX);
        // A Unix address without a path lets the kernel choose an abstract name: unix(7).
        require(Libc.bind(capture, listener, scratch, SockaddrUn.SUN_PATH));
        require(Libc.listen(capture, listener, 2));
        long length = scratch + SockaddrUn.SIZE + 2;
        Memory.setInt(length, SockaddrUn.SIZE);
        require(Libc.getsockname(capture, listener, scratch, length));
        int client = own(Libc.socket(capture, SocketConstants.AF_UNIX, stream(), 0));
        require(Libc.connect(capture, client, scratch, Memory.getInt(length)));
        long sqe = ring.submissions.next();
        Sqe.fill(sqe, UringConstants.IORING_OP_ACCEPT, listener, 0, 0, 1);
        Sqe.priority(sqe, UringConstants.IORING_ACCEPT_MULTISHOT);
        awaitOne();
        int result = ring.completions.result();
        if (result >= 0) {
            own(result);
        }
        return more(result);
    }

    private int provideBuffer() {
        int entries = 2;
        long memory = ring.arena().allocate(PAGE, PAGE).address();
        long registration = ring.arena().allocate(IoUringBufReg.SIZE, Long.BYTES).address();
        Memory.setLong(registration + IoUringBufReg.RING_ADDR, memory);
        Memory.setInt(registration + IoUringBufReg.RING_ENTRIES, entries);
        Memory.setShort(registration + IoUringBufReg.BGID, (short) GROUP);
        int errno = ring.register(UringConstants.IORING_REGISTER_PBUF_RING, registration, 1);
        if (errno == 0) {
            bufferRing = true;
            BufferRing buffers = new BufferRing(memory, entries);
            buffers.add(ring.arena().allocate(1).address(), 1, 0);
            buffers.publish();
        }
        return errno;
    }

    private int receiveTwice() throws NativeFailure {
        require(Libc.socketpair(capture, SocketConstants.AF_UNIX, stream(), 0, scratch));
        int here = own(Memory.getInt(scratch));
        int there = own(Memory.getInt(scratch + Integer.BYTES));
        long sent;
        do {
            sent = Libc.send(capture, there, scratch, 1, SocketConstants.MSG_NOSIGNAL);
        } while (sent < 0 && callState.errno() == Errno.EINTR); // before it did anything
        require((int) sent);
        long sqe = ring.submissions.next();
        Sqe.fill(sqe, UringConstants.IORING_OP_RECV, here, 0, 0, 2);
        Sqe.flags(sqe, UringConstants.IOSQE_BUFFER_SELECT);
        Sqe.bufferGroup(sqe, GROUP);
        Sqe.priority(sqe, UringConstants.IORING_RECV_MULTISHOT);
        awaitOne();
        return more(ring.completions.result());
    }

    /** Returns 0 if the completion is a success after which others can come, else an errno. */
    private int more(int result) {
        if (result < 0) {
            return -result;
        }
        boolean goesOn = (ring.completions.flags() & UringConstants.IORING_CQE_F_MORE) != 0;
        return goesOn ? 0 : Errno.EINVAL;
    }

    private void awaitOne() throws NativeFailure {
        long endNanos = System.nanoTime() + LIMIT_NANOS;
        int errno = 0;
        while (!ring.completions.next()) {
            long left = endNanos - System.nanoTime();
            if (left <= 0) {
                throw LinuxTryCalls.failure("io_uring_enter", errno == 0 ? Errno.ETIME : errno);
            }
            errno = ring.submitAndWait(ring.submissions.publish(), left);
            boolean mayPass = errno == 0 || errno == Errno.EINTR || Ring.isRefusal(errno);
            if (!mayPass) {
                throw LinuxTryCalls.failure("io_uring_enter", errno);
            }
        }
    }

    private int knows(int opcode) {
        int room = opcode + 1;
        long bytes = IoUringProbe.OPS + (long) room * IoUringProbeOp.SIZE;
        long probe = ring.arena().allocate(bytes, Long.BYTES).address();
        int errno = ring.register(UringConstants.IORING_REGISTER_PROBE, probe, room);
        if (errno != 0) {
            return errno;
        }
        long entry = probe + IoUringProbe.OPS + (long) opcode * IoUringProbeOp.SIZE;
        int flags = Memory.getShort(entry + IoUringProbeOp.FLAGS);
        return (flags & UringConstants.IO_URING_OP_SUPPORTED) != 0 ? 0 : Errno.EOPNOTSUPP;
    }

    private static int stream() {
        return SocketConstants.SOCK_STREAM | SocketConstants.SOCK_CLOEXEC;
    }

    private int own(int fd) throws NativeFailure {
        require(fd);
        descriptors.add(fd);
        return fd;
    }

    private void require(int result) throws NativeFailure {
        if (result < 0) {
            throw LinuxTryCalls.failure("a trial of io_uring", callState.errno());
        }
    }

    @Override
    public void close() {
        for (int fd : descriptors) {
            int result = Libc.close(capture, fd);
            assert result == 0 : "close: " + LinuxErrors.describe(callState.errno());
        }
        ring.close();
    }
}
