package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Address;
import dev.sluice.PortOptions;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * A group closes at a random moment while every kind of call is under way: every call ends with an
 * error or its result, and nothing is left open. A failure names its seed;
 * {@code -Dsluice.test.rounds} makes more rounds.
 */
class GroupCloseTest extends NetTest {
    private static final int ROUNDS = Integer.getInteger("sluice.test.rounds", 12);
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void everyWaitingCallLearnsOfTheClose() throws Exception {
        for (int seed = 0; seed < ROUNDS; seed++) {
            round(seed);
        }
    }

    private void round(int seed) throws Exception {
        Random random = new Random(seed);
        PortOptions options = TestPorts.options(backend).poolBuffers(4).poolBufferBytes(64 * 1024)
                .maxTasks(random.nextBoolean() ? 4 : 1024)
                .maxEventsPerPoll(1 + random.nextInt(16)).maxTurnsPerSocket(1 + random.nextInt(4));
        PortGroup doomed = kind.open(1 + random.nextInt(3), options);
        List<CompletableFuture<?>> working = new ArrayList<>();
        try {
            Listener listener = Listener.open(OwnLoopback.ANY_PORT,
                    ListenerOptions.DEFAULT.group(doomed).ahead(1 + random.nextInt(3)));
            Server server = Server.on(listener, GroupCloseTest::serve);
            boolean serves = random.nextBoolean();
            if (serves) {
                server.start();
            } else {
                working.add(background(() -> acceptAll(listener)));
            }
            for (int i = 2 + random.nextInt(8); i > 0; i--) {
                long own = random.nextLong();
                boolean outside = random.nextInt(3) == 0;
                working.add(background(() -> dialOn(
                        outside ? group : doomed, listener.address(), new Random(own))));
            }
            working.add(background(() -> exchange(doomed, new Random(seed))));
            working.add(background(() -> listenOn(doomed)));
            LockSupport.parkNanos(random.nextInt(20_000_000));
            // The threads that exchange datagrams never wait, so there may be no free carrier for a
            // close.
            result(background(Thread.ofPlatform().daemon(), () -> {
                doomed.close();
                return null;
            }));
            if (serves) {
                working.add(background(() -> server.stop(Duration.ZERO)));
            }
            for (CompletableFuture<?> each : working) {
                // Either it was done before, or it failed because of the close or a loss.
                assertEndedOrFailed(each, IOException.class);
            }
            assertThat(listener.isOpen()).isFalse();
        } catch (AssertionError | Exception failure) {
            throw new AssertionError("round with the seed " + seed + " on " + doomed, failure);
        } finally {
            doomed.close();
        }
    }

    private static void serve(Connection connection) throws IOException {
        byte[] bytes = new byte[100_000];
        int count = connection.read(bytes);
        while (count > 0) {
            connection.write(bytes, 0, count);
            count = connection.read(bytes);
        }
    }

    private Void acceptAll(Listener listener) throws IOException {
        while (true) {
            Connection accepted = listener.accept();
            CompletableFuture<Void> served = background(() -> {
                try (accepted) {
                    serve(accepted);
                }
                return null;
            });
            assert served != null : "it runs by itself";
        }
    }

    /** Connects and does one of many things, again and again, until that fails. */
    private static Void dialOn(PortGroup on, Address to, Random random) throws IOException {
        Dialer dialer = Dialer.DEFAULT.group(on).timeout(LONG);
        while (true) {
            Connection connection = random.nextInt(4) == 0
                    ? dialer.dialFirst(List.of(to, to, to))
                    : dialer.dial(to);
            try (connection) {
                connection.readDeadline(LONG);
                byte[] bytes = new byte[1 + random.nextInt(300_000)];
                switch (random.nextInt(6)) {
                    case 0 -> connection.write(bytes);
                    case 1 -> {
                        connection.write(bytes, 0, Math.min(bytes.length, 1000));
                        connection.readFully(new byte[Math.min(bytes.length, 1000)]);
                    }
                    case 2 -> {
                        connection.closeWrite();
                        assertThat(connection.read(bytes)).isEqualTo(-1);
                    }
                    case 3 -> {
                        connection.write(bytes, 0, 1);
                        connection.closeRead();
                    }
                    case 4 -> connection.abort();
                    default -> connection.closeGracefully(Duration.ofMillis(20));
                }
            }
        }
    }

    private static Void exchange(PortGroup on, Random random) throws IOException {
        byte[] bytes = new byte[1000];
        try (Datagrams one = Datagrams.bind(OwnLoopback.at(0), on);
                Datagrams other = Datagrams.bind(OwnLoopback.at(0), on)) {
            while (true) {
                one.send(bytes, 0, random.nextInt(1000), other.localAddress());
                other.receiveDeadline(LONG);
                other.receive(bytes);
            }
        }
    }

    private static Void listenOn(PortGroup on) throws IOException {
        while (true) {
            try (Listener listener =
                    Listener.open(OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(on))) {
                listener.address();
            }
        }
    }
}
