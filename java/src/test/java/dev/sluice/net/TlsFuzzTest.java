package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testing.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * Bytes of a hostile peer into TLS: of its own, or those of an honest one, changed on their way, in any pieces, with
 * and without the end that TLS requires. What is read is always the beginning of what the peer wrote, and a clean
 * end comes only after all of it.
 *
 * <p>An input is a byte of flags, the greatest size of a piece, the number of changes, the changes (two bytes of
 * offset, and one that is combined with the byte there by exclusive or), and what the peer writes.
 */
public class TlsFuzzTest extends FuzzTest {
    private static final int CLIENT = 1;
    private static final int TLS_1_2 = 2;
    private static final int RAW = 4;
    private static final int TRUNCATED = 8;
    private static final int MAX_CHANGES = 4;
    private static final int MAX_READS = 100_000;

    /** Each client has another port: no session is resumed, so each input is deterministic. */
    private static final AtomicInteger PORTS = new AtomicInteger();

    private static final SSLContext SERVER = TlsContexts.server();
    private static final SSLContext OURS = TlsContexts.client();

    static {
        for (SSLContext each : List.of(SERVER, OURS)) {
            each.getClientSessionContext().setSessionCacheSize(16);
            each.getServerSessionContext().setSessionCacheSize(16);
        }
    }

    @Override
    protected List<byte[]> seeds() {
        return List.of(new byte[]{0, 0, 0, 'h', 'i'}, new byte[]{CLIENT, 0, 0, 'h', 'i'},
                new byte[]{TLS_1_2, 1, 0, 'h', 'i'}, new byte[]{CLIENT | TLS_1_2, 7, 0, 'h', 'i'},
                new byte[]{TRUNCATED, 0, 0, 'h', 'i'},
                new byte[]{CLIENT | TRUNCATED | TLS_1_2, 0, 0, 'h', 'i'},
                new byte[]{CLIENT, 0, 1, 0, 0, 1, 'h', 'i'},
                new byte[]{CLIENT, 0, 1, 3, 0, 1, 'h', 'i'},
                new byte[]{RAW, 0, 0, 22, 3, 3, 0, 4, 1, 0, 0, 0},
                new byte[]{RAW | CLIENT, 0, 0, 21, 3, 3, 0, 2, 2, 40},
                new byte[]{RAW, 0, 0, 23, 3, 3, 0x40, 0, 1},
                text("\u0004\0\0GET / HTTP/1.1\r\n\r\n"));
    }

    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(input, Math.max(input.length, 3)));
        int flags = bytes.get();
        int most = bytes.get() & 0xFF;
        int count = Math.min(bytes.get() & 0xFF, MAX_CHANGES);
        Map<Integer, Byte> changes = new HashMap<>();
        for (int i = 0; i < count && bytes.remaining() >= 3; i++) {
            int offset = bytes.getShort() & 0xFFF;
            byte by = bytes.get();
            if (by != 0) {
                changes.put(offset, by);
            }
        }
        byte[] written = new byte[bytes.remaining()];
        bytes.get(written);
        boolean raw = (flags & RAW) != 0;
        int port = PORTS.incrementAndGet() & 0xFFFF;
        HostileTransport transport = new HostileTransport(raw ? null : peer(flags, port),
                records(written), changes, most == 0 ? Integer.MAX_VALUE : most,
                (flags & TRUNCATED) != 0, port);
        boolean honest = !raw && changes.isEmpty() && (flags & TRUNCATED) == 0;
        read(stream(flags, transport), transport, raw ? new byte[0] : written, honest);
    }

    private static String[] versions(int flags) {
        return new String[]{(flags & TLS_1_2) != 0 ? "TLSv1.2" : "TLSv1.3"};
    }

    private static SSLEngine peer(int flags, int port) throws Exception {
        boolean serves = (flags & CLIENT) != 0;
        SSLEngine engine =
                serves ? SERVER.createSSLEngine() : OURS.createSSLEngine("localhost", port);
        engine.setUseClientMode(!serves);
        engine.setEnabledProtocols(versions(flags));
        engine.beginHandshake();
        return engine;
    }

    private static TlsConnection stream(int flags, HostileTransport transport) {
        Tls tls = (flags & CLIENT) != 0
                ? Tls.client(OURS).serverName("localhost")
                : Tls.server(SERVER);
        return tls.parameters(parameters -> parameters.setProtocols(versions(flags)))
                .over(transport);
    }

    /** Two records, if there is more than a byte. */
    private static Queue<byte[]> records(byte[] written) {
        Queue<byte[]> records = new ArrayDeque<>();
        int half = written.length / 2;
        records.add(Arrays.copyOf(written, half));
        records.add(Arrays.copyOfRange(written, half, written.length));
        records.removeIf(each -> each.length == 0);
        return records;
    }

    private static void read(
            TlsConnection stream, HostileTransport transport, byte[] written, boolean honest) {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        boolean clean = false;
        NetException failure = null;
        byte[] into = new byte[5];
        try {
            int count = stream.read(into);
            while (count >= 0) {
                assertThat(count).isPositive();
                received.write(into, 0, count);
                count = stream.read(into);
            }
            clean = true;
        } catch (NetException expected) {
            failure = expected;
        }
        assertThat(transport.reads).isLessThan(MAX_READS);
        byte[] read = received.toByteArray();
        assertThat(read).as("a beginning").isEqualTo(
                Arrays.copyOf(written, Math.min(read.length, written.length)));
        if (clean) {
            assertThat(read).as("all before a clean end").isEqualTo(written);
        }
        if (honest) {
            assertThat(clean).as("of an honest peer: %s", failure).isTrue();
        }
        if (failure != null) {
            assertThatThrownBy(() -> stream.read(into)).as("again")
                    .isInstanceOf(NetException.class);
        }
        stream.close();
        assertThat(transport.isOpen()).isFalse();
    }
}
