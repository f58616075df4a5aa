package dev.sluice.conformance;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/** The version of Wine, by a function that its ntdll has and that of Windows lacks. */
final class WineVersion {
    private static final long MOST_BYTES = 64;

    private static final int MAJOR = read();

    private WineVersion() {}

    /** The first number of the version. */
    static int major() {
        return MAJOR;
    }

    @SuppressWarnings("restricted")
    private static int read() {
        MemorySegment function = SymbolLookup.libraryLookup("ntdll", Arena.global())
                .findOrThrow("wine_get_version");
        try {
            MemorySegment version = (MemorySegment) Linker.nativeLinker()
                    .downcallHandle(function, FunctionDescriptor.of(ADDRESS)).invokeExact();
            String text = version.reinterpret(MOST_BYTES).getString(0);
            return Integer.parseInt(text.substring(0, text.indexOf('.')));
        } catch (Throwable e) {
            throw new AssertionError("wine_get_version failed", e);
        }
    }
}
