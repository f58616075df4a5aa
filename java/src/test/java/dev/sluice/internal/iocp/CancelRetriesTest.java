package dev.sluice.internal.iocp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cancels that the kernel does not take at the first attempt, as it happens under Wine. */
class CancelRetriesTest {
    private static final long SOCKET = 40;
    private static final long HOUR_NANOS = 3_600_000_000_000L;

    private final List<Integer> cancelled = new ArrayList<>();
    private final List<Long> waits = new ArrayList<>();

    /** What each look at the queue finds. */
    private int packets;

    /** From which attempt on the kernel finds an operation. */
    private int foundFrom = 1;

    private final CancelRetries cancels = new CancelRetries(operation -> {
        cancelled.add(operation.index);
        return cancelled.size() >= foundFrom;
    }, timeoutNanos -> {
        waits.add(timeoutNanos);
        return packets;
    });

    private final OverlappedOperation operation = new OverlappedOperation(7, 0x1000);

    @Test
    void aCancelThatIsTakenIsNotRepeated() {
        cancels.cancel(SOCKET, operation);
        assertThat(cancels.fetch(HOUR_NANOS)).isZero();
        assertThat(cancels.fetch(-1)).isZero();
        assertThat(cancelled).containsExactly(7);
        assertThat(waits).containsExactly(HOUR_NANOS, -1L);
    }

    @Test
    void aCancelThatFindsNothingIsRepeatedUntilItDoes() {
        foundFrom = 4;
        cancels.cancel(SOCKET, operation);
        assertThat(cancels.fetch(-1)).isZero();
        assertThat(cancelled).containsExactly(7, 7, 7, 7);
        assertThat(waits).containsExactly(
                CancelRetries.PAUSE_NANOS, CancelRetries.PAUSE_NANOS, -1L);
    }

    @Test
    void itIsNotRepeatedOnceThePacketCame() {
        foundFrom = Integer.MAX_VALUE;
        cancels.cancel(SOCKET, operation);
        packets = 1;
        assertThat(cancels.fetch(-1)).isEqualTo(1);
        packets = 0;
        waits.clear();
        assertThat(cancelled).hasSize(2);
        operation.cancelHandle = 0; // as OverlappedTable.finish does
        assertThat(cancels.fetch(-1)).isZero();
        assertThat(cancelled).hasSize(2);
        assertThat(waits).containsExactly(-1L);
    }

    @Test
    void theCallersTimeoutEndsTheWait() {
        foundFrom = Integer.MAX_VALUE;
        cancels.cancel(SOCKET, operation);
        assertThat(cancels.fetch(0)).isZero();
        assertThat(waits).containsExactly(0L);
    }
}
