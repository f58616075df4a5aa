package dev.sluice.net;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/**
 * Finds the addresses of a host name.
 *
 * <p><b>Threads.</b> {@link #resolve} may block. Sluice calls it on daemon platform threads named
 * {@code sluice-resolve-1} and so on, never on a virtual thread, since the operating system's
 * look-up would hold the carrier. At most 16 look-ups that a dial waits for run at a time; further
 * ones wait their turn. Dials of one name at the same time share one look-up.
 *
 * <p><b>Deadlines.</b> A dial that ends (its deadline, an interrupt, another name that wins) no
 * longer waits for its look-up. When no dial waits for a look-up any more, it loses its turn, or
 * its thread is interrupted and the next look-up takes its place. A resolver that ignores the
 * interrupt keeps its thread until it returns; the operating system's does so, typically for 5 to
 * 30 seconds with a silent server. There are at most 64 threads. While all of them are kept,
 * further look-ups wait.
 */
@FunctionalInterface
public interface Resolver {
    /**
     * The operating system's look-up, by {@link InetAddress#getAllByName} and with the caching of the
     * JDK.
     */
    Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /**
     * Finds the addresses of a name. Any number of threads may call at the same time.
     *
     * @param host a name as it was written, never a literal address; {@code localhost} where a text
     *     to dial has no host
     * @return 1 or more addresses in the order of preference
     * @throws java.net.UnknownHostException if the name has no address
     * @throws IOException if the look-up fails; its message becomes that of the {@link
     *     ResolveException}
     */
    List<InetAddress> resolve(String host) throws IOException;
}
