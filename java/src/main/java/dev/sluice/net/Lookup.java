package dev.sluice.net;

import dev.sluice.Address;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What became of asking for the addresses of a name.
 *
 * @param endpoint the name
 * @param addresses 1 or more, or none if it failed
 * @param failure why there is none
 */
record Lookup(Endpoint endpoint, List<Address> addresses, @Nullable NetException failure)
        implements
        Race.News {

    /** Asks on a thread of its own: the system's call can be neither bounded nor ended. */
    static void begin(Endpoint endpoint, Consumer<Lookup> answer) {
        Thread.ofVirtual().name("sluice-resolve").start(() -> answer.accept(ask(endpoint)));
    }

    private static Lookup ask(Endpoint endpoint) {
        try {
            return new Lookup(endpoint, endpoint.resolve(), null);
        } catch (ResolveException failure) {
            return new Lookup(endpoint, List.of(), failure);
        } catch (RuntimeException | Error failure) {
            ResolveException wrapped =
                    new ResolveException("resolve " + endpoint.host() + ": " + failure);
            wrapped.initCause(failure);
            return new Lookup(endpoint, List.of(), wrapped);
        }
    }
}
