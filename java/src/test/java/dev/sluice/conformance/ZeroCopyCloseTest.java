package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Close;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sends without a copy: the kernel reads the memory until the peer has taken the bytes, which a peer
 * that does not read never does. Whatever closes must end all the same.
 */
class ZeroCopyCloseTest extends ConformanceTest {
    private static final String PROPERTY = "sluice.uring.zero_copy_send";

    private Loop zero;
    private Pairs.Mixed connection;
    private Send send;

    /** The port of the superclass comes first, with what is set outside. */
    @BeforeEach
    void sendWhatThePeerDoesNotRead() throws SystemCallException {
        String before = System.getProperty(PROPERTY);
        System.setProperty(PROPERTY, "1000");
        try {
            PortOptions options = PortOptions.DEFAULT.maxOperations(64).maxSockets(16)
                    .poolBuffers(4).poolBufferBytes(4096);
            zero = openLoop(options);
        } finally {
            if (before == null) {
                System.clearProperty(PROPERTY);
            } else {
                System.setProperty(PROPERTY, before);
            }
        }
        connection = Pairs.narrowMixed(zero, 16 * 1024);
        closeLater(connection.peer());
        MemorySegment memory = Pattern.allocate(zero.port(), 4 << 20);
        send = zero.submit(new Send(connection.socket()).buffer(memory));
        zero.pollFor(Duration.ofMillis(100));
        assertThat(send.isPending()).isTrue();
    }

    private NativeSocket socket() {
        return connection.socket();
    }

    private static Close closeOf(NativeSocket socket, String how) {
        return switch (how) {
            case "abort" -> Close.abort(socket);
            case "immediate" -> Close.immediate(socket);
            case "graceful" -> Close.graceful(socket, Duration.ofMillis(50));
            default -> throw new IllegalArgumentException(how);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"abort", "immediate", "graceful"})
    void aCloseEndsWithoutThePeersHelp(String how) {
        Receive receive = zero.submit(new Receive(socket()));
        Close close = closeOf(socket(), how);
        Status closed = zero.run(close).status();
        assertThat(closed).isEqualTo(how.equals("graceful") ? Status.DEADLINE : Status.OK);
        assertThat(zero.events().lastOf(send).status()).isIn(Status.OK, Status.CLOSED_LOCALLY);
        assertThat(zero.events().lastOf(receive).status()).isEqualTo(Status.CLOSED_LOCALLY);
        assertThat(send.bytes()).isLessThan(4 << 20);
    }

    /** The cancel that came first could not end it; the close asks again. */
    @ParameterizedTest
    @ValueSource(strings = {"abort", "immediate", "graceful"})
    void aCloseEndsAfterACancelThatDidNot(String how) {
        zero.port().cancel(send);
        zero.pollFor(Duration.ofMillis(20));
        zero.run(closeOf(socket(), how));
        assertThat(zero.events().lastOf(send).status()).isIn(Status.OK, Status.CANCELLED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thePortEndsWithoutThePeersHelp(boolean cancelledFirst) {
        if (cancelledFirst) {
            zero.port().cancel(send);
            zero.pollFor(Duration.ofMillis(20));
        }
        zero.port().close();
        assertThat(zero.events().lastOf(send).status())
                .isIn(Status.OK, Status.CANCELLED, Status.CLOSED_LOCALLY);
    }

    /** What was cancelled lets its socket live: the peer reads on, and the memory comes back. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSendEndsWhenThePeerReads(boolean cancelledFirst) throws Exception {
        if (cancelledFirst) {
            zero.port().cancel(send);
            zero.pollFor(Duration.ofMillis(20));
        }
        var read = connection.peer().readPattern();
        Event ended = zero.await(send);
        long bytes = ended.bytes();
        if (!cancelledFirst) {
            assertThat(bytes).isEqualTo(4 << 20);
        }
        zero.submit(Close.graceful(socket(), Duration.ofSeconds(30)));
        PlainPeer.Seen seen = zero.await(read);
        assertThat(seen).isEqualTo(new PlainPeer.Seen(bytes, PlainPeer.End.EOF, ""));
    }
}
