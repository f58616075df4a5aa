package dev.sluice.internal.ffi.linux;

/**
 * Constants of memory maps, files and limits: {@code <sys/mman.h>}, {@code <fcntl.h>}, {@code
 * <unistd.h>}, {@code <sys/resource.h>}.
 */
public final class SystemConstants {
    // mmap(2)
    public static final int PROT_READ = 0x1;
    public static final int PROT_WRITE = 0x2;
    public static final int MAP_SHARED = 0x1;
    public static final int MAP_PRIVATE = 0x2;
    public static final int MAP_ANONYMOUS = 0x20;
    public static final int MAP_POPULATE = 0x8000;

    // mmap(2): the failed result
    public static final long MAP_FAILED = -1L;

    // open(2)
    public static final int O_RDONLY = 0x0;
    public static final int O_NOCTTY = 0x100;
    public static final int O_CLOEXEC = 0x80000;

    // lseek(2)
    public static final int SEEK_SET = 0;
    public static final int SEEK_END = 2;

    // getrlimit(2)
    public static final int RLIMIT_NOFILE = 7;
    public static final int RLIMIT_MEMLOCK = 8;

    // getrlimit(2): no limit
    public static final long RLIM_INFINITY = -1L;

    private SystemConstants() {}
}
