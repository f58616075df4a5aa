package dev.sluice.bench.jmh;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The function of {@link CFunctions} by JNI: native/jni/sluice_jni.c. */
final class JniTwin {
    private static final String LIBRARY = "target/native/jni/libsluice_jni.so";

    static {
        load();
    }

    private JniTwin() {}

    /** The library, if it was built. */
    static Optional<Path> library() {
        Path file = Path.of(System.getProperty("sluice.home", "")).resolve(LIBRARY);
        return Files.isRegularFile(file) ? Optional.of(file.toAbsolutePath()) : Optional.empty();
    }

    @SuppressWarnings("restricted")
    private static void load() {
        System.load(library().orElseThrow(() -> new UnsatisfiedLinkError("no " + LIBRARY))
                .toString());
    }

    static native int abs(int value);
}
