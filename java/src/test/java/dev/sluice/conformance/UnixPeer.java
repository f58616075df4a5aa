package dev.sluice.conformance;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.linux.Cmsghdr;
import dev.sluice.internal.ffi.linux.Iovec;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.Msghdr;
import dev.sluice.internal.ffi.linux.SocketConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The other end of a Unix stream, which does what no socket of the JDK's does: it passes descriptors
 * with its bytes (SCM_RIGHTS), and sends urgent data. One thread at a time uses it.
 */
public final class UnixPeer implements AutoCloseable {
    /** {@code SCM_RIGHTS} of {@code <linux/socket.h>}. */
    private static final int SCM_RIGHTS = 1;

    private static final int CONTROL_BYTES = 24;

    private final Arena arena = Arena.ofShared();
    private final CallState callState = new CallState(arena);
    private final MemorySegment memory = arena.allocate(4096, 8);
    private final int fd;

    /** The descriptor to pass, and the other end, which shows whether a copy is still open. */
    private final int passed;

    private final int watched;
    private boolean passedIsOpen = true;

    private UnixPeer(Path path) {
        fd = checked(Libc.socket(segment(), SocketConstants.AF_UNIX,
                SocketConstants.SOCK_STREAM | SocketConstants.SOCK_CLOEXEC, 0));
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        memory.fill((byte) 0);
        memory.set(ValueLayout.JAVA_SHORT, 0, (short) SocketConstants.AF_UNIX);
        MemorySegment.copy(name, 0, memory, ValueLayout.JAVA_BYTE, 2, name.length);
        checked(Libc.connect(segment(), fd, memory.address(), 2 + name.length + 1));
        checked(Libc.socketpair(segment(), SocketConstants.AF_UNIX,
                SocketConstants.SOCK_STREAM | SocketConstants.SOCK_CLOEXEC, 0, memory.address()));
        passed = memory.get(ValueLayout.JAVA_INT, 0);
        watched = memory.get(ValueLayout.JAVA_INT, 4);
    }

    /** Connects, which works while the other side has not accepted yet. */
    public static UnixPeer connect(Path path) {
        return new UnixPeer(path);
    }

    private MemorySegment segment() {
        return callState.segment();
    }

    private int checked(long result) {
        if (result < 0) {
            throw new AssertionError("errno " + callState.errno());
        }
        return (int) result;
    }

    /** Sends bytes. */
    public void write(String text) {
        checked(Libc.send(segment(), fd, put(text), text.length(), 0));
    }

    /** Sends the last of these bytes as urgent data. */
    public void writeUrgent(String text) {
        checked(Libc.send(segment(), fd, put(text), text.length(), SocketConstants.MSG_OOB));
    }

    private long put(String text) {
        memory.asSlice(0, text.length()).copyFrom(
                MemorySegment.ofArray(text.getBytes(StandardCharsets.US_ASCII)));
        return memory.address();
    }

    /** Sends bytes and a descriptor with them, always the same one. */
    public void writeWithDescriptor(String text) {
        long bytes = put(text);
        MemorySegment control = memory.asSlice(1024, CONTROL_BYTES);
        control.set(ValueLayout.JAVA_LONG, Cmsghdr.CMSG_LEN, Cmsghdr.SIZE + Integer.BYTES);
        control.set(ValueLayout.JAVA_INT, Cmsghdr.CMSG_LEVEL, SocketConstants.SOL_SOCKET);
        control.set(ValueLayout.JAVA_INT, Cmsghdr.CMSG_TYPE, SCM_RIGHTS);
        control.set(ValueLayout.JAVA_INT, Cmsghdr.SIZE, passed);
        MemorySegment iovec = memory.asSlice(2048, Iovec.SIZE);
        iovec.set(ValueLayout.JAVA_LONG, Iovec.IOV_BASE, bytes);
        iovec.set(ValueLayout.JAVA_LONG, Iovec.IOV_LEN, text.length());
        MemorySegment message = memory.asSlice(3072, Msghdr.SIZE);
        message.fill((byte) 0);
        message.set(ValueLayout.JAVA_LONG, Msghdr.MSG_IOV, iovec.address());
        message.set(ValueLayout.JAVA_LONG, Msghdr.MSG_IOVLEN, 1);
        message.set(ValueLayout.JAVA_LONG, Msghdr.MSG_CONTROL, control.address());
        message.set(ValueLayout.JAVA_LONG, Msghdr.MSG_CONTROLLEN, CONTROL_BYTES);
        checked(Libc.sendmsg(segment(), fd, message.address(), 0));
    }

    /** Closes this side's own copy of the passed descriptor; whether nobody has another one. */
    public boolean nobodyHoldsWhatWasPassed() {
        if (passedIsOpen) {
            checked(Libc.close(segment(), passed));
            passedIsOpen = false;
        }
        int flags = SocketConstants.MSG_DONTWAIT;
        return Libc.recv(segment(), watched, memory.address(), 1, flags) == 0;
    }

    @Override
    public void close() {
        if (passedIsOpen) {
            checked(Libc.close(segment(), passed));
        }
        checked(Libc.close(segment(), watched));
        checked(Libc.close(segment(), fd));
        arena.close();
    }
}
