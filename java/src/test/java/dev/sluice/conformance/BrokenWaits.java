package dev.sluice.conformance;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.HashSet;
import java.util.Set;

/**
 * Takes from ports what they wait with: the descriptor of their epoll or ring becomes one of /dev/null,
 * at which each wait fails. The number stays taken, so nobody else's descriptor is ever meant.
 */
public final class BrokenWaits {
    /** Without this the ring of a port has a number in a table of its thread besides. */
    private static final String REGISTERED = "sluice.uring.registered_ring";

    private static final int O_RDWR = 2;

    private final Set<String> before = Descriptors.now().open();

    private BrokenWaits() {}

    /** Before the ports are opened. */
    public static BrokenWaits prepare() {
        Needs.linux("descriptors that can be replaced");
        System.setProperty(REGISTERED, "off");
        return new BrokenWaits();
    }

    /** The ports that were opened since then fail from now on. */
    @SuppressWarnings("restricted") // Descriptors of this process, by functions of the C library.
    public void makeFail() throws Throwable {
        System.clearProperty(REGISTERED);
        Set<String> opened = new HashSet<>(Descriptors.now().open());
        opened.removeAll(before);
        opened.removeIf(name -> !name.contains("[eventpoll]") && !name.contains("[io_uring]"));
        assertThat(opened).as("what ports wait with").isNotEmpty();
        Linker linker = Linker.nativeLinker();
        MethodHandle open = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("open"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        MethodHandle dup2 = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("dup2"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
        MethodHandle close = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("close"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int nowhere = (int) open.invokeExact(arena.allocateFrom("/dev/null"), O_RDWR);
            for (String name : opened) {
                int number = Integer.parseInt(name.substring(name.lastIndexOf(' ') + 1));
                assertThat((int) dup2.invokeExact(nowhere, number)).isEqualTo(number);
            }
            assertThat((int) close.invokeExact(nowhere)).isZero();
        }
    }
}
