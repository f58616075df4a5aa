package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections over TLS that wait for a record hold no buffer. */
class TlsIdleTest extends TlsFixture {
    private static final int PAIRS = 100;

    /** A record's buffer has 18.5 KiB; the engine of the JDK holds some arrays of its own. */
    private static final int MOST_BYTES_OF_ARRAYS = 4 * 1024;

    @ParameterizedTest
    @ValueSource(strings = {"array", "transfer"})
    void whatWaitsForARecordHoldsNoBuffer(String way) throws Exception {
        List<TlsPair> pairs = new ArrayList<>();
        List<CompletableFuture<Integer>> waits = new ArrayList<>();
        byte[] shared = new byte[1]; // of all reads
        pairs.add(exchanged(way, waits, shared)); // links what the first one needs
        long before = bytesOfArrays();
        for (int i = 0; i < PAIRS; i++) {
            pairs.add(exchanged(way, waits, shared));
        }
        long endNanos = System.nanoTime() + LONG.toNanos();
        long each = Long.MAX_VALUE;
        while (each > MOST_BYTES_OF_ARRAYS) {
            // The last ends may not wait yet.
            assertThat(System.nanoTime() - endNanos).as("each end holds %d bytes", each)
                    .isNegative();
            each = (bytesOfArrays() - before) / (2L * PAIRS);
        }
        assertThat(waits).noneMatch(CompletableFuture::isDone);
        for (TlsPair pair : pairs) {
            pair.client().closeWrite();
        }
        for (CompletableFuture<Integer> wait : waits) {
            assertThat(result(wait)).isEqualTo(-1);
        }
        pairs.forEach(TlsPair::close);
    }

    /** Returns a pair whose two ends read when a large message has gone both ways. */
    private TlsPair exchanged(String way, List<CompletableFuture<Integer>> waits, byte[] one)
            throws Exception {
        TlsPair pair = shaken(dialling, serving);
        waits.add(waiting(way, pair.server(), one));
        byte[] bytes = new byte[40_000];
        pair.client().write(bytes);
        if (way.equals("transfer")) {
            pair.client().readFully(bytes);
        }
        waits.add(background(() -> pair.client().read(one)));
        return pair;
    }

    private CompletableFuture<Integer> waiting(String way, TlsConnection end, byte[] one) {
        return background(() -> {
            if (way.equals("transfer")) {
                assertThat(end.transferTo(end)).isEqualTo(40_000);
            } else {
                end.readFully(new byte[40_000]);
                assertThat(end.read(one)).isEqualTo(-1);
            }
            end.closeWrite();
            return -1;
        });
    }

    /** Counts arrays of bytes after a collection. */
    private static long bytesOfArrays() throws JMException {
        Object histogram = ManagementFactory.getPlatformMBeanServer().invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
                new Object[]{new String[0]}, new String[]{String[].class.getName()});
        return ((String) histogram).lines()
                .map(line -> line.trim().split("\\s+"))
                .filter(cells -> cells.length >= 4 && cells[3].equals("[B"))
                .mapToLong(cells -> Long.parseLong(cells[2])).sum();
    }
}
