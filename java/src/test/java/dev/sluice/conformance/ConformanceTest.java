package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.PortOptions;
import dev.sluice.SystemCallException;
import dev.sluice.WaitStrategy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each class of the suite extends. It runs once for each backend with a port of that backend in
 * {@link #port} and a {@link #loop} that submits, polls and remembers every event.
 *
 * <p>After each test, whatever it did, this must hold:
 *
 * <ul>
 *   <li>each submission by a loop got exactly one terminal event, none from within submit, and none
 *       after the CLOSE event of its socket;
 *   <li>after the port's close nothing is pending and the pool has all its buffers back;
 *   <li>on Linux the process has no socket, epoll or ring descriptor more than before.
 * </ul>
 *
 * <p>A test leaves its sockets open if it likes: closing the port is a test of its own, every time.
 */
@ExtendWith(WineLimits.class)
@ExtendWith(VariantLimits.class)
@ParameterizedClass(name = "{0}")
@MethodSource("dev.sluice.conformance.BackendsUnderTest#all")
@Timeout(value = ConformanceTest.PATIENCE_MINUTES, unit = TimeUnit.MINUTES)
abstract class ConformanceTest {
    /**
     * Longer than any test takes, so that it ends a hang alone; waits within a test have own
     * limits.
     */
    static final int PATIENCE_MINUTES = 5;

    @Parameter
    Backend backend;

    /** The port under test. */
    CompletionPort port;

    /** Drives {@link #port}. */
    Loop loop;

    private final Descriptors before = Descriptors.now();
    private final List<Loop> loops = new ArrayList<>();
    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();

    /** How often a port looks before it sleeps, for {@link SpinningTest}; 0 if not set. */
    static final String LOOKS = "sluice.test.looks";

    /** The settings of {@link #port}; small pools keep a leaked buffer visible. */
    PortOptions options() {
        int looks = Integer.getInteger(LOOKS, 0);
        return PortOptions.DEFAULT
                .maxOperations(8192).maxSockets(4096)
                .poolBuffers(64).poolBufferBytes(16 * 1024)
                .waitStrategy(
                        looks == 0 ? WaitStrategy.BLOCK : WaitStrategy.spinThenBlock(looks));
    }

    @BeforeEach
    void openPort() throws SystemCallException {
        loop = openLoop(options());
        port = loop.port();
    }

    /** One more port of the backend under test, closed and checked as the first. */
    final Loop openLoop(PortOptions options) throws SystemCallException {
        return openLoop(backend, options);
    }

    /** One more port, of any backend: for peers on different ones. */
    final Loop openLoop(Backend other, PortOptions options) throws SystemCallException {
        Loop opened = new Loop(CompletionPort.open(options.backend(other)));
        assertThat(opened.port().backend()).isEqualTo(other);
        loops.add(opened);
        return opened;
    }

    /** Has something closed at the end of the test, before the ports are; the latest first. */
    final <T extends AutoCloseable> T closeLater(T resource) {
        toClose.push(resource);
        return resource;
    }

    @AfterEach
    void closeAndCheck() throws Exception {
        for (AutoCloseable resource : toClose) {
            resource.close();
        }
        for (Loop each : loops) {
            int buffers = each.poolBuffers();
            each.port().close();
            assertThat(each.port().pendingOperations()).as("operations in flight").isZero();
            assertThat(each.port().availableBuffers()).as("buffers in the pool").isEqualTo(buffers);
            each.events().verify();
        }
        before.awaitNoneMore();
    }
}
