package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.Address;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.PooledBuffer;
import dev.sluice.Receive;
import dev.sluice.ReceiveFrom;
import dev.sluice.Send;
import dev.sluice.SendFile;
import dev.sluice.SendTo;
import dev.sluice.SockOpt;
import dev.sluice.testing.OwnLoopback;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/**
 * In steady state a port allocates nothing on the Java heap. The least of several windows counts: a
 * compilation may charge one of them with something, an allocation for each message is in all.
 *
 * <p>{@link AllocationTest} runs this, in processes of its own.
 */
class SteadyState extends ConformanceTest {
    /** Under Wine each message asks a server of Wine's several times: one takes 0.1 ms and more. */
    private static final int MESSAGES = Needs.isWine() ? 1_000 : 10_000;
    private static final int MOST_WINDOWS = Needs.isWine() ? 40 : 100;
    private static final int BYTES = 64;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** True once the windows are through and the port closes. */
    private boolean over;

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

        Own(NativeSocket socket) {
            var buffer = port.allocate(BYTES).segment();
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

        Pooled(NativeSocket socket, boolean multishot) {
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

    /** Sends several pieces at once, and once all are sent the same again. */
    private final class Bursts {
        private final Send[] sends = new Send[8];
        private int left;
        long messages;

        Bursts(NativeSocket socket) {
            var buffer = port.allocate(BYTES).segment();
            for (int i = 0; i < sends.length; i++) {
                sends[i] = new Send(socket).buffer(buffer).onCompletion(this::sent);
            }
        }

        void send() {
            left = sends.length;
            for (Send send : sends) {
                port.submit(send);
            }
        }

        private void sent(Send event) {
            messages++;
            left--;
            if (event.isOk() && !over && left == 0) {
                send();
            }
        }
    }

    /** Sends a file again and again. */
    private final class FileParts {
        final SendFile send;
        long messages;

        FileParts(NativeSocket socket, PatternFile from) {
            send = new SendFile(socket).file(from.file, 0, BYTES).onCompletion(this::sent);
        }

        private void sent(SendFile event) {
            messages++;
            if (event.isOk() && !over) {
                port.submit(send);
            }
        }
    }

    /** Receives without end. */
    private final class Sink {
        final Receive receive;

        Sink(NativeSocket socket) {
            receive = new Receive(socket).buffer(port.allocate(BYTES * 16).segment())
                    .onCompletion(this::received);
        }

        private void received(Receive event) {
            if (event.isOk() && !over) {
                port.submit(receive);
            }
        }
    }

    /** Sends each datagram's sender one back. */
    private final class Answering {
        final ReceiveFrom receive;
        private final SendTo send;
        private Address source;

        Answering(NativeSocket socket) {
            receive = new ReceiveFrom(socket).buffer(port.allocate(BYTES).segment())
                    .onCompletion(this::received);
            send = new SendTo(socket).buffer(port.allocate(BYTES).segment())
                    .onCompletion(this::sent);
        }

        private void received(ReceiveFrom event) {
            if (event.isOk() && !over) {
                source = event.source();
                port.submit(send.toSourceOf(event));
            }
        }

        private void sent(SendTo event) {
            if (event.isOk() && !over) {
                port.submit(receive);
            }
        }
    }

    /** Sends each datagram of the pool back to its sender. */
    private final class Returning {
        private final ReceiveFrom receive;
        private final SendTo send;
        private PooledBuffer held;

        Returning(NativeSocket socket) {
            receive = new ReceiveFrom(socket).pooled().multishot().onCompletion(this::received);
            send = new SendTo(socket).onCompletion(this::sent);
            port.submit(receive);
        }

        private void received(ReceiveFrom event) {
            if (event.isOk() && !over) {
                held = event.takeBuffer();
                port.submit(send.buffer(held, ReceiveFrom.HEADROOM, event.bytes())
                        .toSourceOf(event));
            }
        }

        private void sent(SendTo event) {
            held.release();
        }
    }

    /** Sends a datagram and, once one has come back, the next. */
    private final class Asking {
        private final ReceiveFrom receive;
        private final SendTo send;
        private boolean sent;
        private boolean answered;
        long messages;

        Asking(NativeSocket socket, Address to) {
            receive = new ReceiveFrom(socket).buffer(port.allocate(BYTES).segment())
                    .onCompletion(this::received);
            send = new SendTo(socket).buffer(port.allocate(BYTES).segment()).to(to)
                    .onCompletion(this::sent);
        }

        void ask() {
            sent = false;
            answered = false;
            port.submit(receive);
            port.submit(send);
        }

        private void received(ReceiveFrom event) {
            answered = event.isOk();
            askAgainAfterBoth();
        }

        private void sent(SendTo event) {
            sent = event.isOk();
            askAgainAfterBoth();
        }

        private void askAgainAfterBoth() {
            if (sent && answered && !over) {
                messages++;
                ask();
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
    void sendsThatWaitForOneAnotherAllocateNothing() throws Exception {
        Needs.linux("elsewhere a burst seldom takes paths that are then not compiled in time");
        Pairs.Pair pair = Pairs.connected(loop);
        Bursts bursts = new Bursts(pair.client());
        port.submit(new Sink(pair.server()).receive);
        bursts.send();
        assertThat(leastOfSeveralWindows(() -> bursts.messages)).isZero();
    }

    @Test
    void partsOfAFileAllocateNothing() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        PatternFile from = closeLater(PatternFile.of(BYTES));
        FileParts parts = new FileParts(pair.client(), from);
        port.submit(new Sink(pair.server()).receive);
        port.submit(parts.send);
        assertThat(leastOfSeveralWindows(() -> parts.messages)).isZero();
    }

    @Test
    void namingARepeatedSenderAllocatesNothing() throws Exception {
        NativeSocket server = port.datagrams(OwnLoopback.at(0));
        NativeSocket client = port.datagrams(OwnLoopback.at(0));
        Address to = server.localAddress();
        Answering answering = new Answering(server);
        Asking asking = new Asking(client, to);
        port.submit(answering.receive);
        asking.ask();
        assertThat(leastOfSeveralWindows(() -> asking.messages)).isZero();
        assertThat(answering.source).isEqualTo(client.localAddress());
    }

    @Test
    void anEchoWithAMultishotReceiveOfDatagramsAllocatesNothing() throws Exception {
        NativeSocket server = port.datagrams(OwnLoopback.at(0));
        NativeSocket client = port.datagrams(OwnLoopback.at(0));
        Asking asking = new Asking(client, server.localAddress());
        new Returning(server);
        asking.ask();
        assertThat(leastOfSeveralWindows(() -> asking.messages)).isZero();
    }

    @Test
    void segmentsAllocateNothing() throws Exception {
        Needs.linux("elsewhere the system may have none");
        NativeSocket server = port.datagrams(OwnLoopback.at(0)).set(SockOpt.UDP_GRO, true);
        NativeSocket client = port.datagrams(OwnLoopback.at(0)).set(SockOpt.UDP_GRO, true);
        Answering answering = new Answering(server);
        Asking asking = new Asking(client, server.localAddress());
        answering.send.segmentBytes(BYTES / 4);
        asking.send.segmentBytes(BYTES / 4);
        port.submit(answering.receive);
        asking.ask();
        assertThat(leastOfSeveralWindows(() -> asking.messages)).isZero();
        assertThat(answering.receive.segmentBytes()).isEqualTo(BYTES / 4);
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
