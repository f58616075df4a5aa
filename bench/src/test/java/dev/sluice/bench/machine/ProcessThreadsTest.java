package dev.sluice.bench.machine;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A list as Windows lays it out, see winternl.h and the fields by which its debuggers name them. */
class ProcessThreadsTest {
    private static final int PROCESS_BYTES = 256;
    private static final int THREAD_BYTES = 80;

    /** A name lies behind the threads of the first process. */
    private static final int SECOND = PROCESS_BYTES + 2 * THREAD_BYTES + 26;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment list = arena.allocate(4096, 8);

    @AfterEach
    void close() {
        arena.close();
    }

    private void process(int at, int next, int pid, long... switches) {
        list.set(JAVA_INT_UNALIGNED, at, next);
        list.set(JAVA_INT_UNALIGNED, at + 4, switches.length);
        list.set(JAVA_LONG_UNALIGNED, at + 80, pid);
        for (int i = 0; i < switches.length; i++) {
            int thread = at + PROCESS_BYTES + i * THREAD_BYTES;
            list.set(JAVA_LONG_UNALIGNED, thread + 40, pid);
            list.set(JAVA_LONG_UNALIGNED, thread + 48, pid + i + 1);
            list.set(JAVA_INT_UNALIGNED, thread + 64, (int) switches[i]);
        }
    }

    @Test
    void eachProcessHasItsThreads() throws Exception {
        process(0, SECOND, 100, 7, 8);
        process(SECOND, 0, 200, 9, 4_000_000_000L, 11);
        assertThat(ProcessThreads.find(list, 100).byThread())
                .hasSize(2).containsEntry(101L, 7L).containsEntry(102L, 8L);
        assertThat(ProcessThreads.find(list, 200).byThread()).hasSize(3)
                .containsEntry(201L, 9L).containsEntry(202L, 4_000_000_000L)
                .containsEntry(203L, 11L);
    }

    @Test
    void aProcessThatHasEndedIsNotInTheList() {
        process(0, 0, 100, 7);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ProcessThreads.find(list, 200))
                .withMessage("there is no process 200");
    }
}
