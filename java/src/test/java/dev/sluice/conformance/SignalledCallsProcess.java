package dev.sluice.conformance;

import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.DatagramSource;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.Readiness;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;

/** Prints how many try calls found nothing although there was something, or room for it. */
final class SignalledCallsProcess {
    private static final int ROUNDS = 50;
    private static final int BYTES = 5;

    private SignalledCallsProcess() {}

    public static void main(String[] args) throws SystemCallException {
        PortOptions options =
                PortOptions.DEFAULT.maxOperations(64).maxSockets(16)
                        .backend(Backend.valueOf(args[0]));
        int missed = 0;
        try (CompletionPort port = CompletionPort.open(options)) {
            Loop loop = new Loop(port);
            Pairs.Pair pair = Pairs.connected(loop);
            NativeSocket from = port.datagrams(OwnLoopback.at(0));
            NativeSocket to = port.datagrams(OwnLoopback.at(0));
            MemorySegment memory = port.allocate(BYTES).segment();
            DatagramSource source = new DatagramSource();
            for (int i = 0; i < ROUNDS; i++) {
                missed += pair.client().trySend(memory) == BYTES ? 0 : 1;
                missed += from.trySendTo(memory, to.localAddress()) == BYTES ? 0 : 1;
                loop.run(Readiness.readable(pair.server()));
                missed += pair.server().tryReceive(memory) == BYTES ? 0 : 1;
                loop.run(Readiness.readable(to));
                missed += to.tryReceiveFrom(memory, source) == BYTES ? 0 : 1;
            }
        }
        System.out.println("missed " + missed);
    }
}
