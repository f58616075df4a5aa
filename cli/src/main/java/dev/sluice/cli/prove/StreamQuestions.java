package dev.sluice.cli.prove;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.Disconnect;
import dev.sluice.Linger;
import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.SockOpt;
import dev.sluice.Status;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;

/** About connections: their re-use, their cancelled operations, and how they end. */
final class StreamQuestions {
    private static final int MANY_BYTES = 8 << 20;
    private static final int FEW_BYTES = 1000;
    private static final int LINGER_SECONDS = 2;
    private static final long SETTLE_MILLIS = 100;
    private static final Duration CONNECT_TIME = Duration.ofSeconds(10);

    static final List<OpenQuestion> ALL = List.of(
            new OpenQuestion("re-use after our end came first", bench -> reuse(bench, true)),
            new OpenQuestion("re-use after the peer's end came first",
                    bench -> reuse(bench, false)),
            new OpenQuestion("bytes of a cancelled send", StreamQuestions::cancelledSend),
            new OpenQuestion("connection after a cancelled receive",
                    StreamQuestions::cancelledReceive),
            new OpenQuestion("reset before the receive", StreamQuestions::keptReset),
            new OpenQuestion("close with linger and bytes that nobody reads",
                    StreamQuestions::lingering),
            new OpenQuestion("send without a peer", StreamQuestions::sendWithoutPeer),
            new OpenQuestion("refused connect", StreamQuestions::refused));

    private StreamQuestions() {}

    private static String reuse(Workbench bench, boolean ourEndFirst) throws IOException {
        Workbench.Pair pair = bench.pair();
        if (ourEndFirst) {
            bench.run(Shutdown.send(pair.client()));
            bench.readToEnd(pair.server());
        } else {
            bench.run(Shutdown.send(pair.server()));
            bench.readToEnd(pair.client());
        }
        Disconnect disconnect = new Disconnect(pair.client());
        bench.port().submit(disconnect);
        bench.pass(SETTLE_MILLIS);
        bench.run(Close.graceful(pair.server(), CONNECT_TIME));
        bench.await(disconnect);
        if (!disconnect.isOk()) {
            return "DISCONNECT " + disconnect.status();
        }
        NativeSocket listener = bench.listener();
        Accept accept = new Accept(listener);
        bench.port().submit(accept);
        Connect connect = bench.run(
                new Connect(pair.client(), listener.localAddress()).timeout(CONNECT_TIME));
        if (!connect.isOk()) {
            return "DISCONNECT OK, then CONNECT " + connect.status();
        }
        bench.await(accept);
        Send send = bench.run(new Send(pair.client()).buffer(bench.memory(FEW_BYTES)));
        bench.run(Shutdown.send(pair.client()));
        long came = bench.readToEnd(accept.accepted()).bytes();
        return "connected again, SEND " + send.status() + ", " + came + " of " + FEW_BYTES
                + " bytes came";
    }

    private static String cancelledSend(Workbench bench) throws IOException {
        Workbench.Pair pair = bench.pair();
        Send send = new Send(pair.client()).buffer(bench.memory(MANY_BYTES));
        bench.port().submit(send);
        bench.pass(SETTLE_MILLIS);
        if (!send.isPending()) {
            return "the system took all " + MANY_BYTES + " bytes at once";
        }
        bench.port().cancel(send);
        bench.await(send);
        bench.run(Shutdown.send(pair.client()));
        Workbench.Rest rest = bench.readToEnd(pair.server());
        return send.status() + ", " + (rest.bytes() == send.bytes()
                ? "and as many bytes came as it reported"
                : "it reported " + send.bytes() + " bytes and " + rest.bytes() + " came")
                + ", then " + rest.end();
    }

    private static String cancelledReceive(Workbench bench) throws IOException {
        Workbench.Pair pair = bench.pair();
        Receive receive = new Receive(pair.client()).buffer(bench.memory(FEW_BYTES));
        bench.port().submit(receive);
        bench.pass(SETTLE_MILLIS);
        bench.port().cancel(receive);
        bench.await(receive);
        Status cancelled = receive.status();
        bench.run(new Send(pair.server()).buffer(bench.memory(FEW_BYTES)));
        bench.run(Shutdown.send(pair.server()));
        Workbench.Rest rest = bench.readToEnd(pair.client());
        return cancelled + ", then " + rest.bytes() + " of " + FEW_BYTES + " bytes and "
                + rest.end();
    }

    private static String keptReset(Workbench bench) throws IOException {
        Workbench.Pair pair = bench.pair();
        bench.run(Close.abort(pair.server()));
        bench.pass(SETTLE_MILLIS);
        Receive first = bench.run(new Receive(pair.client()).buffer(bench.memory(FEW_BYTES)));
        Receive second = bench.run(new Receive(pair.client()).buffer(bench.memory(FEW_BYTES)));
        return "first receive " + first.status() + ", second " + second.status();
    }

    private static String lingering(Workbench bench) throws IOException {
        Workbench.Pair pair = bench.pair();
        pair.client().set(SockOpt.LINGER, Linger.seconds(LINGER_SECONDS));
        MemorySegment bytes = bench.memory(MANY_BYTES);
        long taken = pair.client().trySend(bytes);
        while (taken > 0) {
            taken = pair.client().trySend(bytes);
        }
        long startNanos = System.nanoTime();
        Close close = bench.run(Close.immediate(pair.client()));
        return "CLOSE " + close.status() + " after " + Workbench.millis(System.nanoTime()
                - startNanos) + ", linger of " + LINGER_SECONDS + " s; the peer saw "
                + bench.readToEnd(pair.server()).end();
    }

    private static String sendWithoutPeer(Workbench bench) throws IOException {
        Send send = bench.run(new Send(bench.stream()).buffer(bench.memory(FEW_BYTES)));
        return send.status() + " (" + send.nativeCode() + ")";
    }

    private static String refused(Workbench bench) throws IOException {
        NativeSocket listener = bench.listener();
        Address free = listener.localAddress();
        bench.run(Close.immediate(listener));
        long startNanos = System.nanoTime();
        Connect connect = bench.run(new Connect(bench.stream(), free).timeout(CONNECT_TIME));
        return connect.status() + " after " + Workbench.millis(System.nanoTime() - startNanos);
    }
}
