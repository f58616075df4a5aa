package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.conformance.JavaCommand;
import dev.sluice.conformance.OwnNetwork;
import dev.sluice.internal.net.names.HostPort;
import dev.sluice.internal.net.names.ResolverQuery;
import dev.sluice.internal.net.names.ResolverThreads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where names are looked up, how many at a time, and for how long. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ResolverQueryTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int DIALS = 300;

    private final CountDownLatch released = new CountDownLatch(1);

    /** What the resolver was asked. */
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger calls = new AtomicInteger();

    @AfterEach
    void release() {
        released.countDown();
    }

    /** Blocks as getaddrinfo does: no interrupt ends it. It knows names that begin with "known". */
    private List<InetAddress> blocking(String host) throws IOException {
        note(host);
        if (!host.startsWith("known")) {
            boolean interrupted = false;
            while (released.getCount() > 0) {
                LockSupport.parkNanos(1_000_000);
                interrupted |= Thread.interrupted();
            }
            throw new UnknownHostException(host + interrupted);
        }
        return List.of(loopback());
    }

    private void note(String host) {
        asked.add(host);
        threads.add(Thread.currentThread());
        calls.incrementAndGet();
    }

    private static InetAddress loopback() throws UnknownHostException {
        return InetAddress.getByAddress(new byte[]{127, 0, 0, 1});
    }

    private static <T> CompletableFuture<T> background(Callable<T> work) {
        return NetTest.background(Thread.ofVirtual(), work);
    }

    private static void until(String what, Callable<Boolean> fact) throws Exception {
        long endNanos = System.nanoTime() + LONG.toNanos();
        while (!fact.call()) {
            assertThat(System.nanoTime() - endNanos).as(what).isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Resolves as a dial does, and answers the first address with port 7. */
    private static Address resolve(String name, Resolver resolver, Duration timeout)
            throws NetException {
        return ResolverQuery.await(HostPort.parse(name + ":7"), resolver, timeout.toNanos())
                .getFirst();
    }

    /** Interrupts a look-up that has reached the resolver: a busy machine may take long for that. */
    private static void interruptOnceAsked(Callable<Address> lookUp, Callable<Boolean> asked)
            throws Exception {
        CompletableFuture<Thread> started = new CompletableFuture<>();
        CompletableFuture<Address> waiting = background(() -> {
            started.complete(Thread.currentThread());
            return lookUp.call();
        });
        until("the resolver is asked", asked);
        NetTest.result(started).interrupt();
        assertThat(NetTest.failureOf(waiting)).isInstanceOf(CancelledException.class);
    }

    @Test
    void aFewPlatformThreadsLookUpAllNames() throws Exception {
        List<CompletableFuture<Address>> dials = new ArrayList<>();
        Resolver resolver = this::blocking;
        for (int i = 0; i < DIALS; i++) {
            String name = "silent-" + i;
            dials.add(background(() -> resolve(name, resolver, LONG)));
        }
        until("every place is taken", () -> calls.get() == ResolverThreads.PERMITS);
        // Virtual threads still run, more of them than there are carriers.
        for (int i = 0; i < DIALS; i++) {
            assertThat(NetTest.result(background(() -> "runs"))).isEqualTo("runs");
        }
        assertThat(calls).hasValue(ResolverThreads.PERMITS);
        released.countDown();
        for (CompletableFuture<Address> dial : dials) {
            assertThat(NetTest.failureOf(dial)).isInstanceOf(ResolveException.class);
        }
        assertThat(calls).hasValue(DIALS);
        assertThat(threads).hasSizeLessThanOrEqualTo(ResolverThreads.MAX_THREADS)
                .allMatch(thread -> !thread.isVirtual() && thread.isDaemon())
                .allMatch(thread -> thread.getName().startsWith("sluice-resolve-"));
    }

    @Test
    void aDeadlineEndsTheClaimOfItsLookUp() throws Exception {
        List<CompletableFuture<Address>> dials = new ArrayList<>();
        Resolver resolver = this::blocking;
        int silent = 2 * ResolverThreads.PERMITS;
        for (int i = 0; i < silent; i++) {
            String name = "silent-" + i;
            dials.add(background(() -> resolve(name, resolver, Duration.ofMillis(200))));
        }
        CompletableFuture<Address> good =
                background(() -> resolve("known", resolver, LONG));
        for (CompletableFuture<Address> dial : dials) {
            assertThat(NetTest.failureOf(dial)).isInstanceOf(DeadlineException.class)
                    .hasMessageStartingWith("resolve silent-").hasMessageEndingWith("exceeded");
        }
        // Those look-ups still run: the resolver does not return.
        assertThat(NetTest.result(good)).isEqualTo(Address.loopback(7));
        assertThat(resolve("known-2", resolver, LONG)).isEqualTo(Address.loopback(7));
        assertThat(released.getCount()).isEqualTo(1);
        assertThat(threads).hasSizeLessThanOrEqualTo(ResolverThreads.MAX_THREADS);
    }

    @Test
    void anInterruptEndsTheClaimAndALookUpThatWaitsIsNeverMade() throws Exception {
        Resolver resolver = this::blocking;
        List<CompletableFuture<Address>> dials = new ArrayList<>();
        for (int i = 0; i < ResolverThreads.PERMITS; i++) {
            String name = "silent-" + i;
            dials.add(background(() -> resolve(name, resolver, LONG)));
        }
        until("every place is taken", () -> calls.get() == ResolverThreads.PERMITS);
        CompletableFuture<Thread> started = new CompletableFuture<>();
        CompletableFuture<Address> waiting = background(() -> {
            started.complete(Thread.currentThread());
            return resolve("waiting", resolver, LONG);
        });
        NetTest.result(started).interrupt();
        assertThat(NetTest.failureOf(waiting)).isInstanceOf(CancelledException.class)
                .hasMessage("resolve waiting: interrupted");
        released.countDown();
        for (CompletableFuture<Address> dial : dials) {
            assertThat(NetTest.failureOf(dial)).isInstanceOf(ResolveException.class);
        }
        assertThat(asked).hasSize(ResolverThreads.PERMITS).doesNotContain("waiting");
    }

    @Test
    void aResolverIsInterruptedWhenNobodyWaitsForIt() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Resolver polite = host -> {
            note(host);
            try {
                released.await();
            } catch (InterruptedException end) {
                interrupted.complete(true);
            }
            throw new UnknownHostException(host);
        };
        interruptOnceAsked(() -> resolve("silent", polite, LONG), () -> calls.get() == 1);
        assertThat(NetTest.result(interrupted)).isTrue();
    }

    @Test
    void dialsOfOneNameAtATimeShareALookUp() throws Exception {
        Resolver resolver = host -> {
            note(host);
            try {
                released.await();
            } catch (InterruptedException end) {
                throw new IOException("interrupted", end);
            }
            return List.of(loopback());
        };
        List<CompletableFuture<Address>> dials = new ArrayList<>();
        for (int i = 0; i < DIALS; i++) {
            dials.add(background(() -> resolve("one", resolver, LONG)));
        }
        assertThatThrownBy(() -> resolve("one", resolver, Duration.ofMillis(20)))
                .isInstanceOf(DeadlineException.class);
        released.countDown();
        for (CompletableFuture<Address> dial : dials) {
            assertThat(NetTest.result(dial)).isEqualTo(Address.loopback(7));
        }
        // Only dials that came after its end asked again.
        assertThat(threads).hasSizeLessThan(DIALS);
    }

    @Test
    void aDialOfANameWhoseLookUpStillRunsAsksNoSecondTime() throws Exception {
        Resolver resolver = this::blocking;
        interruptOnceAsked(() -> resolve("silent", resolver, LONG), () -> calls.get() == 1);
        assertThatThrownBy(() -> resolve("silent", resolver, Duration.ofMillis(50)))
                .isInstanceOf(DeadlineException.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void whatAResolverThrowsOrLacksIsReported() {
        assertThatThrownBy(() -> resolve("a", host -> {
            throw new UnknownHostException(host);
        }, LONG)).isInstanceOf(ResolveException.class).hasMessage("resolve a: no such host");
        assertThatThrownBy(() -> resolve("a", host -> {
            throw new IOException("the server said SERVFAIL");
        }, LONG)).hasMessage("resolve a: the server said SERVFAIL");
        assertThatThrownBy(() -> resolve("a", host -> null, LONG))
                .isInstanceOf(ResolveException.class).hasMessageContaining("returned null");
        assertThatThrownBy(() -> resolve("a", host -> Arrays.asList((InetAddress) null), LONG))
                .isInstanceOf(ResolveException.class).hasMessageContaining("returned null");
        assertThatThrownBy(() -> resolve("a", host -> List.of(), LONG))
                .hasMessage("resolve a: the resolver found no address");
        assertThatThrownBy(() -> resolve("a", host -> {
            throw new AssertionError("as the test wants it");
        }, LONG)).isInstanceOf(ResolveException.class)
                .hasCauseInstanceOf(AssertionError.class);
    }

    @Test
    void everyPlaceThatTakesANameAsksTheResolver() throws Exception {
        Resolver resolver = this::blocking;
        try (Listener listener = Listener.open(
                "known-a", ListenerOptions.DEFAULT.resolver(resolver));
                Datagrams socket =
                        Datagrams.bind("known-b:0", PortGroup.shared(), resolver)) {
            assertThat(listener.address()).hasToString("127.0.0.1:" + listener.address().port());
            assertThat(socket.localAddress().isIpv6()).isFalse();
            Dialer dialer = Dialer.DEFAULT.resolver(resolver).timeout(LONG);
            dialer.dial("known-c:" + listener.address().port()).close();
            dialer.dialFirst("silent:1", "known-d:" + listener.address().port()).close();
        }
        assertThat(asked).contains("known-a", "known-b", "known-c", "known-d");
    }

    @Test
    void namesWithASilentServerStopNoVirtualThread() throws Exception {
        String setup = """
                conf=$(mktemp)
                echo 'nameserver 127.0.0.1' > $conf
                echo 'options timeout:30 attempts:2' >> $conf
                mount --bind $conf /etc/resolv.conf
                rm -f $conf
                """;
        JavaCommand.Outcome outcome = OwnNetwork.run(setup, List.of(
                "-Djdk.virtualThreadScheduler.parallelism=2",
                SilentNamesProcess.class.getName()));
        assertThat(outcome.lines()).as(outcome.toString()).contains("virtual threads run");
        assertThat(outcome.code()).isZero();
    }
}
