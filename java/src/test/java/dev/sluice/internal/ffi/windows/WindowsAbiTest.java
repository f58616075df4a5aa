package dev.sluice.internal.ffi.windows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.ffi.AbiProof;
import dev.sluice.internal.ffi.AbiRecord;
import dev.sluice.internal.ffi.Memory;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every number of the Windows bindings against the recorded output of the C compiler. */
@Tag("wine")
class WindowsAbiTest {
    static List<Class<?>> classesWithNumbers() throws Exception {
        return AbiProof.classesBeside(Overlapped.class).stream()
                .filter(type -> !AbiProof.numbers(type).isEmpty())
                .toList();
    }

    private static AbiRecord record() throws Exception {
        return AbiRecord.load("windows-x86_64");
    }

    @ParameterizedTest
    @MethodSource("classesWithNumbers")
    void agreesWithC(Class<?> type) throws Exception {
        assertThat(AbiProof.findings(type, record())).isEmpty();
    }

    @Test
    void findsAllLayoutsAndConstants() throws Exception {
        assertThat(classesWithNumbers())
                .contains(Overlapped.class, OverlappedEntry.class, Wsabuf.class, NtStatus.class)
                .hasSizeGreaterThan(12);
    }

    @Test
    void extensionFunctionsAreAskedForByTheirGuids() throws Exception {
        assertThat(record().texts())
                .containsEntry("WSAID_ACCEPTEX", Mswsock.WSAID_ACCEPTEX)
                .containsEntry("WSAID_GETACCEPTEXSOCKADDRS", Mswsock.WSAID_GETACCEPTEXSOCKADDRS)
                .containsEntry("WSAID_CONNECTEX", Mswsock.WSAID_CONNECTEX)
                .containsEntry("WSAID_DISCONNECTEX", Mswsock.WSAID_DISCONNECTEX)
                .containsEntry("WSAID_TRANSMITFILE", Mswsock.WSAID_TRANSMITFILE)
                .containsEntry("WSAID_WSARECVMSG", Mswsock.WSAID_WSARECVMSG)
                .containsEntry("WSAID_WSASENDMSG", Mswsock.WSAID_WSASENDMSG);
    }

    @Test
    void aGuidIsWrittenAsCHasIt() {
        try (Arena arena = Arena.ofConfined()) {
            long memory = arena.allocate(16).address();
            Guid.write("00112233-4455-6677-8899-aabbccddeeff", memory);
            byte[] bytes = new byte[16];
            Memory.copyOut(memory, bytes, 0, bytes.length);
            assertThat(bytes).inHexadecimal().containsExactly(0x33, 0x22, 0x11, 0x00, 0x55, 0x44,
                    0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff);
        }
    }
}
