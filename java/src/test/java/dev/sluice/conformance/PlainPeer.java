package dev.sluice.conformance;

import dev.sluice.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The other end of a connection, without Sluice: a socket of the JDK. Calls that may block run on a
 * thread of the peer's own, in order, and return a future, so that the test can poll its port
 * meanwhile with {@link Loop#await}.
 */
final class PlainPeer implements AutoCloseable {
    /** After this time without bytes a read fails. */
    static final int PATIENCE_MILLIS = 60_000;

    private static final int CHUNK = 64 * 1024;

    private static final java.util.regex.Pattern RESETS = java.util.regex.Pattern.compile(
            "reset|aborted|[Nn]etwork name (is no longer available|deleted)");

    private final PlainWire wire;
    private final Kind kind;
    private final ExecutorService reads = Executors.newSingleThreadExecutor(PlainPeer::daemon);
    private final ExecutorService writes = Executors.newSingleThreadExecutor(PlainPeer::daemon);

    PlainPeer(PlainWire wire, Kind kind) {
        this.wire = wire;
        this.kind = kind;
    }

    private static Thread daemon(Runnable task) {
        return Thread.ofPlatform().daemon().name("plain-peer").unstarted(task);
    }

    /** What a peer can do; on Windows no socket of the JDK's can do both. */
    enum Kind {
        /** It sees how a connection ended, also by a reset. */
        WATCHES,
        /** It can {@link PlainPeer#reset}. */
        RESETS;

        boolean isBlocking() {
            return this == RESETS || Needs.isLinux();
        }
    }

    /** Connects, which works while the other side has not accepted yet. */
    static PlainPeer connect(Address to) {
        return connect(to, 0, Kind.WATCHES);
    }

    /** Connects with this receive buffer; 0 for the system's choice. */
    static PlainPeer connect(Address to, int receiveBufferBytes, Kind kind) {
        try {
            if (RemoteSocket.isWanted()) {
                return new PlainPeer(RemoteSocket.connect(to, receiveBufferBytes), kind);
            }
            PlainWire wire = kind.isBlocking()
                    ? PlainWire.Blocking.connect(to, receiveBufferBytes)
                    : PlainWire.Asynchronous.connect(to, receiveBufferBytes);
            return new PlainPeer(wire, kind);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    int localPort() {
        try {
            return wire.localPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** How a stream ended for its reader. */
    enum End {
        /** The end of the stream, in good order. */
        EOF,
        /** The connection was reset. */
        RESET,
        /** Nothing more came within the time that the reader waits. */
        SILENCE,
        /** The reader had as much as it wanted. */
        ENOUGH
    }

    /**
     * What a reader saw.
     *
     * @param bytes how many came, checked against {@link Pattern} unless they were text
     * @param end what came after them
     * @param text the bytes, if they were read as text
     */
    record Seen(long bytes, End end, String text) {
        @Override
        public String toString() {
            return bytes + " bytes, then " + end;
        }
    }

    /** Reads until the stream ends; the bytes must be those of {@link Pattern}. */
    CompletableFuture<Seen> readPattern() {
        return readPatternSlowly(CHUNK, 0);
    }

    /** As {@link #readPattern}, with a pause after each chunk. */
    CompletableFuture<Seen> readPatternSlowly(int chunkBytes, long pauseNanos) {
        return reading(underWay -> {
            byte[] chunk = new byte[chunkBytes];
            long total = 0;
            while (true) {
                int count;
                try {
                    count = wire.read(chunk, chunk.length, underWay);
                } catch (IOException failure) {
                    return new Seen(total, endOf(failure), "");
                }
                if (count < 0) {
                    return new Seen(total, End.EOF, "");
                }
                Pattern.check(chunk, count, total);
                total += count;
                if (pauseNanos > 0) {
                    LockSupport.parkNanos(pauseNanos);
                }
            }
        });
    }

    /** Reads text until the stream ends. */
    CompletableFuture<Seen> readText() {
        return readText(Integer.MAX_VALUE);
    }

    /** Reads text until so many bytes came, or the stream ends before. */
    CompletableFuture<Seen> readText(int enough) {
        return reading(underWay -> {
            StringBuilder text = new StringBuilder();
            byte[] chunk = new byte[Math.min(CHUNK, enough)];
            while (text.length() < enough) {
                int count;
                try {
                    int most = Math.min(chunk.length, enough - text.length());
                    count = wire.read(chunk, most, underWay);
                } catch (IOException failure) {
                    return new Seen(text.length(), endOf(failure), text.toString());
                }
                if (count < 0) {
                    return new Seen(text.length(), End.EOF, text.toString());
                }
                text.append(new String(chunk, 0, count, StandardCharsets.US_ASCII));
            }
            return new Seen(text.length(), End.ENOUGH, text.toString());
        });
    }

    /** Work that reads, given to its thread. */
    private interface Reading {
        Seen run(Runnable underWay) throws IOException;
    }

    /** Begins to read; returns when the first read is under way, or all is over already. */
    private CompletableFuture<Seen> reading(Reading work) {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Seen> future = on(reads, () -> {
            try {
                return work.run(begun::countDown);
            } finally {
                begun.countDown();
            }
        });
        try {
            if (!begun.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the peer's reader is busy with an earlier read");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
        return future;
    }

    private static End endOf(IOException failure) throws IOException {
        if (failure instanceof SocketTimeoutException) {
            return End.SILENCE;
        }
        // The JDK's words, and Windows' for WSAECONNRESET, WSAECONNABORTED, ERROR_NETNAME_DELETED.
        String message = String.valueOf(failure.getMessage());
        if (RESETS.matcher(message).find()) {
            return End.RESET;
        }
        throw failure;
    }

    /** Writes text; it must fit into the buffers of both sides. */
    void write(String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            wire.write(bytes, bytes.length);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Writes one byte of urgent data (MSG_OOB). */
    void writeUrgent(char character) {
        try {
            wire.writeUrgent(character);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Writes so many bytes of {@link Pattern}, from its beginning. */
    CompletableFuture<Long> writePattern(long bytes) {
        return on(writes, () -> {
            byte[] chunk = new byte[CHUNK];
            long done = 0;
            while (done < bytes) {
                int count = (int) Math.min(chunk.length, bytes - done);
                Pattern.fill(chunk, count, done);
                wire.write(chunk, count);
                done += count;
            }
            return done;
        });
    }

    /** Writes a byte again and again until the system refuses: the connection is gone then. */
    CompletableFuture<Boolean> writeUntilRefused() {
        return on(writes, () -> {
            byte[] one = {'x'};
            long endNanos = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
            while (System.nanoTime() - endNanos < 0) {
                try {
                    wire.write(one, 1);
                } catch (IOException refused) {
                    return true;
                }
                Thread.onSpinWait();
            }
            return false;
        });
    }

    /** Ends the sending side: the other end sees an EOF. */
    void shutdownSend() {
        try {
            wire.shutdownSend();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Closes with a reset: linger of zero seconds. */
    void reset() {
        if (kind != Kind.RESETS) {
            throw new IllegalStateException("a peer that resets must be made as Kind.RESETS");
        }
        try {
            wire.reset();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static <T> CompletableFuture<T> on(ExecutorService thread, Callable<T> work) {
        CompletableFuture<T> future = new CompletableFuture<>();
        thread.execute(() -> {
            try {
                future.complete(work.call());
            } catch (Throwable failure) {
                future.completeExceptionally(failure);
            }
        });
        return future;
    }

    /** Closes as the system does by default; may be called again. */
    @Override
    public void close() {
        try {
            wire.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            reads.shutdown();
            writes.shutdown();
        }
    }
}
