package dev.sluice.internal.uring;

import dev.sluice.internal.spi.Setting;
import java.util.Locale;

/**
 * Features that the backend uses if the kernel has them. The system property {@code
 * sluice.uring.<name>=off} or the environment variable {@code SLUICE_URING_<NAME>=off} switches one off;
 * {@code sluice.uring=off} or {@code SLUICE_URING=off} switches the whole backend off.
 */
enum UringFeature {
    DEFER_TASKRUN("one issuer, deferred work (SINGLE_ISSUER, DEFER_TASKRUN)", "Linux 6.1"),
    REGISTERED_RING("registered ring descriptor", "Linux 5.18"),
    MULTISHOT_POLL("multishot poll", "Linux 5.13"),
    MULTISHOT_ACCEPT("multishot accept", "Linux 5.19"),
    BUFFER_RING("ring of provided buffers", "Linux 5.19"),
    MULTISHOT_RECEIVE("multishot receive", "Linux 6.0 and the ring of buffers"),
    ZERO_COPY_SEND("zero-copy send (SEND_ZC)", "Linux 6.0");

    /** The name in the words of the field, for the report. */
    final String title;

    /** The first kernel that has it, for the report alone: a trial decides what is used. */
    final String since;

    UringFeature(String title, String since) {
        this.title = title;
        this.since = since;
    }

    /** Returns the name of the property, such as sluice.uring.multishot_accept. */
    String property() {
        return "sluice.uring." + name().toLowerCase(Locale.ROOT);
    }

    String environment() {
        return "SLUICE_URING_" + name();
    }

    /** Returns the setting of the feature, the property first; empty if there is none. */
    String setting() {
        return Setting.of(property(), environment());
    }

    /** Returns the setting that switches the feature off, or empty. */
    String switchedOffBy() {
        return Setting.switchedOffBy(property(), environment());
    }

    /** Returns the setting that switches the backend off, or empty. */
    static String backendSwitchedOffBy() {
        return Setting.switchedOffBy("sluice.uring", "SLUICE_URING");
    }
}
