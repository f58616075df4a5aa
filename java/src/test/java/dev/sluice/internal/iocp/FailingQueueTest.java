package dev.sluice.internal.iocp;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.CompletionPort;
import dev.sluice.internal.ffi.windows.WindowsCallState;
import dev.sluice.internal.spi.WaitFailure;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A completion port of Windows that cannot be waited for any more. */
@Tag("wine")
@EnabledOnOs(value = OS.WINDOWS, disabledReason = "needs Windows: closes a handle of its own")
class FailingQueueTest {
    @Test
    void aWaitThatFailsNamesTheCallAndItsCause() throws Exception {
        CompletionPort.open().close(); // makes Winsock ready
        try (Arena arena = Arena.ofConfined()) {
            CompletionQueue queue = new CompletionQueue(new WindowsCallState(arena), arena);
            queue.close();
            assertThatThrownBy(() -> queue.fetch(1_000_000)).isInstanceOf(WaitFailure.class)
                    .hasMessageContaining("GetQueuedCompletionStatusEx");
        }
    }
}
