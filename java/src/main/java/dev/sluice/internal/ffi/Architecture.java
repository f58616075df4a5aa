package dev.sluice.internal.ffi;

import java.util.Locale;

/**
 * The processor architectures whose structure layouts and constants are proven against C.
 *
 * <p>Few values differ between them; a class that holds such a value chooses it once, in a
 * {@code static final} field.
 */
public enum Architecture {
    /** AMD64, the System V calling convention on Linux. */
    X86_64,
    /** 64-bit ARM, little endian, the AAPCS64 calling convention. */
    AARCH64;

    /** The architecture this virtual machine runs on. */
    public static final Architecture CURRENT = of(System.getProperty("os.arch"));

    /**
     * Translates the value of the system property {@code os.arch}.
     *
     * @throws UnsupportedOperationException for an architecture without proven layouts
     */
    static Architecture of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64", "arm64" -> AARCH64;
            default -> throw new UnsupportedOperationException(
                    "No proven native layouts for the processor architecture " + name
                            + "; known are x86_64 and aarch64");
        };
    }
}
