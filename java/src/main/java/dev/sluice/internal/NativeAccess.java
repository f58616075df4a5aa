package dev.sluice.internal;

import java.lang.foreign.MemorySegment;

/**
 * Whether Java lets this module call native code (JEP 472).
 *
 * @see <a href="https://openjdk.org/jeps/472">JEP 472</a>
 */
public final class NativeAccess {
    private NativeAccess() {}

    /** The cause and the flag to set where native code is forbidden; empty where it may be called. */
    @SuppressWarnings("restricted")
    public static String refusal() {
        Module module = NativeAccess.class.getModule();
        if (module.isNativeAccessEnabled()) {
            return "";
        }
        try {
            // Without the flag Java allows it with a warning, or not at all: try it.
            MemorySegment tried = MemorySegment.NULL.reinterpret(0);
            assert tried.byteSize() == 0 : tried;
            return "";
        } catch (IllegalCallerException denied) {
            String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
            return "Java does not let it call native code (" + denied.getMessage()
                    + "): start java with --enable-native-access=" + name;
        }
    }
}
