package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.linux.DatagramFeatures;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.spi.BackendReport;
import dev.sluice.internal.spi.Capability;
import dev.sluice.internal.spi.Feature;
import dev.sluice.internal.spi.NativeFailure;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Probes what io_uring offers on this machine: once in a process, since it cannot change. */
public final class UringProbe {
    private static final String NAME = "io_uring";

    private static volatile @Nullable Found known;

    private UringProbe() {}

    /**
     * The findings of a probe.
     *
     * @param errnos the errno of each feature, 0 if it works
     */
    record Found(Map<UringFeature, Integer> errnos) {
        boolean has(UringFeature feature) {
            return errno(feature) == 0;
        }

        int errno(UringFeature feature) {
            Integer errno = errnos.get(feature);
            assert errno != null : "not tried: " + feature;
            return errno;
        }
    }

    /**
     * Returns what io_uring offers on this machine.
     *
     * @throws NativeFailure with the cause if no ring can be made at all
     */
    static Found found() throws NativeFailure {
        Found present = known;
        if (present != null) {
            return present;
        }
        // Two threads may both probe: they find the same.
        Found made = tryAll();
        known = made;
        return made;
    }

    /** Probes on a platform thread: a virtual thread may change its carrier at any time. */
    private static Found tryAll() throws NativeFailure {
        if (!Thread.currentThread().isVirtual()) {
            return tryHere();
        }
        CompletableFuture<Found> found = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("sluice-uring-probe").start(() -> {
            try {
                found.complete(tryHere());
            } catch (NativeFailure | RuntimeException | Error failure) {
                found.completeExceptionally(failure);
            }
        });
        try {
            return found.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof NativeFailure refusal) {
                throw refusal;
            }
            throw failure;
        }
    }

    private static Found tryHere() throws NativeFailure {
        CallState callState = new CallState(Arena.ofAuto());
        try (Trial trial = Trial.begin(callState)) {
            Map<UringFeature, Integer> errnos = new EnumMap<>(UringFeature.class);
            for (UringFeature feature : UringFeature.values()) {
                errnos.put(feature, trial.errnoOf(feature));
            }
            return new Found(errnos);
        }
    }

    /** Opens a ring and tries every feature on it. */
    public static BackendReport probe() {
        String switchedOff = UringFeature.backendSwitchedOffBy();
        if (!switchedOff.isEmpty()) {
            return new BackendReport(NAME, false, "is switched off by " + switchedOff, List.of());
        }
        try {
            Found found = found();
            List<Feature> features =
                    new ArrayList<>(Capability.features(UringBackend.capabilities(
                            UringFeatures.uses(found, UringFeature.MULTISHOT_POLL))));
            for (UringFeature feature : UringFeature.values()) {
                features.add(describe(feature, found.errno(feature)));
            }
            features.addAll(DatagramFeatures.probe());
            return new BackendReport(NAME, true, "", features);
        } catch (NativeFailure failure) {
            return new BackendReport(NAME, false, String.valueOf(failure.getMessage()), List.of());
        }
    }

    private static Feature describe(UringFeature feature, int errno) {
        String switchedOff = feature.switchedOffBy();
        if (errno != 0) {
            String cause = LinuxErrors.describe(errno) + "; needs " + feature.since;
            return new Feature(feature.title, false, cause);
        }
        if (!switchedOff.isEmpty()) {
            return new Feature(feature.title, false, "switched off by " + switchedOff);
        }
        String use =
                feature == UringFeature.ZERO_COPY_SEND && feature.setting().isEmpty()
                        ? "works; used only if " + feature.property()
                                + " is set to a number of bytes"
                        : "works; " + feature.property() + "=off turns it off";
        return new Feature(feature.title, true, use);
    }
}
