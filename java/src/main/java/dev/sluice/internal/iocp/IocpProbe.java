package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.spi.BackendReport;
import dev.sluice.internal.spi.Capability;
import dev.sluice.internal.spi.Feature;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.OptionId;
import dev.sluice.internal.spi.RawAddress;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** Finds out what completion ports offer here, by using them. */
public final class IocpProbe {
    private static final String NAME = "iocp";
    private static final String SINCE_2004 = "needs Windows 10 version 2004";

    private IocpProbe() {}

    /** Opens a completion port, wakes it, and tries what some versions of Windows lack. */
    public static BackendReport probe() {
        try {
            Winsock.start();
            return new BackendReport(NAME, true, "", features());
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
        List<Feature> features = new ArrayList<>(Capability.features(IocpBackend.CAPABILITIES));
        boolean skips = Providers.maySkipPackets();
        features.add(
                new Feature(
                        "no packet for calls that succeed at once",
                        skips,
                        packetsDetail(skips)));
        String finding = DisconnectProbe.finding();
        features.add(
                new Feature(
                        "socket reuse (DISCONNECT) for TCP",
                        finding.isEmpty(),
                        finding.isEmpty() ? "DisconnectEx(TF_REUSE_SOCKET)" : finding));
        String active = DisconnectProbe.findingOfThisSide();
        features.add(
                new Feature(
                        "socket reuse at once for the side that ends first",
                        active.isEmpty(),
                        active.isEmpty() ? "no wait for TIME_WAIT" : active));
        ofAConnection(sockets, features);
        ofDatagrams(sockets, features);
        features.add(new Feature("Unix sockets", false, "not part of this backend"));
        return features;
    }

    private static String packetsDetail(boolean skips) {
        if (skips) {
            return "FILE_SKIP_COMPLETION_PORT_ON_SUCCESS, on streams";
        }
        String setting = Providers.switchedOffBy();
        return setting.isEmpty() ? "a provider's sockets are no handles of the system" : setting;
    }

    /** Uses a connected socket: Windows refuses these calls on any other one. */
    private static void ofAConnection(WindowsSockets sockets, List<Feature> features)
            throws NativeFailure {
        IocpChannel listener = sockets.open(RawAddress.IPV4, true);
        IocpChannel socket = sockets.open(RawAddress.IPV4, true);
        try {
            sockets.listenOnLoopback(listener);
            RawAddress peer = new RawAddress();
            sockets.localAddress(listener, peer);
            int error = sockets.connect(socket, peer);
            if (error != 0) {
                throw WindowsTryCalls.failure("connect", error);
            }
            sockets.setOption(socket, OptionId.KEEPALIVE, 1);
            features.add(
                    option(sockets, socket, OptionId.KEEPALIVE_IDLE_SECONDS, "keep-alive times"));
            features.add(option(sockets, socket, OptionId.USER_TIMEOUT_MILLIS, "user timeout"));
            features.add(tcpInfo(sockets, socket));
        } finally {
            sockets.close(socket);
            sockets.close(listener);
        }
    }

    /** Reading an option changes nothing. */
    private static void ofDatagrams(WindowsSockets sockets, List<Feature> features)
            throws NativeFailure {
        IocpChannel socket = sockets.open(RawAddress.IPV4, false);
        try {
            features.add(ofUdp(sockets, socket, "datagram segmentation of sends",
                    "UDP_SEND_MSG_SIZE", WinsockConstants.UDP_SEND_MSG_SIZE));
            features.add(ofUdp(sockets, socket, "coalesced receives of datagrams",
                    "UDP_RECV_MAX_COALESCED_SIZE",
                    WinsockConstants.UDP_RECV_MAX_COALESCED_SIZE));
        } finally {
            sockets.close(socket);
        }
    }

    private static Feature ofUdp(
            WindowsSockets sockets, IocpChannel socket, String name, String option, int number) {
        boolean has =
                sockets.options.has(socket.handle, WinsockConstants.IPPROTO_UDP, number);
        return new Feature(name, has, has ? option : option + ": " + SINCE_2004);
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
