package dev.sluice.bench.peers;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.PortOptions;
import dev.sluice.Status;
import dev.sluice.net.Connection;
import dev.sluice.net.ConnectionHandler;
import dev.sluice.net.Listener;
import dev.sluice.net.ListenerOptions;
import dev.sluice.net.NetException;
import dev.sluice.net.PortGroup;
import dev.sluice.net.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Function;

/**
 * The blocking sockets of Sluice: a virtual thread per connection, each with a buffer of its own.
 */
final class SluiceNetEcho {
    private static final int BUFFER_BYTES = 16 * 1024;

    private SluiceNetEcho() {}

    /** Opens the ports of a server. */
    @FunctionalInterface
    interface Groups {
        PortGroup open() throws NetException;
    }

    /** Ports of that backend; their connections run on the carriers of the JDK. */
    static Groups on(Backend backend) {
        return () -> PortGroup.open(backend);
    }

    /** One platform thread per port, as many as virtual threads have carriers by default. */
    static Groups threadPerPortOn(Backend backend) {
        int processors = Runtime.getRuntime().availableProcessors();
        int ports = Integer.getInteger("jdk.virtualThreadScheduler.parallelism", processors);
        PortOptions options = PortOptions.DEFAULT.backend(backend);
        return () -> PortGroup.openThreadPerPort(ports, options);
    }

    /** Returns a way to open a server on such ports. */
    static Peers.Opener opener(Groups groups) {
        return address -> open(groups, address, group -> SluiceNetEcho::echo);
    }

    /** Returns a way to open a server with another task. */
    static Peers.Opener opener(Groups groups, Task task) {
        return address -> {
            BlockingTasks.Behaviour behaviour = BlockingTasks.of(task);
            return open(groups, address,
                    group -> connection -> behaviour.serve(new Stream(connection)));
        };
    }

    /** Returns a way to open a server whose connections speak TLS. */
    static Peers.Opener tlsOpener(Groups groups) {
        return address -> {
            BlockingTasks.Behaviour behaviour = BlockingTasks.of(Task.TLS);
            ListenerOptions options =
                    ListenerOptions.DEFAULT.tls(Tls.server(BenchTls.serverContext()));
            return open(groups, address, options,
                    group -> connection -> behaviour.serve(new Stream(connection)));
        };
    }

    private record Stream(Connection connection) implements BlockingTasks.Stream {
        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return connection.read(into, offset, length);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            connection.write(from, offset, length);
        }
    }

    /** Listens, and serves by the handler that is made for those ports. */
    static EchoPeer open(Groups groups, InetSocketAddress address,
            Function<PortGroup, ConnectionHandler> handlers) throws IOException {
        return open(groups, address, ListenerOptions.DEFAULT, handlers);
    }

    private static EchoPeer open(Groups groups, InetSocketAddress address,
            ListenerOptions options, Function<PortGroup, ConnectionHandler> handlers)
            throws IOException {
        PortGroup group;
        try {
            group = groups.open();
        } catch (NetException e) {
            if (e.status() == Status.UNSUPPORTED) {
                throw new PeerUnavailableException(String.valueOf(e.getMessage()));
            }
            throw e;
        }
        Listener listener;
        try {
            listener = Listener.open(Address.from(address), options.group(group));
        } catch (NetException e) {
            group.close();
            throw e;
        }
        Thread accepting = Thread.ofVirtual().name("sluice-net-echo")
                .start(() -> listener.serve(handlers.apply(group)));
        return new RunningPeer(listener.address().toInetSocketAddress(), accepting, () -> {
            listener.close();
            Threads.join(accepting);
            group.close();
        });
    }

    private static void echo(Connection connection) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = connection.read(buffer); count >= 0; count = connection.read(buffer)) {
            connection.write(buffer, 0, count);
        }
    }

}
