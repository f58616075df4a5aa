package dev.sluice;

import dev.sluice.internal.engine.Engine;
import dev.sluice.internal.engine.PortEnd;
import dev.sluice.internal.spi.Request;

/** Closes a port to the end, even if handlers and tasks throw. */
final class PortClose {
    private PortClose() {}

    static void run(CompletionPort port, EventLoop loop, Failures failures) {
        OpenPorts.remove(port);
        Engine engine = port.engine();
        PortEnd end = engine.end();
        end.begin(failures::add);
        Request request = end.next();
        while (request != null) {
            try {
                loop.deliver(request);
            } catch (RuntimeException | Error failure) {
                failures.add(failure);
            }
            Operation.of(request).discardPayload();
            request = end.next();
        }
        port.untakenAccepts.closeAll();
        end.finish();
        port.memories().freeAll(failures);
        if (end.failedHere()) {
            failures.add(Errors.ofFailedPort(engine.failure()));
        }
    }
}
