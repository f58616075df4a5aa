package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.sluice.CompletionPort;
import dev.sluice.PooledBuffer;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Socket;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * In steady state a port allocates nothing on the Java heap. The least of several windows counts: a
 * compilation may charge one of them with something, an allocation for each message is in all.
 */
class AllocationTest extends ConformanceTest {
    /** Under Wine each message asks a server of Wine's several times: one takes 0.1 ms and more. */
    private static final int MESSAGES = Needs.isWine() ? 1_000 : 10_000;
    private static final int MOST_WINDOWS = 1_000_000 / MESSAGES;
    private static final int BYTES = 64;

    private ThreadMXBean threads;

    /** True once the windows are through and the port closes. */
    private boolean over;

    @BeforeEach
    void needsTheCounter() {
        assumeTrue(
                ManagementFactory.getThreadMXBean() instanceof ThreadMXBean,
                "needs a JVM that counts what each thread allocates");
        threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assumeTrue(
                threads.isThreadAllocatedMemoryEnabled(),
                "needs a JVM that counts what each thread allocates");
    }

    private long leastOfSeveralWindows(LongSupplier messages) {
        long least = Long.MAX_VALUE;
        for (int window = 0; window < MOST_WINDOWS && least > 0; window++) {
            long until = messages.getAsLong() + MESSAGES;
            long before = threads.getCurrentThreadAllocatedBytes();
            while (messages.getAsLong() < until) {
                port.poll(CompletionPort.FOREVER);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        over = true;
        return least;
    }

    /** Sends its buffer, and sends it again whenever an answer has come into it. */
    private final class Own {
        final Receive receive;
        final Send send;
        long messages;

        Own(Socket socket) {
            var buffer = port.allocate(BYTES);
            receive = new Receive(socket).buffer(buffer).onCompletion(this::received);
            send = new Send(socket).buffer(buffer).onCompletion(this::sent);
        }

        private void received(Receive event) {
            if (event.isOk() && !over) {
                messages++;
                port.submit(send);
            }
        }

        private void sent(Send event) {
            if (event.isOk() && !over) {
                port.submit(receive);
            }
        }
    }

    /** Sends back each buffer of the pool in which something came. */
    private final class Pooled {
        final Receive receive;
        final Send send;
        private PooledBuffer held;

        Pooled(Socket socket, boolean multishot) {
            receive = new Receive(socket).onCompletion(this::received);
            send = new Send(socket).onCompletion(this::sent);
            if (multishot) {
                receive.multishot();
            }
            port.submit(receive);
        }

        private void received(Receive event) {
            if (event.isOk() && !over) {
                held = event.takeBuffer();
                port.submit(send.buffer(held, 0, event.bytes()));
            }
        }

        private void sent(Send event) {
            held.release();
            if (event.isOk() && !over && !receive.isPending()) {
                port.submit(receive);
            }
        }
    }

    @Test
    void anEchoWithBuffersOfTheUsersAllocatesNothing() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Own one = new Own(pair.client());
        Own other = new Own(pair.server());
        port.submit(other.receive);
        port.submit(one.send);
        assertThat(leastOfSeveralWindows(() -> one.messages)).isZero();
    }

    @Test
    void anEchoWithBuffersOfThePoolAllocatesNothing() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Own one = new Own(pair.client());
        new Pooled(pair.server(), false);
        port.submit(one.send);
        assertThat(leastOfSeveralWindows(() -> one.messages)).isZero();
    }

    @Test
    void anEchoWithAMultishotReceiveAllocatesNothing() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Own one = new Own(pair.client());
        new Pooled(pair.server(), true);
        port.submit(one.send);
        assertThat(leastOfSeveralWindows(() -> one.messages)).isZero();
    }

    @Test
    void deadlinesAllocateNothing() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Own one = new Own(pair.client());
        Own other = new Own(pair.server());
        long minute = 60_000_000_000L;
        one.receive.timeoutNanos(minute);
        other.receive.timeoutNanos(minute);
        one.send.timeoutNanos(minute);
        port.submit(other.receive);
        port.submit(one.send);
        assertThat(leastOfSeveralWindows(() -> one.messages)).isZero();
    }
}
