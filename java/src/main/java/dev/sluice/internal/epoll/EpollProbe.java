package dev.sluice.internal.epoll;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.linux.DatagramFeatures;
import dev.sluice.internal.spi.BackendReport;
import dev.sluice.internal.spi.Capability;
import dev.sluice.internal.spi.Feature;
import dev.sluice.internal.spi.NativeFailure;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** Probes what epoll offers on this machine. */
public final class EpollProbe {
    private static final String NAME = "epoll";

    private EpollProbe() {}

    /** Opens an epoll descriptor, waits with it and closes it again. */
    public static BackendReport probe() {
        CallState callState = new CallState(Arena.ofAuto());
        try {
            EpollSet set = new EpollSet(callState, 1, Arena.ofAuto());
            boolean nanoseconds;
            try {
                nanoseconds = set.probeNanosecondWaits();
            } finally {
                set.close();
            }
            return new BackendReport(NAME, true, "", features(nanoseconds));
        } catch (NativeFailure failure) {
            return new BackendReport(NAME, false, String.valueOf(failure.getMessage()), List.of());
        }
    }

    private static List<Feature> features(boolean nanoseconds) {
        List<Feature> features = new ArrayList<>(Capability.features(EpollBackend.CAPABILITIES));
        features.addAll(List.of(
                new Feature("edge-triggered registration", true, "epoll_ctl(EPOLL_CTL_ADD)"),
                new Feature(
                        "nanosecond waits",
                        nanoseconds,
                        nanoseconds
                                ? "epoll_pwait2"
                                : "epoll_pwait2 is missing (Linux 5.11) or refused by a filter: waits are"
                                        + " rounded up to ms"),
                new Feature(
                        "socket reuse (DISCONNECT) for TCP", false, "Linux has it for UDP alone")));
        features.addAll(DatagramFeatures.probe());
        return features;
    }
}
