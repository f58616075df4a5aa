package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.internal.net.pool.Pool;
import dev.sluice.internal.net.pool.PooledConnection;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A pool gives out a connection again, refuses a bad one, and serves threads in order. */
class ConnectionPoolTest extends TlsFixture {
    /** A server that answers each byte with the next number, and keeps its connections. */
    private final class Peer implements AutoCloseable {
        final Listener listener;
        final Server server;
        final Queue<Connection> accepted = new ConcurrentLinkedQueue<>();
        final AtomicInteger closed = new AtomicInteger();

        Peer(ListenerOptions options) throws IOException {
            listener = Listener.open(OwnLoopback.ANY_PORT, options);
            server = Server.on(listener, connection -> {
                accepted.add(connection);
                try {
                    answer(connection);
                } catch (ClosedException byTheTest) {
                    assertThat(connection.isOpen()).isFalse();
                }
                closed.incrementAndGet();
            }).start();
        }

        private static void answer(Connection connection) throws NetException {
            byte[] one = new byte[1];
            while (connection.read(one) > 0) {
                one[0]++;
                connection.write(one);
            }
        }

        Peer() throws IOException {
            this(listening());
        }

        Address address() {
            return listener.address();
        }

        @Override
        public void close() throws IOException {
            Server.Report report = stopped();
            assertThat(report.failed()).isZero();
        }

        private Server.Report stopped() throws IOException {
            accepted.forEach(Connection::abort);
            return server.stop(LONG);
        }
    }

    private ConnectionPool pool() {
        return ConnectionPool.of(dialer()).acquireTimeout(LONG);
    }

    private static void exchange(Connection connection, int number) throws IOException {
        connection.write(new byte[]{(byte) number});
        byte[] one = new byte[1];
        connection.readFully(one);
        assertThat(one[0]).isEqualTo((byte) (number + 1));
    }

    /** Uses a connection for one exchange and releases it. */
    private static Connection use(ConnectionPool pool, Address address) throws IOException {
        try (ConnectionPool.Lease lease = pool.acquire(address)) {
            exchange(lease.connection(), 1);
            lease.reuse();
            return lease.connection();
        }
    }

    // ---- which connections ---------------------------------------------------------------------

    @Test
    void aConnectionWhoseExchangeWasWholeIsUsedAgain() throws Exception {
        try (Peer peer = new Peer(); ConnectionPool pool = pool()) {
            Connection first = use(pool, peer.address());
            for (int i = 0; i < 20; i++) {
                assertThat(use(pool, peer.address())).isSameAs(first);
            }
            assertThat(pool.statistics()).isEqualTo(
                    new ConnectionPool.Statistics(0, 1, 0, 0, 1, 0, 20, 0, 0, 0, 0));
            assertThat(pool).hasToString("connection pool: 0 used, 1 idle");
        }
    }

