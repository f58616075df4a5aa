package dev.sluice.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.conformance.Needs;
import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.SocketConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who closes descriptors that came and that no caller got. */
class RightsMessageTest {
    @BeforeEach
    void onLinux() {
        Needs.linux("SCM_RIGHTS");
    }

    private static int[] pair(CallState callState, Arena arena) {
        MemorySegment numbers = arena.allocate(ValueLayout.JAVA_INT, 2);
        assertThat(Libc.socketpair(callState.segment(), SocketConstants.AF_UNIX,
                SocketConstants.SOCK_STREAM, 0, numbers.address())).isZero();
        return numbers.toArray(ValueLayout.JAVA_INT);
    }

    @Test
    void theyAreClosedIfTheBytesCannotBeWritten() {
        try (Arena arena = Arena.ofConfined()) {
            CallState callState = new CallState(arena);
            int[] over = pair(callState, arena);
            int[] watched = pair(callState, arena);
            MemorySegment one = MemorySegment.ofArray(new byte[1]);
            assertThat(RightsMessage.send(callState, over[0], one, new long[]{watched[0]}))
                    .isOne();
            assertThat(Libc.close(callState.segment(), watched[0])).isZero();
            MemorySegment released;
            try (Arena shut = Arena.ofShared()) {
                released = shut.allocate(1);
            }
            assertThatThrownBy(() -> RightsMessage.receive(callState, over[1], released, 1))
                    .isInstanceOf(IllegalStateException.class);
            // The end of the stream: no descriptor of the other side is open.
            assertThat(Libc.recv(callState.segment(), watched[1], one, 1,
                    SocketConstants.MSG_DONTWAIT)).isZero();
            for (int open : new int[]{over[0], over[1], watched[1]}) {
                assertThat(Libc.close(callState.segment(), open)).isZero();
            }
        }
    }
}
