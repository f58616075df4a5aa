package dev.sluice.internal.ffi.linux;

import static dev.sluice.internal.ffi.NativeLinker.function;

import java.lang.foreign.MemorySegment;

/**
 * Memory maps, limits and names of the C library: what a port asks for when it opens.
 *
 * <p>The conventions are those of {@link Libc}; the functions are apart from it so that a program
 * which needs none of them does not look them up.
 */
public final class LibcSystem {
    private static final MemorySegment MMAP = function("mmap");
    private static final MemorySegment MUNMAP = function("munmap");
    private static final MemorySegment GETRLIMIT = function("getrlimit");
    private static final MemorySegment SETRLIMIT = function("setrlimit");
    private static final MemorySegment UNAME = function("uname");
    private static final MemorySegment IF_NAMETOINDEX = function("if_nametoindex");
    private static final MemorySegment IF_INDEXTONAME = function("if_indextoname");

    private LibcSystem() {}

    /**
     * {@code void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)}:
     * the address, or -1 (MAP_FAILED).
     */
    public static long mmap(
            MemorySegment callState, long addr, long length, int prot, int flags, int fd,
            long offset) {
        return ErrnoCall.call(MMAP, callState, addr, length, prot, flags, fd, offset);
    }

    /** {@code int munmap(void *addr, size_t length)}. */
    public static int munmap(MemorySegment callState, long addr, long length) {
        return (int) ErrnoCall.call(MUNMAP, callState, addr, length);
    }

    /** {@code int getrlimit(int resource, struct rlimit *rlim)}: see {@link Rlimit}. */
    public static int getrlimit(MemorySegment callState, int resource, long rlim) {
        return (int) ErrnoCall.call(GETRLIMIT, callState, resource, rlim);
    }

    /** {@code int setrlimit(int resource, const struct rlimit *rlim)}: see {@link Rlimit}. */
    public static int setrlimit(MemorySegment callState, int resource, long rlim) {
        return (int) ErrnoCall.call(SETRLIMIT, callState, resource, rlim);
    }

    /** {@code int uname(struct utsname *buf)}: see {@link Utsname}. */
    public static int uname(MemorySegment callState, long buf) {
        return (int) ErrnoCall.call(UNAME, callState, buf);
    }

    /** {@code unsigned int if_nametoindex(const char *ifname)}: 0 when there is none. */
    public static int if_nametoindex(MemorySegment callState, long ifname) {
        return (int) ErrnoCall.call(IF_NAMETOINDEX, callState, ifname);
    }

    /**
     * {@code char *if_indextoname(unsigned int ifindex, char *ifname)}: 0 when there is none;
     * {@code ifname} has room for {@link SocketConstants#IF_NAMESIZE} bytes.
     */
    public static long if_indextoname(MemorySegment callState, int ifindex, long ifname) {
        return ErrnoCall.call(IF_INDEXTONAME, callState, ifindex, ifname);
    }
}
