package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Backend;
import dev.sluice.conformance.BackendsUnderTest;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The classes of the net layer that one has to open to follow a read on epoll. For the list with
 * those of the core run the main method with the name of a backend.
 */
class CrossedReadTest {
    private static final List<String> READING = List.of(
            "dev.sluice.internal.net.ReadyWaiter", "dev.sluice.internal.net.Scratch",
            "dev.sluice.internal.net.connection.ConnectionState",
            "dev.sluice.internal.net.connection.ReadSide",
            "dev.sluice.internal.net.connection.SocketConnection",
            "dev.sluice.internal.net.ports.Poller", "dev.sluice.internal.net.ports.PortSocket");

    @Test
    void aReadCrossesFewClasses() throws Exception {
        assumeTrue(BackendsUnderTest.all().contains(Backend.EPOLL), "the list is for epoll");
        List<Set<String>> crossed = crossed("EPOLL");
        assertThat(crossed.get(0)).as("on the thread that reads")
                .containsAll(READING)
                .filteredOn(name -> name.contains(".net.")).hasSize(READING.size());
        assertThat(crossed.get(1)).as("on all threads, with a wait")
                .containsAll(READING)
                .filteredOn(name -> name.contains(".net.")).hasSizeLessThanOrEqualTo(10);
    }

    @SuppressWarnings("unchecked") // The scenario returns it.
    private static List<Set<String>> crossed(String backend) throws Exception {
        return (List<Set<String>>) new CrossedClasses()
                .loadClass(ReadScenario.class.getName())
                .getMethod("run", String.class).invoke(null, backend);
    }

    /** Prints the classes: on the reading thread without a wait, on all threads with one. */
    public static void main(String[] arguments) throws Exception {
        for (Set<String> one : crossed(arguments[0])) {
            System.out.println(one.size() + " classes");
            one.forEach(name -> System.out.println("  " + name));
        }
    }
}
