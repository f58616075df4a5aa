package dev.sluice.net;

import dev.sluice.Backend;
import dev.sluice.PortOptions;
import dev.sluice.conformance.BackendsUnderTest;
import java.util.List;
import java.util.stream.Stream;

/** A kind of group for which the tests run: each backend, with carriers of its own and without. */
record GroupKind(Backend backend, boolean carries) {
    static List<GroupKind> all() {
        return BackendsUnderTest.all().stream()
                .flatMap(backend -> Stream.of(
                        new GroupKind(backend, false), new GroupKind(backend, true)))
                .toList();
    }

    static List<GroupKind> carrying() {
        return all().stream().filter(GroupKind::carries).toList();
    }

    PortGroup open(int ports) throws NetException {
        return open(ports, TestPorts.options(backend));
    }

    PortGroup open(int ports, PortOptions options) throws NetException {
        PortOptions here = options.backend(backend);
        return carries ? PortGroup.openThreadPerPort(ports, here) : PortGroup.open(ports, here);
    }

    @Override
    public String toString() {
        return carries ? backend + ", carrying" : backend.toString();
    }
}
