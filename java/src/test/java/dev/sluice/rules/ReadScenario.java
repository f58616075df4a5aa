package dev.sluice.rules;

import dev.sluice.Backend;
import dev.sluice.PortOptions;
import dev.sluice.net.Connection;
import dev.sluice.net.Listener;
import dev.sluice.net.ListenerOptions;
import dev.sluice.net.PortGroup;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One read of a connection after many: of bytes that are there, and of bytes for which it waits. */
public final class ReadScenario {
    private static final int ROUNDS = 100;

    private ReadScenario() {}

    /** The classes that the reading thread crosses without a wait, and all threads with one. */
    public static List<Set<String>> run(String backend) throws Exception {
        PortOptions options = PortOptions.DEFAULT.backend(Backend.valueOf(backend));
        try (PortGroup group = PortGroup.open(1, options);
                Listener listener = Listener.open(
                        OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(group));
                Socket peer = new Socket(OwnLoopback.HOST, listener.address().port());
                Connection connection = listener.accept()) {
            CompletableFuture<List<Set<String>>> crossed = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    crossed.complete(List.of(present(peer, connection), awaited(peer, connection)));
                } catch (Throwable failure) {
                    crossed.completeExceptionally(failure);
                }
            }).join();
            return crossed.get(1, TimeUnit.SECONDS);
        }
    }

    private static SortedSet<String> present(Socket peer, Connection connection)
            throws Exception {
        byte[] bytes = new byte[64];
        SortedSet<String> crossed = new TreeSet<>();
        for (int i = 0; i < ROUNDS; i++) {
            peer.getOutputStream().write(bytes);
            Thread.sleep(1); // The bytes arrive, and the port reports them.
            CrossedClasses.begin(false);
            int count = connection.read(bytes, 0, bytes.length);
            crossed = CrossedClasses.end();
            assert count == bytes.length : count;
        }
        return crossed;
    }

    private static SortedSet<String> awaited(Socket peer, Connection connection)
            throws Exception {
        byte[] bytes = new byte[64];
        SortedSet<String> crossed = new TreeSet<>();
        for (int i = 0; i < ROUNDS; i++) {
            Thread writer = Thread.ofPlatform().start(() -> {
                try {
                    Thread.sleep(2); // The reader parks.
                    peer.getOutputStream().write(bytes);
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                } catch (InterruptedException never) {
                    throw new IllegalStateException(never);
                }
            });
            CrossedClasses.begin(true);
            int count = connection.read(bytes, 0, bytes.length);
            crossed = CrossedClasses.end();
            assert count == bytes.length : count;
            writer.join();
        }
        return crossed;
    }
}
