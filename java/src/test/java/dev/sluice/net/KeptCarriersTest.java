package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.Address;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Virtual threads that never wait occupy carriers. If a platform thread owns the port, other
 * platform threads continue, and a virtual thread that was woken runs once a carrier is free. A
 * port that a virtual thread owns shares the remaining carrier with others, and ends.
 */
class KeptCarriersTest extends NetTest {
    private static final int SECONDS = 60;
    private static final int STARTED = 20;

    private volatile boolean kept;

    private static int carriers() {
        return Integer.getInteger("jdk.virtualThreadScheduler.parallelism",
                Runtime.getRuntime().availableProcessors());
    }

    /** All of them run when this returns. */
    private List<Thread> keep(int carriers) throws InterruptedException {
        CountDownLatch running = new CountDownLatch(carriers);
        kept = true;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < carriers; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                running.countDown();
                while (kept) {
                    Thread.onSpinWait();
                }
            }));
        }
        running.await();
        return threads;
    }

    private static Socket dial(Address address) throws IOException {
        Socket socket = new Socket(address.toInetSocketAddress().getAddress(), address.port());
        socket.setSoTimeout(SECONDS * 1000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** Sends a byte back on a virtual thread, which waits for it when this returns. */
    private CompletableFuture<Integer> echo(Connection connection) throws Exception {
        Thread[] thread = new Thread[1];
        CompletableFuture<Integer> done = background(() -> {
            thread[0] = Thread.currentThread();
            byte[] one = new byte[1];
            int count = connection.read(one);
            connection.write(one);
            return count;
        });
        while (thread[0] == null || thread[0].getState() != Thread.State.WAITING) {
            LockSupport.parkNanos(1_000_000);
        }
        return done;
    }

    @Test
    void aThreadWokenWhileABatchIsUnderWayComesWithTheNext() throws Exception {
        try (PortGroup one = kind.open(1);
                Listener listener =
                        Listener.open(OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(one))) {
            Poller poller = one.pollers().next();
            assumeThat(poller.receivesByCompletion() && !kind.threadPerPort())
                    .as("has a dispatcher").isTrue();
            try (Socket first = dial(listener.address());
                    Connection firstHere = listener.accept();
                    Socket second = dial(listener.address());
                    Connection secondHere = listener.accept();
                    Socket third = dial(listener.address());
                    Connection thirdHere = listener.accept()) {
                CompletableFuture<Integer> echoOfFirst = echo(firstHere);
                CompletableFuture<Integer> echoOfSecond = echo(secondHere);
                CompletableFuture<Integer> ofSystem = background(Thread.ofPlatform().daemon(),
                        () -> {
                            byte[] bytes = new byte[1];
                            int sum = 0;
                            while (sum < 2) {
                                sum += thirdHere.read(bytes);
                                thirdHere.write(bytes);
                            }
                            return sum;
                        });
                List<Thread> keeping = keep(carriers());
                try {
                    first.getOutputStream().write(1);
                    // Its answer shows that the port's thread has run after the batch of the first
                    // one.
                    third.getOutputStream().write(3);
                    assertThat(third.getInputStream().read()).isEqualTo(3);
                    second.getOutputStream().write(2);
                    third.getOutputStream().write(4);
                    assertThat(third.getInputStream().read()).isEqualTo(4);
                    assertThat(echoOfSecond).isNotDone();
                } finally {
                    kept = false;
                }
                assertThat(first.getInputStream().read()).isEqualTo(1);
                assertThat(second.getInputStream().read()).isEqualTo(2);
                assertThat(result(echoOfFirst)).isEqualTo(1);
                assertThat(result(echoOfSecond)).isEqualTo(1);
                assertThat(result(ofSystem)).isEqualTo(2);
                for (Thread thread : keeping) {
                    thread.join();
                }
            }
        }
    }

    @Test
    void threadsFromOutsideRunBesideABusyPortOnTheLastCarrier() throws Exception {
        PortGroup one = kind.open(1);
        List<Thread> keeping = keep(carriers() - 1);
        CountDownLatch busy = new CountDownLatch(1000);
        CompletableFuture<Integer> listening = background(() -> {
            int opened = 0;
            while (!one.pollers().next().isStopping()) {
                Listener.open(OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(one)).close();
                busy.countDown();
                opened++;
            }
            return opened;
        });
        try {
            busy.await();
            for (int i = 0; i < STARTED; i++) {
                assertThat(result(background(() -> "ran"))).isEqualTo("ran");
            }
            assertThat(listening).isNotDone();
        } finally {
            kept = false;
            one.close();
        }
        assertThat(busy.getCount()).isZero();
        assertEndedOrFailed(listening, ClosedException.class);
        for (Thread thread : keeping) {
            thread.join();
        }
    }

    @Test
    void aGroupClosesThoughThreadsThatSendKeepAllCarriers() throws Exception {
        PortGroup doomed = kind.open(2);
        List<Datagrams> sockets = new ArrayList<>();
        for (int i = carriers(); i > 0; i--) {
            // Of the second port; the first one has none.
            assertThat(doomed.pollers().next()).isNotNull();
            sockets.add(Datagrams.bind(OwnLoopback.at(0), doomed));
        }
        CountDownLatch sending = new CountDownLatch(sockets.size());
        List<CompletableFuture<Void>> senders = new ArrayList<>();
        for (Datagrams socket : sockets) {
            senders.add(background(() -> {
                socket.send(new byte[1], 0, 1, socket.localAddress());
                sending.countDown();
                while (true) {
                    socket.send(new byte[1], 0, 1, socket.localAddress());
                }
            }));
        }
        try {
            sending.await();
            result(background(Thread.ofPlatform().daemon(), () -> {
                doomed.close();
                return null;
            }));
            for (CompletableFuture<Void> sender : senders) {
                assertThat(failureOf(sender)).isInstanceOf(ClosedException.class);
            }
        } finally {
            sockets.forEach(Datagrams::close);
        }
    }
}
