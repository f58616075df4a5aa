package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Connect;
import dev.sluice.Socket;
import dev.sluice.SocketException;
import dev.sluice.SocketType;
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
record FullBacklog(Socket listener, List<Socket> waiting) {
    private static final int MORE_THAN_FIT = 8;

    /** Fills the backlog until a connect stays unanswered; that one stays pending. */
    static FullBacklog make(Loop loop) throws SocketException {
        Needs.linux("a full backlog leaves a connect unanswered there");
        Socket listener = loop.port().listen(OwnLoopback.at(0), 1);
        List<Socket> waiting = new ArrayList<>();
        List<Connect> connects = new ArrayList<>();
        for (int i = 0; i < MORE_THAN_FIT; i++) {
            Socket client = loop.port().socket(SocketType.TCP4);
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
    Connect unansweredConnect(Loop loop) throws SocketException {
        return new Connect(loop.port().socket(SocketType.TCP4), listener.localAddress());
    }
}
