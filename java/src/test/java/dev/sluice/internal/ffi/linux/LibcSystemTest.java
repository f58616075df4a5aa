package dev.sluice.internal.ffi.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.ffi.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Tag("aarch64")
@EnabledOnOs(OS.LINUX)
class LibcSystemTest {
    private final LibcFixture c = new LibcFixture();

    @AfterEach
    void release() {
        c.close();
    }

    @Test
    void mappedMemoryIsOursUntilUnmapped() {
        long size = 8192;
        long map = LibcSystem.mmap(
                c.state(), 0, size, SystemConstants.PROT_READ | SystemConstants.PROT_WRITE,
                SystemConstants.MAP_PRIVATE | SystemConstants.MAP_ANONYMOUS, -1, 0);
        assertThat(map).isNotEqualTo(SystemConstants.MAP_FAILED);
        Memory.setLong(map + size - 8, 42);
        assertThat(Memory.getLong(map + size - 8)).isEqualTo(42);
        assertThat(LibcSystem.munmap(c.state(), map, size)).isZero();
    }

    @Test
    void aRefusedMapIsMapFailed() {
        assertThat(LibcSystem.mmap(
                c.state(), 0, 0, SystemConstants.PROT_READ, SystemConstants.MAP_PRIVATE, -1, 0))
                .isEqualTo(SystemConstants.MAP_FAILED);
        assertThat(c.errno()).isIn(Errno.EINVAL, Errno.EBADF);
    }

    @Test
    void aLimitIsReadAndSetAgain() {
        long limit = c.memory(Rlimit.SIZE);
        c.ok(LibcSystem.getrlimit(c.state(), SystemConstants.RLIMIT_NOFILE, limit));
        long soft = Memory.getLong(limit + Rlimit.RLIM_CUR);
        assertThat(soft).isPositive();
        assertThat(Memory.getLong(limit + Rlimit.RLIM_MAX) - soft).isNotNegative();
        c.ok(LibcSystem.setrlimit(c.state(), SystemConstants.RLIMIT_NOFILE, limit));
    }

    @Test
    void theSystemHasAName() {
        long names = c.memory(Utsname.SIZE);
        c.ok(LibcSystem.uname(c.state(), names));
        int field = Utsname.NODENAME - Utsname.SYSNAME;
        assertThat(Memory.getString(names + Utsname.SYSNAME, field)).isEqualTo("Linux");
        assertThat(Memory.getString(names + Utsname.RELEASE, field)).matches("\\d+\\.\\d+.*");
    }

    @Test
    void anInterfaceIsFoundByNameAndByIndex() {
        int index = LibcSystem.if_nametoindex(c.state(), c.text("lo"));
        assertThat(index).isPositive();
        long name = c.memory(SocketConstants.IF_NAMESIZE);
        assertThat(LibcSystem.if_indextoname(c.state(), index, name)).isEqualTo(name);
        assertThat(Memory.getString(name, SocketConstants.IF_NAMESIZE)).isEqualTo("lo");
        assertThat(LibcSystem.if_nametoindex(c.state(), c.text("nosuchthing"))).isZero();
        assertThat(c.errno()).isEqualTo(Errno.ENODEV);
    }
}
