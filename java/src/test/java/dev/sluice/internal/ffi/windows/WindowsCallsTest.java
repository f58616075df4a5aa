package dev.sluice.internal.ffi.windows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.CompletionPort;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.Receive;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.NativeLinker;
import dev.sluice.internal.iocp.IocpProbe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Which functions of Windows are called, with what and in which order, where only that can be seen: what
 * Wine refuses or does otherwise, Windows gets with the same arguments.
 */
@EnabledOnOs(value = OS.WINDOWS,
        disabledReason = "needs Windows: looks at the calls of its backend")
@Timeout(300)
class WindowsCallsTest {
    private static final long SETSOCKOPT = ws2("setsockopt");
    private static final long GETSOCKOPT = ws2("getsockopt");
    private static final long BIND = ws2("bind");
    private static final long LISTEN = ws2("listen");
    private static final long CONNECT = ws2("connect");
    private static final long IOCTL = ws2("WSAIoctl");
    private static final long CLEANUP = ws2("WSACleanup");

    /** One call; {@code input} is the first 12 bytes of what an ioctl was given. */
    private record Call(long function, long a, long b, long c, List<Integer> input) {}

    private final List<Call> calls = new ArrayList<>();
    private final Thread thread = Thread.currentThread();
    private CompletionPort port;

    private static long ws2(String name) {
        return NativeLinker.function("ws2_32", name).address();
    }

    @BeforeEach
    @SuppressWarnings("ReferenceEquality") // A thread is itself and no other.
    void openPort() throws Exception {
        port = CompletionPort.open();
        WindowsCall.listener = (function, a, b, c) -> {
            if (Thread.currentThread() == thread) {
                calls.add(new Call(function.address(), a, b, c, input(function, c)));
            }
        };
    }

    @AfterEach
    void closePort() {
        port.close();
        WindowsCall.listener = null;
    }

    private static List<Integer> input(MemorySegment function, long address) {
        List<Integer> input = new ArrayList<>();
        for (int i = 0; function.address() == IOCTL && address != 0 && i < 3; i++) {
            input.add(Memory.getInt(address + (long) i * Integer.BYTES));
        }
        return input;
    }

    private List<Call> callsOf(long function) {
        return calls.stream().filter(call -> call.function == function).toList();
    }

    private List<Call> ioctls(int code) {
        return callsOf(IOCTL).stream().filter(call -> (int) call.b == code).toList();
    }

    private void run(Operation<?> operation) {
        port.submit(operation);
        while (operation.isPending()) {
            port.poll(CompletionPort.FOREVER);
        }
    }

    @Test
    void aBacklogOfMoreThan200IsAHint() throws Exception {
        port.listen(Address.loopback(0), 1000);
        port.listen(Address.loopback(0), 200);
        port.listen(Address.loopback(0), 100_000);
        assertThat(callsOf(LISTEN)).extracting(call -> (int) call.b)
                .containsExactly(-1000, 200, -65_535);
    }

    @Test
    void aConnectSharesItsPortAndIsNotRepeatedOnTheLoopback() throws Exception {
        NativeSocket listener = port.listen(Address.loopback(0));
        NativeSocket client = port.socket(SocketType.TCP4);
        calls.clear();
        Connect connect = new Connect(client, listener.localAddress());
        run(connect);
        assertThat(connect.status()).isEqualTo(Status.OK);

        int shared = indexOf(SETSOCKOPT, WinsockConstants.SO_REUSE_UNICASTPORT);
        int bound = calls.indexOf(callsOf(BIND).getFirst());
        int told = calls.indexOf(ioctls(WinsockConstants.SIO_TCP_INITIAL_RTO).getFirst());
        assertThat(shared).isNotNegative().isLessThan(bound);
        assertThat(calls.get(shared).b).isEqualTo(WinsockConstants.SOL_SOCKET);
        // The unspecified time, 0xFFFF, and no repetition, 0xFE, or on an older Windows one.
        assertThat(calls.get(told).input.getFirst()).isIn(0x00FE_FFFF, 0x0001_FFFF);
        assertThat(calls.get(told + 1).function).as("ConnectEx").isNotIn(SETSOCKOPT, BIND, IOCTL);
    }

    private int indexOf(long function, int name) {
        return calls.indexOf(callsOf(function).stream()
                .filter(call -> (int) call.c == name).findFirst().orElseThrow());
    }

    @Test
    void bothErrorsOfIcmpAreReportedToConnectedDatagramSocketsAlone() throws Exception {
        NativeSocket peer = port.datagrams(Address.loopback(0));
        calls.clear();
        NativeSocket socket = port.datagrams(Address.loopback(0));
        assertThat(ioctls(WinsockConstants.SIO_UDP_CONNRESET)).hasSize(1);
        assertThat(ioctls(WinsockConstants.SIO_UDP_NETRESET)).hasSize(1);
        assertThat(callsOf(IOCTL)).extracting(call -> call.input.getFirst()).containsOnly(0);
        calls.clear();
        run(new Connect(socket, peer.localAddress()));
        assertThat(ioctls(WinsockConstants.SIO_UDP_CONNRESET)).hasSize(1);
        assertThat(ioctls(WinsockConstants.SIO_UDP_NETRESET)).hasSize(1);
        assertThat(callsOf(IOCTL)).extracting(call -> call.input.getFirst()).containsOnly(1);
    }

