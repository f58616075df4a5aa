package dev.sluice.internal.iocp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.ffi.Memory;
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
            int length = WindowsSockaddr.encode(address, memory);
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
        FlightTable table = new FlightTable();
        Request request = new Request(RequestKind.RECEIVE, "test");
        Flight flight = table.take(request);
        long overlapped = flight.overlapped;
        assertThat(table.find(overlapped)).isSameAs(flight);
        assertThat(table.inFlight()).isEqualTo(1);
        table.release(flight);
        assertThat(table.find(overlapped)).isNull();
        assertThat(table.inFlight()).isZero();
        Flight again = table.take(request);
        assertThat(again.overlapped).isEqualTo(overlapped);
        assertThat(again.generation).isEqualTo(1);
        assertThat(table.find(overlapped)).isSameAs(again);
        table.release(again);
        table.close();
    }

    @Test
    void blocksGrowInNumberAndNeverOverlap() {
        FlightTable table = new FlightTable();
        Request request = new Request(RequestKind.RECEIVE, "test");
        Set<Flight> taken = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            Flight flight = table.take(request);
            assertThat(table.at(flight.index)).isSameAs(flight);
            taken.add(flight);
        }
        long[] addresses = taken.stream().mapToLong(flight -> flight.overlapped).sorted().toArray();
        for (int i = 1; i < addresses.length; i++) {
            assertThat(addresses[i] - addresses[i - 1]).isGreaterThanOrEqualTo(Flight.SIZE);
        }
        taken.forEach(table::release);
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

    @Test
    void theOptionsThatWindowsHas() {
        Set<OptionId> offered = EnumSet.allOf(OptionId.class).stream()
                .filter(WindowsOptions::isOffered).collect(Collectors.toSet());
        assertThat(offered).containsExactlyInAnyOrder(
                OptionId.NODELAY, OptionId.KEEPALIVE, OptionId.KEEPALIVE_IDLE_SECONDS,
                OptionId.KEEPALIVE_INTERVAL_SECONDS, OptionId.KEEPALIVE_COUNT,
                OptionId.LINGER_SECONDS, OptionId.SNDBUF, OptionId.RCVBUF,
                OptionId.USER_TIMEOUT_MILLIS, OptionId.V6ONLY, OptionId.BROADCAST);
    }
}
