package dev.sluice.cli.semantics;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a connection, made of nothing but a plain socket and a thread: it reads until the
 * connection ends and keeps what it saw.
 */
final class PlainPeer implements AutoCloseable {
    /** What it sends at the beginning, with {@link PeerBehaviour#GREETS}. */
    static final int GREETING_BYTES = 7;

    /** What it sends after the end of the stream, one at a time, with {@link PeerBehaviour#ANSWERS}. */
    static final int ANSWER_BYTES = 10;

    private static final int READ_BYTES = 64 * 1024;

    /** Opens the connection; runs on the peer's thread. */
    @FunctionalInterface
    private interface Opener {
        PeerSocket open() throws IOException;
    }

    private final PeerBehaviour behaviour;
    private final Runnable changed;
    private final InetSocketAddress address;
    private final PeerSockets.@Nullable Listener server;
    private final CountDownLatch mayContinue = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable PeerSocket connection;
    private volatile long received;
    private volatile boolean sawEnd;
    private volatile boolean done;
    private volatile PeerEnd end = PeerEnd.NOT_SEEN;
    private volatile @Nullable Exception failure;

    private PlainPeer(PeerBehaviour behaviour, Runnable changed, InetSocketAddress address,
            PeerSockets.@Nullable Listener server, Opener opener) {
        this.behaviour = behaviour;
        this.changed = changed;
        this.address = address;
        this.server = server;
        this.thread = Thread.ofPlatform().daemon().name("plain-peer").start(() -> run(opener));
    }

    /**
     * A peer that connects.
     *
     * @param changed called on the peer's thread after each step
     */
    static PlainPeer connecting(InetSocketAddress to, PeerBehaviour behaviour, Runnable changed) {
        PeerSockets sockets = PeerSockets.here();
        return new PlainPeer(behaviour, changed, to, null, () -> sockets.connect(to));
    }

    /** A peer that waits for one connection, at {@link #address}. */
    static PlainPeer accepting(PeerBehaviour behaviour, Runnable changed) throws IOException {
        PeerSockets.Listener server = PeerSockets.here().listen();
        InetAddress loopback = InetAddress.getByAddress(new byte[]{127, 0, 0, 1});
        InetSocketAddress address = new InetSocketAddress(loopback, server.port());
        return new PlainPeer(behaviour, changed, address, server, server::accept);
    }

    InetSocketAddress address() {
        return address;
    }

    /** Lets it read the rest or answer, and close. */
    void resume() {
        mayContinue.countDown();
    }

    long received() {
        return received;
    }

    boolean sawEnd() {
        return sawEnd;
    }

    /** True if its side is closed. */
    boolean isDone() {
        return done;
    }

    PeerEnd end() {
        return end;
    }

    /** What went wrong on its side, if it is not an end to report. */
    @Nullable
    Exception failure() {
        return failure;
    }

    private void run(Opener opener) {
        try (PeerSocket socket = opener.open()) {
            connection = socket;
            if (behaviour == PeerBehaviour.GREETS) {
                socket.write(new byte[GREETING_BYTES]);
            }
            if (behaviour == PeerBehaviour.ENDS_FIRST) {
                socket.shutdownOutput();
            }
            end = observe(socket);
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = e;
        } finally {
            done = true;
            changed.run();
        }
    }

    private PeerEnd observe(PeerSocket socket) throws IOException, InterruptedException {
        PeerEnd seen = read(socket);
        sawEnd = true;
        changed.run();
        if (seen != PeerEnd.EOF) {
            return seen;
        }
        mayContinue.await();
        return behaviour == PeerBehaviour.ANSWERS ? answer(socket) : seen;
    }

    private PeerEnd read(PeerSocket in) throws IOException, InterruptedException {
        byte[] bytes = new byte[READ_BYTES];
        boolean isLate = behaviour == PeerBehaviour.READS_LATE;
        try {
            int count = in.read(bytes, isLate ? 1 : bytes.length);
            while (count >= 0) {
                if (!StreamBytes.matches(bytes, count, received)) {
                    return PeerEnd.DAMAGED;
                }
                count(count);
                if (isLate) {
                    isLate = false;
                    mayContinue.await();
                }
                count = in.read(bytes, bytes.length);
            }
            return PeerEnd.EOF;
        } catch (SocketTimeoutException nothingCame) {
            return PeerEnd.SILENCE;
        } catch (SocketException e) {
            if (String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("reset")) {
                return PeerEnd.RESET;
            }
            throw e;
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Only this thread writes it.
    private void count(int bytes) {
        received += bytes;
        changed.run();
    }

    /**
     * Sends byte after byte until one is refused. If a write fails at once, a reset had come
     * before; the first write after a close still succeeds, and causes the reset.
     */
    private static PeerEnd answer(PeerSocket out) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(5); // The time that a reset is given to be on its way.
        for (int i = 0; i < ANSWER_BYTES; i++) {
            try {
                out.write(new byte[]{'a'});
            } catch (IOException refused) {
                return i == 0 ? PeerEnd.EOF_RESET : PeerEnd.EOF_REFUSED;
            }
            TimeUnit.MILLISECONDS.sleep(1); // A pace: an answer to one byte comes before the next.
        }
        return PeerEnd.EOF;
    }

    /** Ends its thread, whatever it waits for. */
    @Override
    public void close() throws IOException {
        resume();
        PeerSocket socket = connection;
        if (socket != null) {
            socket.close();
        }
        if (server != null) {
            server.close();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