    /** Windows answers WSAEINVAL to the receive of a socket without an address. */
    @Test
    void aDatagramSocketHasAnAddressBeforeItReceives() throws Exception {
        long wsarecv = ws2("WSARecv");
        long recv = ws2("recv");
        for (boolean tried : new boolean[]{true, false}) {
            NativeSocket socket = port.socket(SocketType.UDP4);
            calls.clear();
            if (tried) {
                assertThat(socket.tryReceive(port.allocate(1).segment()))
                        .isEqualTo(NativeSocket.WOULD_BLOCK);
            } else {
                port.submit(new Receive(socket).buffer(port.allocate(1).segment()));
                port.poll(0);
            }
            assertThat(calls).extracting(Call::function)
                    .filteredOn(function -> List.of(BIND, wsarecv, recv).contains(function))
                    .containsExactly(BIND, tried ? recv : wsarecv);
        }
    }

    @Test
    void noAcceptedHandleIsInherited() throws Exception {
        NativeSocket listener = port.listen(Address.loopback(0));
        run(new Connect(port.socket(SocketType.TCP4), listener.localAddress()));
        NativeSocket tried = listener.tryAccept();
        while (tried == null) {
            Thread.onSpinWait();
            tried = listener.tryAccept();
        }
        run(new Connect(port.socket(SocketType.TCP4), listener.localAddress()));
        Accept accept = new Accept(listener);
        run(accept);
        for (NativeSocket accepted : List.of(tried, accept.accepted())) {
            calls.clear();
            accepted.get(SockOpt.NODELAY);
            assertThat(isInherited(callsOf(GETSOCKOPT).getFirst().a)).isFalse();
        }
    }

    private static boolean isInherited(long handle) {
        MemorySegment function = NativeLinker.function("kernel32", "GetHandleInformation");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment flags = arena.allocate(Integer.BYTES);
            MemorySegment capture = new WindowsCallState(arena).segment();
            long result = WindowsCall.call(function, capture, handle, flags.address());
            assertThat((int) result).as("GetHandleInformation").isNotZero();
            int inherited = Memory.getInt(flags.address()) & KernelConstants.HANDLE_FLAG_INHERIT;
            return inherited != 0;
        }
    }

    /** The addresses of the extension functions are kept, so their library must stay. */
    @Test
    void winsockIsNotEndedWithTheLastPort() throws Exception {
        port.close();
        try (CompletionPort last = CompletionPort.open()) {
            last.listen(Address.loopback(0));
        }
        assertThat(callsOf(LISTEN)).hasSize(1);
        assertThat(callsOf(CLEANUP)).isEmpty();
    }

    /** Before Windows 10 1709, and in Wine 8, TCP_KEEPIDLE is unknown. */
    @Test
    void theTimesOfKeepAliveAreSetWhereTheirOptionsAreUnknown() throws Exception {
        NativeSocket socket = port.socket(SocketType.TCP4);
        boolean unknown = isUnknown(socket);
        socket.set(SockOpt.KEEPALIVE_IDLE, 77);
        assertThat(socket.get(SockOpt.KEEPALIVE_IDLE)).isEqualTo(77);
        assertThat(ioctls(WinsockConstants.SIO_KEEPALIVE_VALS)).as("while it is off").isEmpty();
        socket.set(SockOpt.KEEPALIVE, true);
        socket.set(SockOpt.KEEPALIVE_INTERVAL, 5);
        assertThat(socket.get(SockOpt.KEEPALIVE_INTERVAL)).isEqualTo(5);
        assertThat(socket.get(SockOpt.KEEPALIVE)).isTrue();
        if (unknown) {
            assertThat(ioctls(WinsockConstants.SIO_KEEPALIVE_VALS))
                    .extracting(call -> call.input)
                    .containsExactly(List.of(1, 77_000, 1000), List.of(1, 77_000, 5000));
        } else {
            assertThat(ioctls(WinsockConstants.SIO_KEEPALIVE_VALS)).isEmpty();
        }
    }

    private boolean isUnknown(NativeSocket socket) throws Exception {
        calls.clear();
        socket.get(SockOpt.NODELAY);
        long handle = callsOf(GETSOCKOPT).getFirst().a;
        try (Arena arena = Arena.ofConfined()) {
            WindowsCallState state = new WindowsCallState(arena);
            long value = arena.allocate(2L * Integer.BYTES, Integer.BYTES).address();
            Memory.setInt(value + Integer.BYTES, Integer.BYTES);
            int result = Ws2.getsockopt(state.segment(), handle, WinsockConstants.IPPROTO_TCP,
                    WinsockConstants.TCP_KEEPIDLE, value, value + Integer.BYTES);
            calls.clear();
            return result != 0 && state.wsaGetLastError() == WinError.WSAENOPROTOOPT;
        }
    }

    /** Windows answers WSAENOTCONN on any other one. */
    @Test
    void theProbeAsksForFiguresOfAConnection() {
        calls.clear();
        IocpProbe.probe();
        Call asked = ioctls(WinsockConstants.SIO_TCP_INFO).getFirst();
        List<Call> before = calls.subList(0, calls.indexOf(asked));
        assertThat(before).anyMatch(call -> call.function == CONNECT && call.a == asked.a);
    }
}
