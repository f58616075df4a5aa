package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Backend;
import dev.sluice.conformance.BackendsUnderTest;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How many classes of the library one receive crosses, from its submission to its event: a reader who
 * follows the receive has to open each of them. The classes are in the message of a failure.
 */
class CrossedReceiveTest {
    private static final int MOST_EPOLL = 34;
    private static final int MOST_IO_URING = 39;
    private static final int MOST_IOCP = 38;

    /** What was counted; a change that adds a class has a reason for it. */
    private static int mostClasses(Backend backend) {
        return switch (backend) {
            case EPOLL -> MOST_EPOLL;
            case IO_URING -> MOST_IO_URING;
            case IOCP -> MOST_IOCP;
        };
    }

    @SuppressWarnings("unused") // named by @MethodSource
    private static Stream<Backend> backends() {
        return BackendsUnderTest.all().stream();
    }

    @SuppressWarnings("unchecked") // The scenario returns it.
    private static Set<String> crossed(Backend backend) throws Exception {
        return (Set<String>) new CrossedClasses().loadClass(ReceiveScenario.class.getName())
                .getMethod("run", String.class).invoke(null, backend.name());
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aReceiveCrossesFewClasses(Backend backend) throws Exception {
        assertThat(crossed(backend)).filteredOn(name -> !name.startsWith("dev.sluice.rules."))
                .hasSizeBetween(10, mostClasses(backend));
    }
}
