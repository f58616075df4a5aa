package dev.sluice;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Accepts of a port that hold a detached socket which no handler took. */
final class UntakenAccepts {
    private final Set<Accept> accepts = Collections.newSetFromMap(new IdentityHashMap<>(4));

    void add(Accept accept) {
        accepts.add(accept);
    }

    void remove(Accept accept) {
        if (!accepts.isEmpty()) {
            accepts.remove(accept);
        }
    }

    /** Closes the sockets: the port has ended, and no handler can take them any more. */
    void closeAll() {
        List.copyOf(accepts).forEach(Accept::discardPayload);
    }
}
