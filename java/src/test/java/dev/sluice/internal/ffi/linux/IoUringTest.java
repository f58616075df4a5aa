package dev.sluice.internal.ffi.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.internal.ffi.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Tag("aarch64")
@EnabledOnOs(OS.LINUX)
class IoUringTest {
    private final LibcFixture c = new LibcFixture();

    @AfterEach
    void release() {
        c.close();
    }

    /** The layouts of the rings, used as the kernel means them: one request there and back. */
    @Test
    void aRequestComesBackWithItsUserData() {
        long params = c.memory(IoUringParams.SIZE);
        int ring = IoUring.io_uring_setup(c.state(), 4, params);
        assumeTrue(ring >= 0, "io_uring is refused here, errno " + c.errno());
        c.descriptor(ring);
        assumeTrue((Memory.getInt(params + IoUringParams.FEATURES)
                & UringConstants.IORING_FEAT_SINGLE_MMAP) != 0, "a kernel before 5.4");
        long submission = params + IoUringParams.SQ_OFF;
        long completion = params + IoUringParams.CQ_OFF;
        long entries = Integer.toUnsignedLong(
                Memory.getInt(params + IoUringParams.CQ_ENTRIES));
        long cqesOffset = Memory.getInt(completion + IoCqringOffsets.CQES);
        long ringSize = cqesOffset + entries * IoUringCqe.SIZE;
        long rings = map(ring, ringSize, UringConstants.IORING_OFF_SQ_RING);
        long sqes = map(ring, 4L * IoUringSqe.SIZE, UringConstants.IORING_OFF_SQES);

        Memory.setByte(sqes + IoUringSqe.OPCODE, (byte) UringConstants.IORING_OP_NOP);
        Memory.setLong(sqes + IoUringSqe.USER_DATA, 0x1122334455667788L);
        Memory.setInt(rings + Memory.getInt(submission + IoSqringOffsets.ARRAY), 0);
        Memory.setIntRelease(rings + Memory.getInt(submission + IoSqringOffsets.TAIL), 1);
        assertThat(IoUring.io_uring_enter(
                c.state(), ring, 1, 1, UringConstants.IORING_ENTER_GETEVENTS, 0, 0))
                .isEqualTo(1);

        assertThat(Memory.getIntAcquire(
                rings + Memory.getInt(completion + IoCqringOffsets.TAIL))).isEqualTo(1);
        long cqe = rings + cqesOffset;
        assertThat(Memory.getLong(cqe + IoUringCqe.USER_DATA)).isEqualTo(0x1122334455667788L);
        assertThat(Memory.getInt(cqe + IoUringCqe.RES)).isZero();
        assertThat(LibcSystem.munmap(c.state(), rings, ringSize)).isZero();
        assertThat(LibcSystem.munmap(c.state(), sqes, 4L * IoUringSqe.SIZE)).isZero();
    }

    private long map(int ring, long size, long offset) {
        long map = LibcSystem.mmap(
                c.state(), 0, size, SystemConstants.PROT_READ | SystemConstants.PROT_WRITE,
                SystemConstants.MAP_SHARED | SystemConstants.MAP_POPULATE, ring, offset);
        assertThat(map).as("errno %s", c.errno()).isNotEqualTo(SystemConstants.MAP_FAILED);
        return map;
    }

    @Test
    void theProbeReportsTheOperationsOfTheKernel() {
        long params = c.memory(IoUringParams.SIZE);
        int ring = IoUring.io_uring_setup(c.state(), 4, params);
        assumeTrue(ring >= 0, "io_uring is refused here, errno " + c.errno());
        c.descriptor(ring);
        int room = 128;
        long probe = c.memory(IoUringProbe.OPS + room * IoUringProbeOp.SIZE);
        c.ok(IoUring.io_uring_register(
                c.state(), ring, UringConstants.IORING_REGISTER_PROBE, probe, room));
        assertThat(Byte.toUnsignedInt(Memory.getByte(probe + IoUringProbe.LAST_OP)))
                .isGreaterThanOrEqualTo(UringConstants.IORING_OP_RECV);
        long receive = probe + IoUringProbe.OPS
                + UringConstants.IORING_OP_RECV * IoUringProbeOp.SIZE;
        assertThat(Byte.toUnsignedInt(Memory.getByte(receive + IoUringProbeOp.OP)))
                .isEqualTo(UringConstants.IORING_OP_RECV);
        assertThat(Memory.getShort(receive + IoUringProbeOp.FLAGS)
                & UringConstants.IO_URING_OP_SUPPORTED).isNotZero();
    }

    @Test
    void aWrongDescriptorIsAnErrno() {
        assertThat(IoUring.io_uring_enter(c.state(), -1, 0, 0, 0, 0, 0)).isEqualTo(-1);
        // ENOSYS where the kernel, or an emulator, has none.
        assertThat(c.errno()).isIn(Errno.EBADF, Errno.ENOSYS, Errno.EPERM);
    }
}
