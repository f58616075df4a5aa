package dev.sluice.internal.uring;

import dev.sluice.internal.spi.Setting;
import java.util.Locale;

/**
 * What the backend uses where the kernel has it. Each can be switched off, by the system property
 * {@code sluice.uring.<name>=off} or the environment variable {@code SLUICE_URING_<NAME>=off}; and
 * {@code sluice.uring=off} or {@code SLUICE_URING=off} turns the whole backend off.
 */
enum UringFeature {
    DEFER_TASKRUN("one issuer, deferred work (SINGLE_ISSUER, DEFER_TASKRUN)", "Linux 6.1"),
    REGISTERED_RING("registered ring descriptor", "Linux 5.18"),
    MULTISHOT_ACCEPT("multishot accept", "Linux 5.19"),
    BUFFER_RING("ring of provided buffers", "Linux 5.19"),
    MULTISHOT_RECEIVE("multishot receive", "Linux 6.0 and the ring of buffers"),
    ZERO_COPY_SEND("zero-copy send (SEND_ZC)", "Linux 6.0");

    /** In the words of the field, for the report. */
    final String title;

    /** The kernel that brought it, for the report alone: what is used is found out by doing. */
    final String since;

    UringFeature(String title, String since) {
        this.title = title;
        this.since = since;
    }

    /** The name in properties: multishot_accept. */
    String property() {
        return "sluice.uring." + name().toLowerCase(Locale.ROOT);
    }

    String environment() {
        return "SLUICE_URING_" + name();
    }

    /** What is set for the feature, the property first; empty when nothing is. */
    String setting() {
        return Setting.of(property(), environment());
    }

    /** Who switched the feature off ("sluice.uring.buffer_ring=off"), or empty. */
    String switchedOffBy() {
        return Setting.switchedOffBy(property(), environment());
    }

    /** Who switched the backend off, or empty. */
    static String backendSwitchedOffBy() {
        return Setting.switchedOffBy("sluice.uring", "SLUICE_URING");
    }
}
