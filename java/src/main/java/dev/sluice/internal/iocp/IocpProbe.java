package dev.sluice.internal.iocp;

import dev.sluice.internal.spi.BackendReport;
import dev.sluice.internal.spi.Feature;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.OptionId;
import dev.sluice.internal.spi.RawAddress;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** Finds out by doing what completion ports offer here. */
public final class IocpProbe {
    private static final String NAME = "iocp";

    private IocpProbe() {}

    /** Opens a completion port, wakes it, and tries what not every Windows has. */
    public static BackendReport probe() {
        try {
            Winsock.acquire();
            try {
                return new BackendReport(NAME, true, "", features());
            } finally {
                Winsock.release();
            }
        } catch (NativeFailure failure) {
            return new BackendReport(NAME, false, String.valueOf(failure.getMessage()), List.of());
        }
    }

    private static List<Feature> features() throws NativeFailure {
        WindowsSockets sockets = new WindowsSockets();
        CompletionQueue queue = new CompletionQueue(sockets.callState(), Arena.ofAuto());
        queue.wakeup();
        queue.fetch(0);
        queue.close();
        List<Feature> features = new ArrayList<>();
        boolean skips = Providers.maySkipPackets();
        features.add(
                new Feature(
                        "no packet for calls that succeed at once",
                        skips,
                        skips
                                ? "FILE_SKIP_COMPLETION_PORT_ON_SUCCESS"
                                : "a provider's sockets are no handles of the system"));
        String finding = DisconnectProbe.finding();
        features.add(
                new Feature(
                        "socket reuse (DISCONNECT) for TCP",
                        finding.isEmpty(),
                        finding.isEmpty() ? "DisconnectEx(TF_REUSE_SOCKET)" : finding));
        IocpChannel socket = sockets.open(RawAddress.IPV4, true);
        features.add(option(sockets, socket, OptionId.KEEPALIVE_IDLE_SECONDS, "keep-alive times"));
        features.add(option(sockets, socket, OptionId.USER_TIMEOUT_MILLIS, "user timeout"));
        features.add(tcpInfo(sockets, socket));
        sockets.close(socket);
        features.add(new Feature("Unix sockets", false, "not part of this backend"));
        return features;
    }

    private static Feature option(
            WindowsSockets sockets, IocpChannel socket, OptionId option, String name) {
        try {
            sockets.setOption(socket, option, 60);
            return new Feature(name, true, option + " was set");
        } catch (NativeFailure failure) {
            return new Feature(name, false, String.valueOf(failure.getMessage()));
        }
    }

    private static Feature tcpInfo(WindowsSockets sockets, IocpChannel socket) {
        String name = "figures of a connection";
        try {
            sockets.tcpInfo(socket);
            return new Feature(name, true, "SIO_TCP_INFO");
        } catch (NativeFailure failure) {
            return new Feature(name, false, String.valueOf(failure.getMessage()));
        }
    }
}
