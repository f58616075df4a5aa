package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Backend;
import dev.sluice.conformance.JavaCommand;
import dev.sluice.conformance.Needs;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an echo of the net layer allocates for each message, whatever its size, in Java virtual
 * machines that ran nothing else: which short-lived objects compiled code does without varies from run
 * to run. So one of a few machines must do without any.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(900)
class EchoAllocationTest {
    private static final int ATTEMPTS = 3;

    /**
     * Bounds the tasks of the JDK that continue virtual threads, some 24 bytes each: the connection's,
     * the port's own, and more on a busy machine. It is far less than a copy of a large message.
     */
    private static final int WAKE_UPS = 1_000;

    @BeforeEach
    void needsTheCounter() {
        Needs.allocationCounter();
    }

    @SuppressWarnings("unused") // named by @MethodSource
    private static Stream<Arguments> kindsSizesAndWays() {
        return GroupKind.all().stream()
                .filter(kind -> kind.backend() != Backend.IOCP)
                .flatMap(kind -> Stream.of(64, 64 * 1024)
                        .flatMap(bytes -> Stream.of(Arguments.of(kind, bytes, "array"),
                                Arguments.of(kind, bytes, "transfer"))));
    }

    @ParameterizedTest
    @MethodSource("kindsSizesAndWays")
    void anEchoAllocatesNothingForAMessage(GroupKind kind, int bytes, String way)
            throws Exception {
        int allowed = kind.threadPerPort() ? 0 : WAKE_UPS;
        List<String> program = List.of("--add-opens=java.base/java.lang=ALL-UNNAMED",
                EchoProcess.class.getName(), kind.backend().name(),
                Boolean.toString(kind.threadPerPort()), Integer.toString(bytes),
                Integer.toString(allowed), way);
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < ATTEMPTS && least > allowed; attempt++) {
            JavaCommand.Outcome outcome = JavaCommand.run(program);
            assertThat(outcome.code()).as("%s", outcome.lines()).isZero();
            String last = outcome.lines().getLast();
            least = Math.min(least, Long.parseLong(last.substring("least ".length())));
        }
        assertThat(least).isLessThanOrEqualTo(allowed);
    }
}
