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
 * Finds out by doing whether a disconnected socket can be used again: connects over loopback,
 * disconnects, connects to another listener and sends a byte. Wine answers DisconnectEx, but posts no
 * packet when packets of immediate successes are skipped, and sends on the socket fail afterwards.
 *
 * <p>It does so in both orders. Where the peer ended the connection first, a disconnect has nothing to
 * wait for. Where this side did, the connection stays in TIME_WAIT here, and DisconnectEx may wait for
 * its end. That order is asked for on demand, since the answer may take a second.
 *
 * @see <a
 *     href="https://learn.microsoft.com/en-us/windows/win32/api/mswsock/nc-mswsock-lpfn_disconnectex">
 *     DisconnectEx</a>
 */
final class DisconnectProbe {
    private static final long PATIENCE_NANOS = 1_000_000_000;
    private static final String FINDING = probe(First.PEER);

    /** Who ends the connection before the other side does. */
    private enum First {
        PEER,
        THIS_SIDE
    }

    /** Made with the first question. */
    private static final class OfThisSide {
        private static final String FINDING = works() ? probe(First.THIS_SIDE) : finding();
    }

    private DisconnectProbe() {}

    /** Whether DISCONNECT is offered for streams. Winsock must have been started. */
    static boolean works() {
        return FINDING.isEmpty();
    }

    /** Why not; empty if it works. */
    static String finding() {
        return FINDING;
    }

    /** Why a disconnect may take long where this side ends the connection first; empty if not. */
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

    /** The sockets and memory of the one run. */
    private static final class Steps implements AutoCloseable {
        private final WindowsSockets sockets = new WindowsSockets();
        private final IocpChannel first = sockets.open(RawAddress.IPV4, true);
        private final IocpChannel second = sockets.open(RawAddress.IPV4, true);
        private final IocpChannel client = sockets.open(RawAddress.IPV4, true);
        private final CompletionQueue queue =
                new CompletionQueue(sockets.callState(), Arena.ofAuto());

        /** Never freed: a packet that does not come leaves its OVERLAPPED with the kernel. */
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
