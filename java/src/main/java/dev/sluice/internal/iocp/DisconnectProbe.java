package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.Mswsock;
import dev.sluice.internal.ffi.windows.Overlapped;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.ffi.windows.Ws2;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import java.lang.foreign.Arena;

/**
 * Finds out, by trying, whether a disconnected socket can be used again: connects over loopback,
 * disconnects, connects to another listener and sends a byte. Under Wine DisconnectEx succeeds, but
 * posts no packet if packets of immediate successes are skipped, and later sends on the socket
 * fail.
 *
 * <p>The probe knows both orders. If the peer ended the connection first, a disconnect has nothing
 * to wait for. If this side did, the connection stays in TIME_WAIT here, and DisconnectEx may wait
 * until that is over. The second order is probed on demand, since it may take a second.
 *
 * @see <a
 *     href="https://learn.microsoft.com/en-us/windows/win32/api/mswsock/nc-mswsock-lpfn_disconnectex">
 *     DisconnectEx</a>
 */
final class DisconnectProbe {
    private static final long PATIENCE_NANOS = 1_000_000_000;
    private static final String FINDING = probe(First.PEER);

    /** The side that ends the connection first. */
    private enum First {
        PEER,
        THIS_SIDE
    }

    /** Initialised by the first call that needs it. */
    private static final class OfThisSide {
        private static final String FINDING = works() ? probe(First.THIS_SIDE) : finding();
    }

    private DisconnectProbe() {}

    /** True if DISCONNECT is offered for streams. Winsock must have been started. */
    static boolean works() {
        return FINDING.isEmpty();
    }

    /** The reason why it does not work; empty if it works. */
    static String finding() {
        return FINDING;
    }

    /**
     * The reason why a disconnect may take long if this side ends the connection first, or empty.
     */
    static String findingOfThisSide() {
        return OfThisSide.FINDING;
    }

    private static String probe(First first) {
        try (Steps steps = new Steps()) {
            return steps.run(first);
        } catch (NativeFailure failure) {
            return String.valueOf(failure.getMessage());
        }
    }

    /** The sockets and memory of one run. */
    private static final class Steps implements AutoCloseable {
        private final WindowsSockets sockets = new WindowsSockets();
        private final IocpChannel first = sockets.open(RawAddress.IPV4, true);
        private final IocpChannel second = sockets.open(RawAddress.IPV4, true);
        private final IocpChannel client = sockets.open(RawAddress.IPV4, true);
        private final CompletionQueue queue =
                new CompletionQueue(sockets.callState(), Arena.ofAuto());

        /** Never freed: without its packet the OVERLAPPED stays with the kernel. */
        private final long overlapped =
                Arena.global().allocate(Overlapped.SIZE, Long.BYTES).address();

        private final long scratch = Arena.global().allocate(64, Long.BYTES).address();

        Steps() throws NativeFailure {}

        String run(First order) throws NativeFailure {
            listen(first);
            listen(second);
            int error = queue.attach(client.handle);
            if (error != 0) {
                return "CreateIoCompletionPort: " + WindowsErrors.describe(error);
            }
            if (Providers.maySkipPackets()) {
                IocpDriver.skipPackets(sockets.capture(), client.handle);
            }
            String failed = connect(first, "ConnectEx");
            if (!failed.isEmpty()) {
                return failed;
            }
            long peer = Ws2.accept(sockets.capture(), first.handle, 0, 0);
            sockets.forbidInheritance(peer);
            if (order == First.PEER) {
                Ws2.shutdown(sockets.capture(), peer, Request.SHUTDOWN_SEND);
            }
            int done =
                    Mswsock.DisconnectEx(
                            sockets.capture(),
                            client.handle,
                            cleared(),
                            WinsockConstants.TF_REUSE_SOCKET,
                            0);
            if (order == First.THIS_SIDE) {
                Ws2.shutdown(sockets.capture(), peer, Request.SHUTDOWN_SEND);
            }
            failed = await(done, "DisconnectEx");
            sockets.closeHandle(peer);
            if (!failed.isEmpty()) {
                return failed;
            }
            failed = connect(second, "ConnectEx after DisconnectEx");
            if (!failed.isEmpty()) {
                return failed;
            }
            int sent = Ws2.send(sockets.capture(), client.handle, scratch, 1, 0);
            return sent == 1
                    ? ""
                    : "send on the disconnected and connected socket: "
                            + WindowsErrors.describe(sockets.callState().wsaGetLastError());
        }

        private void listen(IocpChannel listener) throws NativeFailure {
            sockets.listenOnLoopback(listener);
        }

        private String connect(IocpChannel listener, String what) throws NativeFailure {
            RawAddress to = new RawAddress();
            sockets.localAddress(listener, to);
            int error = sockets.ensureBound(client);
            if (error != 0) {
                return "bind: " + WindowsErrors.describe(error);
            }
            int length = WindowsSockaddr.encode(to, to.family, scratch);
            int done =
                    Mswsock.ConnectEx(
                            sockets.capture(),
                            client.handle,
                            scratch,
                            length,
                            0,
                            0,
                            0,
                            cleared());
            String failed = await(done, what);
            if (failed.isEmpty()) {
                error = sockets.updateConnectContext(client.handle);
                failed = error == 0
                        ? ""
                        : "SO_UPDATE_CONNECT_CONTEXT: " + WindowsErrors.describe(error);
            }
            return failed;
        }

        private long cleared() {
            for (int offset = 0; offset < Overlapped.SIZE; offset += Long.BYTES) {
                Memory.setLong(overlapped + offset, 0);
            }
            return overlapped;
        }

        private String await(int done, String what) {
            if (done == 0) {
                int error = sockets.callState().wsaGetLastError();
                if (error != WinError.ERROR_IO_PENDING) {
                    return what + ": " + WindowsErrors.describe(error);
                }
            } else if (Providers.maySkipPackets()) {
                return "";
            }
            queue.fetch(PATIENCE_NANOS);
            if (!queue.next()) {
                return what + " posted no packet within a second";
            }
            int error = WindowsErrors.codeOf(queue.status());
            return error == 0 ? "" : what + ": " + WindowsErrors.describe(error);
        }

        @Override
        public void close() {
            sockets.close(client);
            sockets.close(first);
            sockets.close(second);
            queue.close();
        }
    }
}
