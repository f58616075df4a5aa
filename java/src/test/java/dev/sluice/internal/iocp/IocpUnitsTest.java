package dev.sluice.internal.iocp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.ffi.AbiRecord;
import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.spi.OptionId;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.Arena;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parts of the backend that need no Windows. */
class IocpUnitsTest {
    @Test
    void waitsAreRoundedUpToMilliseconds() {
        assertThat(CompletionQueue.millisOf(-1)).isEqualTo(-1);
        assertThat(CompletionQueue.millisOf(0)).isZero();
        assertThat(CompletionQueue.millisOf(1)).isEqualTo(1);
        assertThat(CompletionQueue.millisOf(1_000_000)).isEqualTo(1);
        assertThat(CompletionQueue.millisOf(1_000_001)).isEqualTo(2);
        assertThat(CompletionQueue.millisOf(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void ipv4AddressesSurviveTheWayToTheSystemAndBack() {
        RawAddress address = new RawAddress();
        address.family = RawAddress.IPV4;
        address.low = 0xC0A8_0102L;
        address.port = 0xFEDC;
        assertThat(thereAndBack(address)).isEqualTo(address);
    }

    @Test
    void ipv6AddressesKeepTheirScope() {
        RawAddress address = new RawAddress();
        address.family = RawAddress.IPV6;
        address.high = 0xFE80_0000_0000_0000L;
        address.low = 0x0123_4567_89AB_CDEFL;
        address.port = 443;
        address.scopeId = 7;
        assertThat(thereAndBack(address)).isEqualTo(address);
    }

    private static RawAddress thereAndBack(RawAddress address) {
        RawAddress back = new RawAddress();
        try (Arena arena = Arena.ofConfined()) {
            long memory = arena.allocate(WindowsSockaddr.MAX_SIZE, 8).address();
            int length = WindowsSockaddr.encode(address, address.family, memory);
            WindowsSockaddr.decode(memory, length, back);
        }
        return back;
    }

    @Test
    void anAddressOfAnotherFamilyIsNone() {
        RawAddress back = new RawAddress();
        back.port = 1;
        try (Arena arena = Arena.ofConfined()) {
            long memory = arena.allocate(WindowsSockaddr.MAX_SIZE, 8).address();
            Memory.setShort(memory, (short) 17);
            WindowsSockaddr.decode(memory, WindowsSockaddr.MAX_SIZE, back);
        }
        assertThat(back).isEqualTo(new RawAddress());
    }

    @Test
    void aBlockIsFoundOnlyWhileItsPacketIsAwaited() {
        OverlappedTable table = new OverlappedTable();
        Request request = new Request(RequestKind.RECEIVE, "test");
        OverlappedOperation operation = table.take(request);
        long overlapped = operation.overlapped;
        assertThat(table.find(overlapped)).isSameAs(operation);
        assertThat(table.inFlight()).isEqualTo(1);
        table.finish(operation);
        assertThat(table.find(overlapped)).isNull();
        assertThat(table.inFlight()).isZero();
        OverlappedOperation again = table.take(request);
        assertThat(again.overlapped).isEqualTo(overlapped);
        assertThat(again.generation).isEqualTo(1);
        assertThat(table.find(overlapped)).isSameAs(again);
        table.finish(again);
        table.close();
    }

    @Test
    void blocksGrowInNumberAndNeverOverlap() {
        OverlappedTable table = new OverlappedTable();
        Request request = new Request(RequestKind.RECEIVE, "test");
        Set<OverlappedOperation> taken = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            OverlappedOperation operation = table.take(request);
            assertThat(table.find(operation.overlapped)).isSameAs(operation);
            taken.add(operation);
        }
        long[] addresses =
                taken.stream().mapToLong(operation -> operation.overlapped).sorted().toArray();
        for (int i = 1; i < addresses.length; i++) {
            assertThat(addresses[i] - addresses[i - 1])
                    .isGreaterThanOrEqualTo(OverlappedOperation.SIZE);
        }
        taken.forEach(table::finish);
        table.close();
    }

    @Test
    void readinessIsThatOfTheOtherBackends() {
        int receive = 0x1;
        int send = 0x4;
        int disconnect = 0x8;
        int abort = 0x10;
        int accept = 0x80;
        int both = Request.READABLE | Request.WRITABLE;
        assertThat(IocpPolls.readiness(receive, both)).isEqualTo(Request.READABLE);
        assertThat(IocpPolls.readiness(accept, both)).isEqualTo(Request.READABLE);
        assertThat(IocpPolls.readiness(send, both)).isEqualTo(Request.WRITABLE);
        assertThat(IocpPolls.readiness(disconnect, Request.READABLE))
                .isEqualTo(Request.READABLE | Request.HANGUP);
        assertThat(IocpPolls.readiness(abort, both)).isEqualTo(both | Request.HANGUP);
        assertThat(IocpPolls.readiness(disconnect, Request.HANGUP)).isEqualTo(Request.HANGUP);
        // The peer's end alone must not end a wait for room to send.
        assertThat(IocpPolls.eventsOf(Request.WRITABLE) & disconnect).isZero();
    }

    /** AcceptEx may succeed at once, time and again: no accept may take what nobody asked for. */
    @Test
    void whatWasAcceptedAtOnceCountsAsAskedFor() {
        assertThat(IocpAccepts.isOneMoreWanted(0, 0, 1)).isTrue();
        assertThat(IocpAccepts.isOneMoreWanted(0, 1, 1)).isFalse();
        assertThat(IocpAccepts.isOneMoreWanted(1, 0, 1)).isFalse();
        assertThat(IocpAccepts.isOneMoreWanted(3, 4, 8)).isTrue();
        assertThat(IocpAccepts.isOneMoreWanted(0, 8, 8)).isFalse();
    }

    @Test
    void onlyStreamsGoWithoutPackets() {
        assertThat(IocpDriver.maySkip(true, true)).isTrue();
        assertThat(IocpDriver.maySkip(true, false)).isFalse();
        assertThat(IocpDriver.maySkip(false, true)).isFalse();
    }

    @Test
    void onlyTooLongADatagramFailsAndPostsItsPacket() {
        assertThat(IocpDriver.failureOfReceivePostsPacket(WinError.WSAEMSGSIZE)).isTrue();
        for (int error : new int[]{WinError.WSAECONNRESET, WinError.WSAEINVAL,
            WinError.WSAENETRESET, WinError.ERROR_IO_PENDING}) {
            assertThat(IocpDriver.failureOfReceivePostsPacket(error)).isFalse();
        }
    }

    /** A peek leaves it where it is, so the socket would fail for ever. */
    @Test
    void whatAPeekFailedWithIsTakenAwayByAReceive() {
        for (int error : new int[]{WinError.WSAECONNRESET, WinError.WSAENETRESET,
            WinError.ERROR_PORT_UNREACHABLE, WinError.WSAEMSGSIZE, WinError.WSAEHOSTUNREACH}) {
            assertThat(IocpReceives.isForAReceive(false, error)).isTrue();
            assertThat(IocpReceives.isForAReceive(true, error)).isFalse();
        }
        assertThat(IocpReceives.isForAReceive(false, WinError.ERROR_OPERATION_ABORTED)).isFalse();
    }

    @Test
    void aConnectOnTheLoopbackIsRepeatedAsSeldomAsTheSystemCan() {
        try (Arena arena = Arena.ofConfined()) {
            long memory = arena.allocate(4, 4).address();
            SynRetransmissions.encodeFewest(memory, 16_299);
            assertThat(Memory.getInt(memory)).isEqualTo(0x00FE_FFFF);
            // Older ones would take it for 254 repetitions.
            SynRetransmissions.encodeFewest(memory, 16_298);
            assertThat(Memory.getInt(memory)).isEqualTo(0x0001_FFFF);
            SynRetransmissions.encodeDefault(memory);
            assertThat(Memory.getInt(memory)).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, true, 127.0.0.1", "127.255.0.9, true, 127.255.0.9",
        "0.0.0.0, true, 127.0.0.1", "10.0.0.1, false, 10.0.0.1", "128.0.0.1, false, 128.0.0.1",
        "::1, true, ::1", "::, true, ::1", "::2, false, ::2", "fe80::1, false, fe80::1",
        "::ffff:127.0.0.1, true, 127.0.0.1", "::ffff:0.0.0.0, true, 127.0.0.1",
        "::ffff:10.0.0.1, false, 10.0.0.1", "::7f00:1, false, ::7f00:1"})
    void aDestinationIsThisMachineIfItIsAnyOrOnTheLoopback(
            String text, boolean loopback, String destination) {
        RawAddress address = raw(text);
        assertThat(WindowsSockaddr.isLoopback(address)).isEqualTo(loopback);
        try (Arena arena = Arena.ofConfined()) {
            long memory = arena.allocate(WindowsSockaddr.INET_SIZE, 8).address();
            int length = WindowsSockaddr.encodeDestination(address, address.family, memory);
            RawAddress back = new RawAddress();
            WindowsSockaddr.decode(memory, length, back);
            assertThat(back).isEqualTo(raw(destination));
        }
    }

    /** Of mapped addresses Address keeps the family of the text. */
    private static RawAddress raw(String text) {
        RawAddress address = new RawAddress();
        address.port = 9;
        if (text.indexOf(':') < 0) {
            address.family = RawAddress.IPV4;
            address.low = ipv4(text);
            return address;
        }
        address.family = RawAddress.IPV6;
        if (text.startsWith("::ffff:")) {
            address.low = 0xFFFF_0000_0000L | ipv4(text.substring("::ffff:".length()));
        } else if (text.startsWith("fe80")) {
            address.high = 0xFE80_0000_0000_0000L;
            address.low = 1;
        } else {
            String[] groups = text.substring(2).split(":", -1);
            for (String group : groups) {
                address.low = address.low << 16 | (group.isEmpty() ? 0 : Long.parseLong(group, 16));
            }
        }
        return address;
    }

    private static long ipv4(String text) {
        long value = 0;
        for (String octet : text.split("\\.", -1)) {
            value = value << 8 | Integer.parseInt(octet);
        }
        return value;
    }

    @Test
    void aBacklogOfMoreThan200IsPassedAsAHint() throws Exception {
        var constants = AbiRecord.load("windows-x86_64").constants();
        assertThat(WindowsSockets.backlogOf(0)).isZero();
        assertThat(WindowsSockets.backlogOf(200)).isEqualTo(200);
        assertThat((long) WindowsSockets.backlogOf(201))
                .isEqualTo(constants.get("SOMAXCONN_HINT(201)"));
        assertThat((long) WindowsSockets.backlogOf(Integer.MAX_VALUE))
                .isEqualTo(constants.get("SOMAXCONN_HINT(65535)"));
    }

    @Test
    void theTimesOfKeepAliveAreBothSet() {
        try (Arena arena = Arena.ofConfined()) {
            long memory = arena.allocate(12, 4).address();
            KeepAliveTimes.encode(memory, 77, 0);
            assertThat(ints(memory)).containsExactly(1, 77_000, 1000);
            KeepAliveTimes.encode(memory, 0, 5);
            assertThat(ints(memory)).containsExactly(1, 7_200_000, 5000);
            KeepAliveTimes.encode(memory, Integer.MAX_VALUE, 4_294_967);
            assertThat(ints(memory)).containsExactly(1, -1, (int) 4_294_967_000L);
        }
    }

    private static int[] ints(long memory) {
        return new int[]{Memory.getInt(memory), Memory.getInt(memory + 4),
            Memory.getInt(memory + 8)};
    }

    @Test
    void theOptionsThatWindowsHas() {
        Set<OptionId> offered = EnumSet.allOf(OptionId.class).stream()
                .filter(WindowsOptions::isOffered).collect(Collectors.toSet());
        assertThat(offered).containsExactlyInAnyOrder(
                OptionId.NODELAY, OptionId.KEEPALIVE, OptionId.KEEPALIVE_IDLE_SECONDS,
                OptionId.KEEPALIVE_INTERVAL_SECONDS, OptionId.KEEPALIVE_COUNT,
                OptionId.LINGER_SECONDS, OptionId.SNDBUF, OptionId.RCVBUF,
                OptionId.USER_TIMEOUT_MILLIS, OptionId.V6ONLY, OptionId.BROADCAST,
                OptionId.UDP_GRO, OptionId.TTL, OptionId.DONTFRAGMENT, OptionId.MULTICAST_TTL,
                OptionId.MULTICAST_LOOP, OptionId.MULTICAST_INTERFACE, OptionId.MULTICAST_JOIN,
                OptionId.MULTICAST_LEAVE, OptionId.DONTROUTE, OptionId.OOBINLINE, OptionId.PKTINFO,
                OptionId.RECVTTL, OptionId.RECVTOS);
    }
}
