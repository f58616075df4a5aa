package dev.sluice.internal.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.conformance.Needs;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.PortSettings;
import dev.sluice.internal.spi.RawAddress;
import org.junit.jupiter.api.Test;

class EpollBackendTest {
    /** The port's thread may be the caller, and close(2) waits for the linger time. */
    @Test
    void aDetachedSocketThatLingersIsClosedByAnotherThread() throws Exception {
        Needs.linux("epoll");
        EpollBackend backend =
                new EpollBackend(new PortSettings(16, 16, 16, 16, 1, 64, 0, 16));
        try {
            Channel channel = backend.open(RawAddress.IPV4, true);
            channel.lingerSeconds = 1;
            backend.closeDetached(channel);
            assertThat(channel.handle).as("the descriptor, which that thread has").isEqualTo(-1);
        } finally {
            backend.close();
        }
    }
}
