package dev.sluice.net;

import dev.sluice.Backend;
import dev.sluice.PortOptions;
import dev.sluice.conformance.BackendsUnderTest;
import java.util.List;
import java.util.stream.Stream;

/** A kind of group for which the tests run: each backend, with a thread per port and without. */
record GroupKind(Backend backend, boolean threadPerPort) {
    static List<GroupKind> all() {
        return BackendsUnderTest.all().stream()
                .flatMap(backend -> Stream.of(
                        new GroupKind(backend, false), new GroupKind(backend, true)))
                .toList();
    }

    static List<GroupKind> threadsPerPort() {
        return all().stream().filter(GroupKind::threadPerPort).toList();
    }

    PortGroup open(int ports) throws NetException {
        return open(ports, TestPorts.options(backend));
    }

    PortGroup open(int ports, PortOptions options) throws NetException {
        PortOptions here = options.backend(backend);
        return threadPerPort
                ? PortGroup.openThreadPerPort(ports, here)
                : PortGroup.open(ports, here);
    }

    @Override
    public String toString() {
        return threadPerPort ? backend + ", thread per port" : backend.toString();
    }
}
