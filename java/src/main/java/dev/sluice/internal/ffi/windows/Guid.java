package dev.sluice.internal.ffi.windows;

import dev.sluice.internal.ffi.Memory;

/**
 * {@code GUID} of {@code <guiddef.h>}.
 *
 * <p>The name of an extension function. The first three parts are numbers in the order of the
 * machine, the last is bytes.
 *
 * <pre>
 *       +---------------------------------------+-------------------+-------------------+
 *     0 | Data1                                 | Data2             | Data3             |
 *       +-------------------------------------------------------------------------------+
 *     8 | Data4                                                                         |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class Guid {
    /** The C name of the structure. */
    public static final String STRUCT = "GUID";

    /** The size in bytes. */
    public static final int SIZE = 16;

    public static final int DATA1 = 0;
    public static final int DATA2 = 4;
    public static final int DATA3 = 6;
    public static final int DATA4 = 8;

    private Guid() {}

    /** Writes a GUID that is given in its text form, five groups of hexadecimal digits. */
    static void write(String guid, long to) {
        String[] groups = guid.split("-", -1);
        Memory.setInt(to + DATA1, Integer.parseUnsignedInt(groups[0], 16));
        Memory.setShort(to + DATA2, (short) Integer.parseInt(groups[1], 16));
        Memory.setShort(to + DATA3, (short) Integer.parseInt(groups[2], 16));
        Memory.setLongBigEndian(to + DATA4, Long.parseUnsignedLong(groups[3] + groups[4], 16));
    }
}
