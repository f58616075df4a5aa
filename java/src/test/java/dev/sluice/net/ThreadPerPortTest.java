package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.PortOptions;
import dev.sluice.Status;
import dev.sluice.conformance.JavaCommand;
import dev.sluice.conformance.WineLimits;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A group with a thread per port: where threads run, how they wake each other, and its close. */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.sluice.net.GroupKind#threadsPerPort")
@ExtendWith(WineLimits.class)
// longer than any test takes: only a test that hangs fails by it
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ThreadPerPortTest {
    @Parameter
    private GroupKind kind;

    private PortGroup group;

    @BeforeEach
    void open() throws NetException {
        group = kind.open(2);
    }

    @AfterEach
    void close() {
        group.close();
    }

    private <T> CompletableFuture<T> background(Callable<T> work) {
        return NetTest.background(group.pollers().next().threads(), work);
    }

    /** The runtime names the platform thread in the text of a running virtual thread. */
    private static String here() {
        String text = Thread.currentThread().toString();
        return text.substring(text.lastIndexOf('@') + 1);
    }

    @Test
    void handlersAndWhatTheyStartRunOnThePortsThread() throws Exception {
        CompletableFuture<List<String>> places = new CompletableFuture<>();
        try (Listener listener =
                Listener.open(OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(group))) {
            Server server = Server.on(listener, connection -> {
                String here = here();
                places.complete(List.of(here, whereAChildRuns().join()));
            }).start();
            Dialer.DEFAULT.group(group).dial(listener.address()).close();
            assertThat(NetTest.result(places))
                    .allMatch(name -> name.matches("sluice-net-[01]-thread"))
                    .satisfies(both -> assertThat(both.getFirst()).isEqualTo(both.getLast()));
            server.stop(Duration.ofSeconds(10));
        }
    }

    /** A child of the calling thread, which inherits its port. */
    private static CompletableFuture<String> whereAChildRuns() {
        return NetTest.background(Thread.ofVirtual(), ThreadPerPortTest::here);
    }

    @Test
    void threadsOfTheGroupAreSpreadOverItsPorts() throws Exception {
        ThreadFactory threads = group.threads();
        CompletableFuture<String> one = new CompletableFuture<>();
        CompletableFuture<String> other = new CompletableFuture<>();
        threads.newThread(() -> one.complete(here())).start();
        threads.newThread(() -> other.complete(here())).start();
        assertThat(List.of(NetTest.result(one), NetTest.result(other))).doesNotHaveDuplicates()
                .allMatch(name -> name.matches("sluice-net-[01]-thread"));
    }

    /** If the owner waits outside the kernel, a thread that wakes it must not look for it there. */
    @Test
    void anOwnerThatIsParkedWhileItPollsIsWoken() throws Exception {
        for (int i = 0; i < 1000; i++) {
            CountDownLatch entered = new CountDownLatch(1);
            CompletableFuture<String> until = new CompletableFuture<>();
            CompletableFuture<String> passed = new CompletableFuture<>();
            assertThat(group.pollers().next().execute(() -> {
                entered.countDown();
                passed.complete(until.join());
            })).isTrue();
            entered.await();
            until.complete("passed");
            assertThat(NetTest.result(passed)).isEqualTo("passed");
        }
    }

    @Test
    void aThreadThatSleepsOrIsWokenFromElsewhereContinues() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        CompletableFuture<String> sleeper = background(() -> {
            Thread.sleep(Duration.ofMillis(5));
            return here();
        });
        CompletableFuture<String> waiter = background(() -> {
            latch.await();
            return here();
        });
        assertThat(NetTest.result(sleeper)).endsWith("-thread");
        latch.countDown();
        assertThat(NetTest.result(waiter)).endsWith("-thread");
    }

    @Test
    void aThreadThatRemainsWhenTheGroupIsClosedRunsToItsEnd() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        CompletableFuture<String> left = background(() -> {
            latch.await();
            Thread.sleep(Duration.ofMillis(5));
            return here();
        });
        ThreadFactory threads = group.threads();
        group.close();
        CompletableFuture<String> late = new CompletableFuture<>();
        threads.newThread(() -> late.complete(here())).start();
        assertThat(NetTest.result(late)).endsWith("-thread");
        latch.countDown();
        assertThat(NetTest.result(left)).endsWith("-thread");
    }

    /** The message for a user who did not open the JDK's package. */
    @Test
    void withoutItsConstructorTheErrorNamesTheRemedy() throws Exception {
        JavaCommand.Outcome outcome =
                JavaCommand.run(List.of(Closed.class.getName(), kind.backend().name()));
        assertThat(outcome.lines()).as("%s", outcome).anyMatch(line -> line
                .contains("UNSUPPORTED")
                && line.contains("--add-opens java.base/java.lang=ALL-UNNAMED"));
    }

    /** A process without that option. */
    static final class Closed {
        private Closed() {}

        public static void main(String[] args) {
            PortOptions options = PortOptions.DEFAULT
                    .backend(dev.sluice.Backend.valueOf(args[0]));
            try (PortGroup group = PortGroup.openThreadPerPort(1, options)) {
                System.out.println("open: " + group);
            } catch (NetException refused) {
                assert refused.status() == Status.UNSUPPORTED : refused;
                System.out.println(refused.status() + ": " + refused.getMessage());
            }
        }
    }
}
