package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.spi.Feature;
import java.lang.foreign.Arena;
import java.util.List;

/** Probes what the kernel offers for several datagrams in one call, on a socket of its own. */
public final class DatagramFeatures {
    private DatagramFeatures() {}

    /** Asks the kernel for its options; reading one changes nothing. */
    public static List<Feature> probe() {
        Arena arena = Arena.ofAuto();
        CallState callState = new CallState(arena);
        int type = SocketConstants.SOCK_DGRAM | SocketConstants.SOCK_CLOEXEC;
        int fd = Libc.socket(callState.segment(), SocketConstants.AF_INET, type, 0);
        LinuxOptions options = new LinuxOptions(arena, callState);
        try {
            return List.of(
                    feature("datagram segmentation of sends", "UDP_SEGMENT", "Linux 4.18",
                            options.errnoOf(fd, SocketConstants.IPPROTO_UDP,
                                    SocketConstants.UDP_SEGMENT)),
                    feature("coalesced receives of datagrams", "UDP_GRO", "Linux 5.0",
                            options.errnoOf(fd, SocketConstants.IPPROTO_UDP,
                                    SocketConstants.UDP_GRO)));
        } finally {
            Libc.close(callState.segment(), fd);
        }
    }

    private static Feature feature(String name, String option, String since, int errno) {
        String detail =
                errno == 0
                        ? option
                        : option + ": " + LinuxErrors.describe(errno) + "; needs " + since;
        return new Feature(name, errno == 0, detail);
    }
}
