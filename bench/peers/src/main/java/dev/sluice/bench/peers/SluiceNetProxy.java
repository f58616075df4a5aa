package dev.sluice.bench.peers;

import dev.sluice.Address;
import dev.sluice.net.Connection;
import dev.sluice.net.ConnectionHandler;
import dev.sluice.net.Dialer;
import dev.sluice.net.NetException;
import dev.sluice.net.PortGroup;
import java.time.Duration;

/** A proxy on the blocking sockets of Sluice: two virtual threads a session, an idle time-out each way. */
final class SluiceNetProxy implements ConnectionHandler {
    private final Dialer dialer;
    private final Address backend;
    private final ProxySettings settings;

    private SluiceNetProxy(PortGroup group, ProxySettings settings) {
        this.dialer = Dialer.DEFAULT.group(group);
        this.backend = Address.from(settings.backend());
        this.settings = settings;
    }

    /** A way to open one on such ports. */
    static Peers.ProxyOpener opener(SluiceNetEcho.Groups groups) {
        return (address, settings) -> SluiceNetEcho.open(groups, address,
                group -> new SluiceNetProxy(group, settings));
    }

    @Override
    public void serve(Connection client) throws NetException, InterruptedException {
        try (Connection server = dialer.dial(backend)) {
            if (settings.isTimed()) {
                Duration idle = Duration.ofMillis(settings.idleMillis());
                client.idleTimeout(idle);
                server.idleTimeout(idle);
            }
            Thread back = Thread.startVirtualThread(() -> pass(server, client));
            pass(client, server);
            back.join();
        }
    }

    /** One direction of a session, until its end. */
    private static void pass(Connection from, Connection to) {
        try {
            from.transferTo(to);
            to.closeWrite();
        } catch (NetException e) {
            from.abort(); // idle, or reset by a peer: the end of this session only
            to.abort();
        }
    }
}