    @Test
    @SuppressWarnings("try") // A pool that is closed sooner may be closed again.
    void largeMessagesDoNotMakeAConnectionUnfit() throws Exception {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
                ConnectionPool pool = pool()) {
            CompletableFuture<Boolean> echo = background(() -> {
                try (Connection connection = listener.accept()) {
                    connection.transferTo(connection);
                }
                return true;
            });
            byte[] message = new byte[20_000];
            for (int i = 0; i < 40; i++) { // The way of reading follows the sizes.
                int length = i < 20 ? message.length : 10;
                try (ConnectionPool.Lease lease = pool.acquire(listener.address())) {
                    lease.connection().readDeadline(LONG);
                    lease.connection().write(message, 0, length);
                    lease.connection().readFully(message, 0, length);
                    lease.reuse();
                }
            }
            assertThat(pool.statistics().dialled()).isEqualTo(1);
            pool.close();
            assertThat(result(echo)).isTrue();
        }
    }

    @Test
    @SuppressWarnings("try") // The lease is closed by what the test throws.
    void oneWhoseExchangeFailedIsResetAndNotUsedAgain() throws Exception {
        try (Peer peer = new Peer(); ConnectionPool pool = pool()) {
            Connection[] failed = new Connection[1];
            assertThatThrownBy(() -> {
                try (ConnectionPool.Lease lease = pool.acquire(peer.address())) {
                    failed[0] = lease.connection();
                    failed[0].write(new byte[1]); // whose answer comes later
                    throw new IOException("as the test wants it");
                }
            }).hasMessage("as the test wants it");
            assertThat(failed[0].isOpen()).isFalse();
            assertThat(use(pool, peer.address())).isNotSameAs(failed[0]);
            assertThat(pool.statistics().discarded()).isEqualTo(1);
        }
    }

    @Test
    void oneThatItsUserClosedDoesNotComeBack() throws Exception {
        try (Peer peer = new Peer(); ConnectionPool pool = pool()) {
            ConnectionPool.Lease lease = pool.acquire(peer.address());
            lease.connection().close();
            lease.reuse();
            lease.close();
            lease.close();
            assertThat(pool.statistics()).isEqualTo(
                    new ConnectionPool.Statistics(0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0));
        }
    }

    /** Uses connections until another one than that comes: what the peer did arrives at some time. */
    @SuppressWarnings("ReferenceEquality") // Another connection is another object.
    private static void awaitAnother(ConnectionPool pool, Address address, Connection first)
            throws IOException {
        while (true) {
            try (ConnectionPool.Lease lease = pool.acquire(address)) {
                lease.reuse();
                if (lease.connection() != first) {
                    exchange(lease.connection(), 7);
                    return;
                }
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void oneThatThePeerClosedMeanwhileIsNotGivenOut() throws Exception {
        try (Peer peer = new Peer(); ConnectionPool pool = pool()) {
            Connection first = use(pool, peer.address());
            peer.accepted.element().close();
            awaitAnother(pool, peer.address(), first);
            Connection second = use(pool, peer.address());
            peer.accepted.forEach(Connection::abort);
            awaitAnother(pool, peer.address(), second);
            assertThat(pool.statistics().unfit()).isEqualTo(2);
            assertThat(first.isOpen() || second.isOpen()).isFalse();
        }
    }

    @Test
    void oneOnWhichThePeerSentSomethingUnaskedIsNotGivenOut() throws Exception {
        try (Peer peer = new Peer(); ConnectionPool pool = pool()) {
            Connection first = use(pool, peer.address());
            peer.accepted.element().write(new byte[]{42});
            awaitAnother(pool, peer.address(), first);
            assertThat(first.isOpen()).isFalse();
        }
    }

    @Test
    void connectionsOverTlsAreCheckedToo() throws Exception {
        try (Peer peer = new Peer(listening().tls(serving));
                ConnectionPool pool = ConnectionPool.of(dialer().tls(dialling))) {
            Connection first = use(pool, peer.address());
            assertThat(first).isInstanceOf(TlsConnection.class);
            assertThat(use(pool, peer.address())).isSameAs(first);
            peer.accepted.element().write(new byte[]{42});
            awaitAnother(pool, peer.address(), first);
            Connection second = use(pool, peer.address());
            peer.accepted.forEach(Connection::close);
            awaitAnother(pool, peer.address(), second);
        }
    }

    @Test
    void oneThatWasHalfClosedIsNotGivenOut() throws Exception {
        try (Peer peer = new Peer(); ConnectionPool pool = pool()) {
            Connection first;
            try (ConnectionPool.Lease lease = pool.acquire(peer.address())) {
                first = lease.connection();
                first.closeWrite();
                lease.reuse();
            }
            assertThat(use(pool, peer.address())).isNotSameAs(first);
        }
    }

    @Test
    void aDeadlineOfOneUserDoesNotMeetTheNext() throws Exception {
        try (Peer peer = new Peer(); ConnectionPool pool = pool()) {
            try (ConnectionPool.Lease lease = pool.acquire(peer.address())) {
                lease.connection().readDeadline(Duration.ZERO);
                lease.reuse();
            }
            assertThat(use(pool, peer.address())).isNotNull();
            assertThat(pool.statistics().dialled()).isEqualTo(1);
        }
    }

    // ---- age -----------------------------------------------------------------------------------

    private static PooledConnection take(Pool pool, Dialer dialer, Address to)
            throws NetException {
        return pool.acquire(to, "acquire", Pool.FOREVER, left -> dialer.dial(to));
    }

    @Test
    void idleAndOldConnectionsAreClosed() throws Exception {
        AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 3);
        Pool pool = new Pool(clock::get, 10, 10, 1000, 10_000);
        try (Peer peer = new Peer()) {
            PooledConnection first = take(pool, dialer(), peer.address());
            pool.release(first, true);
            clock.addAndGet(999);
            pool.closeExpired();
            assertThat(take(pool, dialer(), peer.address())).isSameAs(first);
            pool.release(first, true);
            clock.addAndGet(1000);
            pool.closeExpired();
            assertThat(first.connection().isOpen()).isFalse();

            PooledConnection second = take(pool, dialer(), peer.address());
            assertThat(second).isNotSameAs(first);
            clock.addAndGet(9_500);
            pool.release(second, true);
            clock.addAndGet(500);
            PooledConnection third = take(pool, dialer(), peer.address());
            assertThat(second.connection().isOpen()).as("too old").isFalse();
            clock.addAndGet(10_000);
            pool.release(third, true);
            assertThat(third.connection().isOpen()).as("too old to come back").isFalse();
            assertThat(pool.snapshot().expired()).isEqualTo(3);
            assertThat(pool.snapshot().dialled()).isEqualTo(3);
        } finally {
            pool.close();
        }
    }

    @Test
    void anIdleConnectionIsClosedWithoutACallOfThePool() throws Exception {
        try (Peer peer = new Peer();
                ConnectionPool pool = pool().idleTimeout(Duration.ofMillis(1))) {
            use(pool, peer.address());
            while (peer.closed.get() == 0) {
                Thread.onSpinWait();
            }
            assertThat(pool.statistics().idle()).isZero();
        }
    }

    // ---- places --------------------------------------------------------------------------------

    /** Waits until so many threads wait for a place. */
    private static void awaitWaiting(ConnectionPool pool, int threads) {
        while (pool.statistics().waiting() != threads) {
            Thread.onSpinWait();
        }
    }

    @Test
    void threadsWaitForAPlaceInTheOrderOfTheirArrival() throws Exception {
        try (Peer peer = new Peer(); ConnectionPool pool = pool().maxPerAddress(1)) {
            ConnectionPool.Lease held = pool.acquire(peer.address());
            List<Integer> order = new ArrayList<>(); // Only who has the connection adds to it.
            List<CompletableFuture<Boolean>> users = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                int number = i;
                users.add(background(() -> {
                    try (ConnectionPool.Lease lease = pool.acquire(peer.address())) {
                        order.add(number);
                        exchange(lease.connection(), number);
                        lease.reuse();
                    }
                    return true;
                }));
                awaitWaiting(pool, i + 1);
            }
            held.reuse();
            held.close();
            for (CompletableFuture<Boolean> user : users) {
                assertThat(result(user)).isTrue();
            }
            assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
            assertThat(pool.statistics().dialled()).isEqualTo(1);
        }
    }

    @Test
    void manyThreadsShareFewConnections() throws Exception {
        try (Peer one = new Peer();
                Peer other = new Peer();
                ConnectionPool pool = pool().maxPerAddress(2).maxConnections(3)) {
            List<CompletableFuture<Boolean>> users = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                Address address = (i % 2 == 0 ? one : other).address();
                users.add(background(() -> {
                    for (int round = 0; round < 50; round++) {
                        try (ConnectionPool.Lease lease = pool.acquire(address)) {
                            exchange(lease.connection(), round);
                            if (round % 10 != 9) {
                                lease.reuse();
                            }
                        }
                        assertThat(pool.statistics().used()).isLessThanOrEqualTo(3);
                    }
                    return true;
                }));
            }
            for (CompletableFuture<Boolean> user : users) {
                assertThat(result(user)).isTrue();
            }
            ConnectionPool.Statistics after = pool.statistics();
            assertThat(after.used() + after.dialling() + after.waiting()).isZero();
            assertThat(after.dialled() + after.reused()).isEqualTo(800);
            assertThat(after.discarded()).isEqualTo(80);
        }
    }

    @Test
    void anIdleConnectionOfAnotherAddressGivesItsPlace() throws Exception {
        try (Peer one = new Peer();
                Peer other = new Peer();
                ConnectionPool pool = pool().maxConnections(1)) {
            Connection first = use(pool, one.address());
            Connection second = use(pool, other.address());
            assertThat(first.isOpen()).isFalse();
            assertThat(second.isOpen()).isTrue();
        }
    }

    @Test
    void aFullAddressDoesNotHoldUpAnother() throws Exception {
        try (Peer one = new Peer();
                Peer other = new Peer();
                ConnectionPool pool = pool().maxPerAddress(1)) {
            ConnectionPool.Lease held = pool.acquire(one.address());
            CompletableFuture<Connection> waits =
                    background(() -> use(pool, one.address()));
            awaitWaiting(pool, 1);
            assertThat(use(pool, other.address())).isNotNull();
            held.close();
            assertThat(result(waits)).isNotNull();
        }
    }

    @Test
    @SuppressWarnings("try") // The lease holds the only place.
    void aWaitEndsAtItsDeadlineByAnInterruptOrByTheClose() throws Exception {
        try (Peer peer = new Peer();
                ConnectionPool pool = pool().maxPerAddress(1);
                ConnectionPool.Lease held = pool.acquire(peer.address())) {
            pool.acquireTimeout(Duration.ofMillis(10));
            assertThatThrownBy(() -> pool.acquire(peer.address()))
                    .isInstanceOf(DeadlineException.class)
                    .hasMessageContaining("no connection of the pool became free");
            assertThat(pool.statistics().timedOut()).isEqualTo(1);
            pool.acquireTimeout(LONG);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> pool.acquire(peer.address()))
                    .isInstanceOf(CancelledException.class);
            assertThat(Thread.interrupted()).isTrue();
            CompletableFuture<Connection> waits = background(() -> use(pool, peer.address()));
            awaitWaiting(pool, 1);
            pool.close();
            assertThat(failureOf(waits)).isInstanceOf(ClosedException.class);
            assertThatThrownBy(() -> pool.acquire("127.0.0.1:1"))
                    .isInstanceOf(ClosedException.class)
                    .hasMessage("acquire a connection to 127.0.0.1:1: the pool: closed on this"
                            + " side");
            assertThat(held.connection().isOpen()).isTrue();
            exchange(held.connection(), 3);
        }
    }

    @Test
    void aFailedDialFreesItsPlace() throws Exception {
        Address gone;
        try (Listener closed = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            gone = closed.address();
        }
        try (ConnectionPool pool = pool().maxConnections(1)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> pool.acquire(gone))
                        .isInstanceOf(ConnectFailedException.class);
            }
            assertThat(pool.statistics().failedDials()).isEqualTo(3);
            assertThat(pool.statistics().dialling()).isZero();
        }
    }

    @Test
    void boundsMustBePositive() {
        try (ConnectionPool pool = pool()) {
            assertThatThrownBy(() -> pool.maxConnections(0))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> pool.maxPerAddress(-1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> pool.idleTimeout(Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> pool.maxAge(Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> pool.acquireTimeout(Duration.ofNanos(-1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
