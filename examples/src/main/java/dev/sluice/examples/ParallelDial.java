package dev.sluice.examples;

import dev.sluice.Address;
import dev.sluice.net.Connection;
import dev.sluice.net.Dialer;
import dev.sluice.net.NetException;
import dev.sluice.net.PortGroup;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Dials many addresses at once and prints which one answered first, and after how long. A name stands for
 * all of its addresses. The dialer cancels and closes every attempt but the first that connects.
 *
 * <p>For the addresses of one service {@code Dialer.DEFAULT.dial("example.org:80")} is the better
 * choice: it begins one attempt after the other and so burdens fewer servers.
 */
public final class ParallelDial {
    private ParallelDial() {}

    /**
     * Dials, and closes the first connection.
     *
     * @param targets each host:port
     * @param timeout how long to wait for the first
     * @param out receives a line on the result
     * @return true if one answered
     * @throws IllegalArgumentException if a target is not host:port
     */
    public static boolean run(List<String> targets, Duration timeout, PrintWriter out) {
        List<Address> addresses = new ArrayList<>();
        for (String target : targets) {
            try {
                addresses.addAll(resolve(target));
            } catch (UnknownHostException unknown) {
                out.println(target + ": no such host");
            }
        }
        if (addresses.isEmpty()) {
            return false;
        }
        out.println("dialling " + addresses.size() + " at once:");
        addresses.forEach(address -> out.println("  " + address));
        out.flush();
        Dialer dialer = Dialer.DEFAULT.group(PortGroup.shared()).timeout(timeout);
        long startNanos = System.nanoTime(); // after the first use has opened the ports
        try (Connection first = dialer.dialFirst(addresses)) {
            double millis = (System.nanoTime() - startNanos) / 1e6;
            out.printf("first: %s after %.1f ms, from %s%n",
                    first.remoteAddress(), millis, first.localAddress());
            return true;
        } catch (NetException failure) {
            out.println("none answered:");
            out.println("  " + failure.getMessage());
            for (Throwable other : failure.getSuppressed()) {
                out.println("  " + other.getMessage());
            }
            return false;
        } finally {
            out.flush();
        }
    }

    private static List<Address> resolve(String target) throws UnknownHostException {
        URI uri = URI.create("tcp://" + target);
        if (uri.getHost() == null || uri.getPort() < 0) {
            throw new IllegalArgumentException("'" + target + "': use host:port");
        }
        List<Address> addresses = new ArrayList<>();
        for (InetAddress address : InetAddress.getAllByName(uri.getHost())) {
            addresses.add(Address.from(new InetSocketAddress(address, uri.getPort())));
        }
        return addresses;
    }
}
