package dev.sluice.internal.ffi.windows;

/**
 * {@code OSVERSIONINFOW} of {@code <winnt.h>}.
 *
 * <p>The answer of RtlGetVersion. The name of a service pack follows, which is not read.
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | dwOSVersionInfoSize                   | dwMajorVersion                        |
 *       +---------------------------------------+---------------------------------------+
 *     8 | dwMinorVersion                        | dwBuildNumber                         |
 *       +---------------------------------------+---------------------------------------+
 * </pre>
 */
public final class OsVersionInfo {
    /** The C name of the structure. */
    public static final String STRUCT = "OSVERSIONINFOW";

    /** The size in bytes. */
    public static final int SIZE = 276;

    public static final int DWOSVERSIONINFOSIZE = 0;
    public static final int DWMAJORVERSION = 4;
    public static final int DWMINORVERSION = 8;
    public static final int DWBUILDNUMBER = 12;

    private OsVersionInfo() {}
}
