package dev.sluice.net;

import dev.sluice.Backend;
import dev.sluice.PortOptions;

/** Ports as small as tests need them. */
final class TestPorts {
    private TestPorts() {}

    static PortOptions options(Backend backend) {
        return PortOptions.DEFAULT.limits(65_536, 16_384).pool(16, 64 * 1024).backend(backend);
    }
}
