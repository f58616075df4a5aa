package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.SocketType;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A listener whose backlog is full: a further connect gets no answer, as from a host that drops
 * packets, and nothing leaves this machine.
 *
 * @param listener nobody accepts from it
 * @param waiting the connections that fill its backlog
 */
record FullBacklog(NativeSocket listener, List<NativeSocket> waiting) {
    private static final int MORE_THAN_FIT = 8;

    /** Fills the backlog until a connect stays unanswered; that one stays pending. */
    static FullBacklog make(Loop loop) throws SystemCallException {
        Needs.linux("a full backlog leaves a connect unanswered there");
        NativeSocket listener = loop.port().listen(OwnLoopback.at(0), 1);
        List<NativeSocket> waiting = new ArrayList<>();
        List<Connect> connects = new ArrayList<>();
        for (int i = 0; i < MORE_THAN_FIT; i++) {
            NativeSocket client = loop.port().socket(SocketType.TCP4);
            waiting.add(client);
            connects.add(loop.submit(new Connect(client, listener.localAddress())));
        }
        // The kernel answers on loopback within the call: a poll or two shows all that will come.
        loop.until("a full backlog", () -> connects.stream().anyMatch(c -> !c.isPending()));
        loop.pollFor(Duration.ofMillis(20));
        assertThat(connects).as("connects without an answer").anyMatch(Connect::isPending);
        return new FullBacklog(listener, waiting);
    }

    /** A connect that gets no answer, not yet submitted. */
    Connect unansweredConnect(Loop loop) throws SystemCallException {
        return new Connect(loop.port().socket(SocketType.TCP4), listener.localAddress());
    }
}
