package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.conformance.Needs;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What an echo over TLS allocates for a message beyond what the two engines allocate by themselves: less
 * than a copy of a large message, and far less than a buffer for a record. The least of several windows
 * counts, since compilations and the tasks of virtual threads allocate as well.
 */
class TlsAllocationTest extends TlsFixture {
    private static final int MOST_BYTES = 4_000;
    private static final int WINDOWS = 40;
    private static final int MESSAGES = 200;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @BeforeEach
    void needsTheCounter() {
        Needs.allocationCounter();
    }

    @ParameterizedTest
    @CsvSource({"64, array", "64, transfer", "16000, array", "16000, transfer"})
    void anEchoAllocatesWhatItsEnginesDo(int bytes, String way) throws Exception {
        long ofEngines = leastOfAWindow(Long.MIN_VALUE, new Engines(bytes)::exchange);
        try (TlsPair pair = shaken(dialling, serving)) {
            var echoed = background(() -> way.equals("transfer")
                    ? pair.server().transferTo(pair.server())
                    : echo(pair.server()));
            byte[] message = new byte[bytes];
            long both = result(background(() -> leastOfAWindow(ofEngines + MOST_BYTES, () -> {
                pair.client().write(message);
                pair.client().readFully(message);
                return bytes;
            })));
            assertThat(both - ofEngines).as("beside %d bytes of the engines", ofEngines)
                    .isLessThanOrEqualTo(MOST_BYTES);
            pair.client().closeWrite();
            assertThat(result(echoed)).isPositive();
        }
    }

    private static long echo(Connection connection) throws NetException {
        byte[] buffer = new byte[17_000];
        long copied = 0;
        for (int count = connection.read(buffer); count >= 0; count = connection.read(buffer)) {
            connection.write(buffer, 0, count);
            copied += count;
        }
        return copied;
    }

    /** Returns the least number of bytes that an exchange allocates; few enough end the search. */
    private long leastOfAWindow(long enough, Callable<Integer> exchange) throws Exception {
        long least = Long.MAX_VALUE;
        for (int window = 0; window < WINDOWS && least > enough; window++) {
            long before = threads.getTotalThreadAllocatedBytes();
            for (int i = 0; i < MESSAGES; i++) {
                if (exchange.call() == 0) {
                    throw new AssertionError("nothing was exchanged");
                }
            }
            least = Math.min(
                    least, (threads.getTotalThreadAllocatedBytes() - before) / MESSAGES);
        }
        return least;
    }

    /** A client's and a server's engine that echo a message through arrays. */
    private static final class Engines {
        private final SSLEngine client;
        private final SSLEngine server;
        private final ByteBuffer records = ByteBuffer.allocate(1 << 16);
        private final ByteBuffer plain = ByteBuffer.allocate(1 << 16);
        private final ByteBuffer message;

        Engines(int bytes) throws Exception {
            client = engineOf(TlsContexts.client(), true);
            server = engineOf(TlsContexts.server(), false);
            message = ByteBuffer.allocate(bytes);
            client.beginHandshake();
            server.beginHandshake();
            ByteBuffer toServer = ByteBuffer.allocate(1 << 17).flip();
            ByteBuffer toClient = ByteBuffer.allocate(1 << 17).flip();
            while (isBusy(client) || isBusy(server) || toClient.hasRemaining()) {
                advance(client, toClient, toServer);
                advance(server, toServer, toClient);
            }
        }

        private static SSLEngine engineOf(SSLContext context, boolean client) {
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(client);
            return engine;
        }

        private static boolean isBusy(SSLEngine engine) {
            return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
        }

        private void advance(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws Exception {
            HandshakeStatus status = engine.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                engine.getDelegatedTask().run();
            } else if (status == HandshakeStatus.NEED_WRAP) {
                out.compact();
                assertThat(engine.wrap(ByteBuffer.allocate(0), out).bytesProduced()).isPositive();
                out.flip();
            } else if (in.hasRemaining()) {
                assertThat(engine.unwrap(in, plain.clear()).bytesConsumed()).isPositive();
            }
        }

        int exchange() throws Exception {
            pass(client, server);
            pass(server, client);
            return message.capacity();
        }

        private void pass(SSLEngine from, SSLEngine to) throws Exception {
            int sent = from.wrap(message.clear(), records.clear()).bytesConsumed();
            int received = to.unwrap(records.flip(), plain.clear()).bytesProduced();
            if (sent != message.capacity() || received != sent) {
                throw new AssertionError(sent + " bytes sent, " + received + " received");
            }
        }
    }
}
