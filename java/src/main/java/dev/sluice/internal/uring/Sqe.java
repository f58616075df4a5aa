package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.IoUringSqe;

/** Writes the fields of a zeroed submission entry. */
public final class Sqe {
    private Sqe() {}

    /** Writes the fields that every entry has. */
    public static void fill(long sqe, int opcode, int fd, long address, int length, long userData) {
        Memory.setByte(sqe + IoUringSqe.OPCODE, (byte) opcode);
        Memory.setInt(sqe + IoUringSqe.FD, fd);
        Memory.setLong(sqe + IoUringSqe.ADDR, address);
        Memory.setInt(sqe + IoUringSqe.LEN, length);
        Memory.setLong(sqe + IoUringSqe.USER_DATA, userData);
    }

    /** Writes the IOSQE_ flags. */
    static void flags(long sqe, int flags) {
        Memory.setByte(sqe + IoUringSqe.FLAGS, (byte) flags);
    }

    /** Writes the flags of accept, receive and send that have no field of their own. */
    static void priority(long sqe, int flags) {
        Memory.setShort(sqe + IoUringSqe.IOPRIO, (short) flags);
    }

    /** Writes msg_flags, accept_flags, cancel_flags or poll32_events: one field with many names. */
    static void operationFlags(long sqe, int flags) {
        Memory.setInt(sqe + IoUringSqe.MSG_FLAGS, flags);
    }

    static void offset(long sqe, long offset) {
        Memory.setLong(sqe + IoUringSqe.OFF, offset);
    }

    static void bufferGroup(long sqe, int group) {
        Memory.setShort(sqe + IoUringSqe.BUF_GROUP, (short) group);
    }
}
