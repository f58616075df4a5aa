package dev.sluice.net;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/**
 * Looks up the addresses of a host name.
 *
 * <p><b>Threads.</b> {@link #resolve} may block. It runs on daemon platform threads named {@code
 * sluice-resolve-1} and so on, never on a virtual thread, since the operating system's look-up would
 * pin the carrier thread. At most 16 look-ups for which a caller waits run at a time; further ones
 * are queued. Concurrent dials of one name share one look-up.
 *
 * <p><b>Deadlines.</b> A dial that ends (its deadline, an interrupt, another name that wins) no longer
 * waits for its look-up. A look-up without a waiting dial is removed from the queue; if it runs, its
 * thread is interrupted and the next look-up starts. A resolver that ignores the interrupt keeps its
 * thread until it returns. The operating system's does so, typically for 5 to 30 seconds with a silent
 * server. There are at most 64 threads. While all of them are kept, further look-ups wait.
 */
@FunctionalInterface
public interface Resolver {
    /**
     * The operating system's look-up, by {@link InetAddress#getAllByName} and with the cache of the
     * JDK.
     */
    Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /**
     * Looks up a name. Any number of threads may call at the same time.
     *
     * @param host a name as it was written, never a literal address; {@code localhost} if a text to
     *     dial has no host
     * @return 1 or more addresses in the order of preference
     * @throws java.net.UnknownHostException if the name has no address
     * @throws IOException if the look-up fails; its message becomes that of the {@link
     *     ResolveException}
     */
    List<InetAddress> resolve(String host) throws IOException;
}
