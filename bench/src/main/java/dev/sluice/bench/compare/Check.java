package dev.sluice.bench.compare;

import dev.sluice.bench.load.BulkFile;
import dev.sluice.bench.load.BulkReceive;
import dev.sluice.bench.load.BulkSend;
import dev.sluice.bench.load.ByteCheck;
import dev.sluice.bench.load.DatagramBulk;
import dev.sluice.bench.load.Datagrams;
import dev.sluice.bench.load.Load;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * How a load checks that a server does its task correctly.
 *
 * @param words what is checked, for the reader of the results
 * @param pass checks a server before it is measured
 */
record Check(String words, Pass pass) {
    private static final long STALL_MILLIS = 10_000;
    private static final long STREAM_BYTES = 4L << 20;
    private static final long LONGEST_NANOS = 10_000_000_000L;

    /** Fails if a server does not do its task correctly. */
    @FunctionalInterface
    interface Pass {
        void run(InetSocketAddress server, long seed) throws IOException;
    }

    /** Compares every byte of echoes on as many connections as that load has. */
    static Check ofEcho(Load load) {
        return new Check("every byte of an echo, before the measurement",
                (server, seed) -> ByteCheck.run(server, load, seed, STALL_MILLIS));
    }

    /** Compares every byte that comes back through a proxy, and sees the half-close come back. */
    static Check ofProxy(Load load) {
        return new Check("every byte there and back, and a half-close passed on, before the"
                + " measurement; no message is lost in any slice",
                (server, seed) -> ByteCheck.run(server, load, seed, STALL_MILLIS));
    }

    /** Compares every byte of so many rounds of the messages in flight. */
    static Check ofDatagrams(Load load, int rounds) {
        return new Check("every byte of a datagram before the measurement, its number and its size"
                + " in each slice; none is lost",
                (server, seed) -> Datagrams.check(server, load, rounds));
    }

    /** Requests so many datagrams: each must come once, and have its size, place and number. */
    static Check ofDatagramBulk(int sockets, int rounds) {
        return new Check("size, place and number of each datagram, in each slice; none is lost",
                (server, seed) -> {
                    try (DatagramBulk bulk = new DatagramBulk(server, sockets)) {
                        for (int i = 0; i < rounds; i++) {
                            bulk.run(0);
                        }
                    }
                });
    }

    /** Sends a stream: the server must take all of it, then close, and send nothing. */
    static Check ofReceive() {
        return new Check("the server reads to the end of the stream, then closes, in each slice",
                (server, seed) -> {
                    try (BulkReceive stream = new BulkReceive(server)) {
                        stream.run(STREAM_BYTES, LONGEST_NANOS);
                    }
                });
    }

    /** Requests a number of bytes: the server must send exactly that many. */
    static Check ofSend() {
        return new Check("the server sends as many bytes as it is asked for, in each slice",
                (server, seed) -> {
                    try (BulkSend stream = new BulkSend(server)) {
                        stream.runWhole(STREAM_BYTES);
                    }
                });
    }

    /** Makes the file, which all servers share, and compares every byte of it. */
    static Check ofFile(Path file, long bytes) {
        return new Check(
                "every byte of the file before the measurement, their number in each slice",
                (server, seed) -> {
                    BulkFile.make(file, bytes);
                    try (BulkFile stream = new BulkFile(server, bytes)) {
                        stream.check();
                    }
                });
    }

    /** Has no pass of its own: the measurement fails if anything is wrong. */
    static Check ofEachSlice(String words) {
        return new Check(words, (server, seed) -> {});
    }
}
