package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.Address;
import dev.sluice.MulticastGroup;
import dev.sluice.SockOpt;
import dev.sluice.net.CancelledException;
import dev.sluice.net.ClosedException;
import dev.sluice.net.Datagram;
import dev.sluice.net.Datagrams;
import dev.sluice.net.DatagramsOptions;
import dev.sluice.net.NetException;
import dev.sluice.net.PortGroup;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services of one machine that find each other by multicast, without a registry. Each member announces its services
 * at an interval. A service is removed when it signs off, or after three intervals without an announcement. A new
 * member asks, so that it need not wait for the next announcements.
 *
 * <p>A datagram is one line: {@code sluice-discovery ask}, {@code sluice-discovery here NAME ADDRESS}, or {@code
 * sluice-discovery gone NAME ADDRESS}.
 *
 * <p>Nothing leaves the machine: datagrams have a time to live of 0, and the loopback interface where there is one
 * for multicast. Anyone on the machine can announce anything, so a client must not trust a name.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc2365">RFC 2365: 239.255.0.0/16 is for local use</a>
 */
public final class Discovery implements Example {
    /** The group and port of the example. */
    public static final Address GROUP = Address.of("239.255.83.76", 8376);

    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);
    private static final int MOST_BYTES = 512;
    private static final int MOST_SERVICES = 1000;
    private static final int MISSED_INTERVALS = 3;
    private static final Pattern MESSAGE =
            Pattern.compile("sluice-discovery (?:(ask)|(here|gone) ([\\w.-]{1,63}) (\\S{1,200}))");

    private final Datagrams datagrams;
    private final Address to;
    private final Duration interval;
    private final Consumer<String> news;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Address> own = new TreeMap<>(); // guarded by this
    private final Map<Service, Long> heardNanos = new TreeMap<>(); // guarded by this

    /** A service that was announced. */
    public record Service(String name, Address address) implements Comparable<Service> {
        @Override
        public int compareTo(Service other) {
            int names = name.compareTo(other.name);
            return names != 0 ? names : address.toString().compareTo(other.address.toString());
        }

        @Override
        public String toString() {
            return name + " at " + address;
        }
    }

    private Discovery(Datagrams datagrams, Address to, Duration interval, Consumer<String> news) {
        this.datagrams = datagrams;
        this.to = to;
        this.interval = interval;
        this.news = news;
    }

    /**
     * Joins the group.
     *
     * @param to group and port
     * @param loopbackIndex of the loopback interface, or 0 where multicast has none
     * @param news is given a line when a service comes or goes
     */
    public static Discovery start(Address to, int loopbackIndex, Duration interval,
            PortGroup ports, Consumer<String> news) throws NetException {
        // All members of the machine listen at the same port, and each gets every datagram.
        DatagramsOptions shared = DatagramsOptions.DEFAULT.group(ports)
                .control(socket -> socket.set(SockOpt.REUSEADDR, true));
        Datagrams datagrams = Datagrams.bind(Address.any(to.port()), shared);
        try {
            datagrams.set(SockOpt.MULTICAST_TTL, 0);
            if (loopbackIndex != 0) {
                datagrams.set(SockOpt.MULTICAST_INTERFACE, loopbackIndex);
            }
            datagrams.set(SockOpt.MULTICAST_JOIN,
                    MulticastGroup.of(to.withPort(0)).onInterface(loopbackIndex));
        } catch (NetException failure) {
            datagrams.close();
            throw failure;
        }
        Discovery discovery = new Discovery(datagrams, to, interval, news);
        discovery.threads.execute(discovery::receive);
        discovery.threads.execute(discovery::announceForEver);
        discovery.send("ask");
        return discovery;
    }

    /** Announces a service until {@link #stop}. */
    public void announce(String name, Address address) {
        if (!MESSAGE.matcher("sluice-discovery here " + name + " " + address).matches()) {
            throw new IllegalArgumentException("service '" + name
                    + "': a name has up to 63 letters, digits, dots, hyphens and underscores");
        }
        synchronized (this) {
            own.put(name, address);
        }
        send("here " + name + " " + address);
    }

    /** Returns the services that are there, those of this member included. */
    public synchronized SortedSet<Service> services() {
        return new TreeSet<>(heardNanos.keySet());
    }

    private void announceForEver() {
        try {
            while (true) {
                Thread.sleep(interval);
                announceOwn("here");
                removeSilent();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void announceOwn(String word) {
        Map<String, Address> all;
        synchronized (this) {
            all = Map.copyOf(own);
        }
        all.forEach((name, address) -> send(word + " " + name + " " + address));
    }

    private synchronized void removeSilent() {
        long now = System.nanoTime();
        Iterator<Map.Entry<Service, Long>> each = heardNanos.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Service, Long> entry = each.next();
            if (now - entry.getValue() > MISSED_INTERVALS * interval.toNanos()) {
                each.remove();
                news.accept("- " + entry.getKey() + " (not heard any more)");
            }
        }
    }

    private void receive() {
        byte[] buffer = new byte[MOST_BYTES];
        while (true) {
            try {
                Datagram datagram = datagrams.receive(buffer);
                String line = new String(buffer, 0, datagram.length(), UTF_8);
                Matcher message = MESSAGE.matcher(line.strip());
                if (datagram.truncated() || !message.matches()) {
                    LOG.debug("ignored a datagram from {}", datagram.source());
                } else if (message.group(1) != null) {
                    announceOwn("here");
                } else {
                    heard(message.group(2).equals("here"), message.group(3), message.group(4));
                }
            } catch (ClosedException | CancelledException end) {
                return;
            } catch (NetException failure) {
                LOG.debug("{} continues", datagrams, failure);
            } catch (IllegalArgumentException noAddress) {
                LOG.debug("ignored an announcement", noAddress);
            }
        }
    }

    private void heard(boolean here, String name, String address) {
        Service service = new Service(name, Address.parse(address));
        synchronized (this) {
            if (!here) {
                if (heardNanos.remove(service) != null) {
                    news.accept("- " + service);
                }
            } else if (heardNanos.containsKey(service) || heardNanos.size() < MOST_SERVICES) {
                if (heardNanos.put(service, System.nanoTime()) == null) {
                    news.accept("+ " + service);
                }
            }
        }
    }

    private void send(String message) {
        byte[] bytes = ("sluice-discovery " + message).getBytes(UTF_8);
        try {
            datagrams.send(bytes, 0, bytes.length, to);
        } catch (NetException failure) {
            LOG.debug("{} did not send {}", datagrams, message, failure); // The next interval does.
        }
    }

    /** Says that the own services are gone, and leaves. */
    @Override
    public String stop() {
        int known = services().size();
        announceOwn("gone");
        threads.shutdownNow();
        datagrams.close();
        threads.close();
        return String.format("%,d services known", known);
    }
}
