package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.internal.net.ports.WriteBatch;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Every call at the moment at which a group closes ends as a call after the close does. Threads
 * that are woken together write through the port, whose memory is freed at that moment.
 * {@code -Dsluice.test.rounds} makes more rounds.
 */
class WriteAtCloseTest extends NetTest {
    private static final int ROUNDS = Integer.getInteger("sluice.test.rounds", 12);
    private static final int CONNECTIONS = 32;
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void everyCallOfAClosedGroupFailsAsClosed() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            round();
        }
    }

    private void round() throws Exception {
        PortGroup doomed = kind.open(1);
        List<CompletableFuture<Void>> calls = new ArrayList<>();
        List<Connection> peers = new ArrayList<>();
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            Dialer dialer = Dialer.DEFAULT.group(doomed).timeout(LONG);
            Address to = listener.address();
            for (int i = 0; i < CONNECTIONS; i++) {
                Connection doomedOne = dialer.dial(to);
                Connection peer = listener.accept();
                peers.add(peer);
                calls.add(background(() -> {
                    peer.transferTo(peer);
                    return null;
                }));
                boolean segments = i % 2 == 0;
                calls.add(untilClosed(doomed, () -> pingPong(doomedOne, segments)));
            }
            Connection asked = dialer.dial(to);
            peers.add(listener.accept());
            calls.add(untilClosed(doomed, asked::tcpInfo));
            calls.add(untilClosed(doomed, () -> {
                asked.closeWrite();
                return null;
            }));
            calls.add(untilClosed(doomed, () -> {
                Datagrams.bind(OwnLoopback.at(0), doomed).close();
                return null;
            }));
            calls.add(untilClosed(doomed, () -> Listener.open(
                    OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(doomed)).isOpen()));
            LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(5_000_000));
            result(background(Thread.ofPlatform().daemon(), () -> {
                doomed.close();
                return null;
            }));
            peers.forEach(Connection::abort);
            for (CompletableFuture<Void> call : calls) {
                assertEndedOrFailed(call, NetException.class);
            }
        } finally {
            doomed.close();
        }
    }

    /** Writes again and again until that fails, which it must with the end of the group. */
    private CompletableFuture<Void> untilClosed(PortGroup on, Callable<?> call) {
        return background(on.pollers().next().threads(), () -> {
            while (true) {
                try {
                    call.call();
                } catch (ClosedException expected) {
                    return null;
                }
            }
        });
    }

    private static Integer pingPong(Connection connection, boolean segments) throws IOException {
        byte[] bytes = new byte[100];
        if (segments) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment memory = arena.allocate(bytes.length);
                connection.write(memory);
            }
        } else {
            connection.write(bytes);
        }
        connection.readFully(bytes);
        return bytes.length;
    }

    /** Unread bytes are discarded by the own end, even while a read waits. */
    @Test
    void aReadThatMeetsItsOwnEndReportsItAndNeverReturnsNothing() throws Exception {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            for (int round = 0; round < 10 * ROUNDS; round++) {
                Connection client = dialer().dial(listener.address());
                Connection server = listener.accept();
                client.write(new byte[50_000]);
                byte[] one = new byte[1];
                server.readFully(one);
                CompletableFuture<Void> reader = background(() -> {
                    while (true) {
                        assertThat(server.read(one)).isEqualTo(1);
                    }
                });
                LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(1_000_000));
                server.abort();
                assertThat(failureOf(reader)).isInstanceOf(ClosedException.class);
                client.abort();
            }
        }
    }

    @Test
    void memoryOfAClosedArenaIsStillAMistakeOfTheCaller() throws Exception {
        try (Pair pair = pair()) {
            MemorySegment memory;
            try (Arena arena = Arena.ofConfined()) {
                memory = arena.allocate(10);
            }
            CompletableFuture<Void> wrong = background(() -> {
                pair.client().write(memory);
                return null;
            });
            assertThat(failureOf(wrong)).isInstanceOf(RuntimeException.class);
        }
    }

    /**
     * Simulates a thread that reached the port's memory just before it was freed, which rarely
     * happens.
     */
    @Test
    void aWriteWhoseMemoryThePortFreesMeanwhileFailsAsClosed() throws Exception {
        assumeTrue(backend == Backend.IO_URING && !kind.threadPerPort(),
                "needs a port that leaves off collecting writes only when it is busy");
        try (Pair pair = pair()) {
            MemorySegment freed;
            try (Arena arena = Arena.ofShared()) {
                freed = arena.allocate(WriteBatch.CHUNK_BYTES);
            }
            for (int way = 0; way < 2; way++) {
                for (int i = 0; i < group.ports(); i++) {
                    WriteBatch outbox = group.pollers().next().writeBatch();
                    outbox.releaseChunk(freed);
                    outbox.collect();
                }
                boolean array = way == 0;
                assertThatThrownBy(() -> {
                    if (array) {
                        pair.client().write(new byte[10]);
                    } else {
                        pair.client().write(Arena.global().allocate(10));
                    }
                }).isInstanceOf(ClosedException.class);
            }
        }
    }
}
