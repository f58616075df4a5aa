package dev.sluice;

import dev.sluice.internal.engine.Engine;
import dev.sluice.internal.engine.PortEnd;
import dev.sluice.internal.spi.Request;

/** Brings a port to its end, whatever handlers and tasks throw meanwhile. */
final class PortClose {
    private PortClose() {}

    static void run(Engine engine, Unclaimed unclaimed, Failures failures) {
        PortEnd end = engine.end();
        end.begin(failures::add);
        Request request = end.next();
        while (request != null) {
            try {
                Operation.of(request).deliver(null);
            } catch (RuntimeException | Error failure) {
                failures.add(failure);
            }
            Operation.of(request).unclaimed();
            request = end.next();
        }
        unclaimed.giveBack();
        end.finish();
        if (end.failedHere()) {
            failures.add(Refusals.ofFailed(engine.failure()));
        }
    }
}
