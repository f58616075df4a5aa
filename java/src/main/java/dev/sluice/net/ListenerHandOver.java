package dev.sluice.net;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.PassedDescriptors;
import dev.sluice.PortOptions;
import dev.sluice.Readiness;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.net.NetErrors;
import dev.sluice.internal.net.accepting.HandOverLog;
import dev.sluice.internal.net.names.UnixFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Passes listeners to another process, so that a server restarts without a refused connection: the old
 * process {@linkplain #offer offers} them at the path of a Unix socket, the new one {@linkplain #take
 * takes} them. From then on both accept connections, until the old one closes its listeners; the
 * backlog belongs to both. No connection moves.
 *
 * <p>A process that may connect to the path gets the listeners, so keep it in a folder that only the
 * user of the server may enter. Not on Windows, which has no descriptors to pass.
 */
public final class ListenerHandOver {
    private static final PortOptions OPTIONS = PortOptions.DEFAULT
            .maxSockets(16).maxOperations(64).poolBuffers(1).poolBufferBytes(4096);

    /** How long an interrupt may remain unnoticed. */
    private static final long SLICE_NANOS = 20_000_000;

    /** How long a process may take to answer, before the next one is waited for. */
    private static final Duration ANSWER_BOUND = Duration.ofSeconds(5);

    // inode(7): the type of a file in its mode
    private static final int S_IFMT = 0xF000;
    private static final int S_IFSOCK = 0xC000;

    private ListenerHandOver() {}

    /**
     * Offers listeners at a path, until a process has taken all of them. They continue to accept
     * meanwhile, and afterwards until they are closed. If a process ends before it has received all
     * of them, or does not answer within 5 seconds, the log names the cause in one line, and the
     * offer waits for the next one.
     *
     * @param path of the Unix socket; that of an earlier offer is replaced, and deleted at the end
     * @param timeout the longest wait
     * @param listeners 1 to 253 open listeners, in the order in which the other process gets them;
     *     close those of Unix sockets with {@link ListenerOptions#unlinkOnClose} false
     * @throws DeadlineException if no process took them in time
     * @throws CancelledException if the thread was interrupted
     * @throws NetException PERMISSION, UNSUPPORTED and the like; ADDRESS_IN_USE if another file is there
     */
    public static void offer(Path path, Duration timeout, Listener... listeners)
            throws NetException {
        offer(path, timeout, ANSWER_BOUND, listeners);
    }

    static void offer(Path path, Duration timeout, Duration answerBound, Listener... listeners)
            throws NetException {
        if (listeners.length < 1 || listeners.length > PassedDescriptors.MOST) {
            throw new IllegalArgumentException("cannot offer " + listeners.length
                    + " listeners: use 1 to " + PassedDescriptors.MOST);
        }
        NativeSocket[] sockets = Arrays.stream(listeners)
                .map(listener -> listener.acceptor().socket()).toArray(NativeSocket[]::new);
        Address address = Address.unix(path);
        try (Steps steps = new Steps("offer listeners at " + address, timeout)) {
            deleteSocket(path);
            NativeSocket server = steps.port.listen(address);
            UnixFile file = UnixFile.boundTo(address);
            try {
                boolean taken = false;
                while (!taken) {
                    Accept accept = steps.run(new Accept(server));
                    taken = accept.isOk()
                            && pass(steps, accept.accepted(), sockets, answerBound);
                }
            } finally {
                if (file != null) {
                    file.delete();
                }
            }
        } catch (SystemCallException failure) {
            throw NetErrors.of("offer listeners at " + address, failure);
        } catch (NetException failure) {
            throw failure;
        } catch (IOException failure) {
            NetException refused = new NetException(
                    "offer listeners at " + address + ": " + failure, Status.PERMISSION, 0);
            refused.initCause(failure);
            throw refused;
        }
    }

    /** Deletes the socket of an earlier offer, and no other file. */
    private static void deleteSocket(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && path.getFileSystem().supportedFileAttributeViews().contains("unix")
                && Files.getAttribute(path, "unix:mode",
                        LinkOption.NOFOLLOW_LINKS) instanceof Integer mode
                && (mode & S_IFMT) == S_IFSOCK) {
            Files.delete(path);
        }
    }

    /** Returns true once the other process has answered that it has them. */
    private static boolean pass(
            Steps steps, NativeSocket peer, NativeSocket[] sockets, Duration answerBound)
            throws NetException {
        byte[] count = {(byte) sockets.length};
        boolean answered = false;
        String cause;
        try {
            PassedDescriptors.trySend(peer, MemorySegment.ofArray(count), sockets);
            boolean ended = steps.endsWithin(Readiness.readable(peer), answerBound);
            // Also after the bound: it may have answered since the last look.
            answered = peer.tryReceive(steps.answer) > 0;
            cause = ended
                    ? "it ended before it had them"
                    : "it did not answer within " + answerBound.toMillis() + " ms";
        } catch (SystemCallException ended) {
            if (ended.status() == Status.CLOSED_LOCALLY) {
                throw NetErrors.of(steps.operation, ended); // one of the listeners
            }
            answered = false; // Another process may come.
            cause = String.valueOf(ended.getMessage());
        }
        if (!answered) {
            HandOverLog.notTaken(steps.operation, cause);
        }
        steps.port.submit(Close.immediate(peer));
        return answered;
    }

    /**
     * Takes the listeners that another process offers at a path.
     *
     * @param path of the Unix socket
     * @param timeout the longest wait for the other process, once it was found
     * @param options of each listener, as of {@link Listener#adopt}
     * @return open listeners, which the caller closes; empty if no process offers any
     * @throws DeadlineException if the other process did not send them in time
     * @throws CancelledException if the thread was interrupted
     * @throws NetException OUT_OF_DESCRIPTORS, UNSUPPORTED and the like; the other process still has the
     *     listeners then
     */
    public static List<Listener> take(Path path, Duration timeout, ListenerOptions options)
            throws NetException {
        Address address = Address.unix(path);
        try (Steps steps = new Steps("take listeners at " + address, timeout)) {
            NativeSocket socket = steps.port.socket(SocketType.UNIX_STREAM);
            Connect connect = steps.run(new Connect(socket, address));
            switch (connect.status()) {
                case OK -> {
                    // It offers some.
                }
                case REFUSED, ADDRESS_UNAVAILABLE -> {
                    return List.of();
                }
                default ->
                    throw NetErrors.of(
                            steps.operation, connect.status(), connect.nativeCode());
            }
            return receive(steps, socket, options);
        } catch (SystemCallException failure) {
            throw NetErrors.of("take listeners at " + address, failure);
        }
    }

    private static List<Listener> receive(
            Steps steps, NativeSocket socket, ListenerOptions options)
            throws NetException, SystemCallException {
        byte[] count = new byte[1];
        try (PassedDescriptors received = await(steps, socket, count)) {
            if (received.count() == 0 || received.count() != Byte.toUnsignedInt(count[0])) {
                throw new NetException(steps.operation + ": " + received.count() + " of "
                        + Byte.toUnsignedInt(count[0]) + " came" + (received.hasLost()
                                ? ", since this process may open no more: raise ulimit -n"
                                : ": the other process ended"),
                        received.hasLost() ? Status.OUT_OF_DESCRIPTORS : Status.RESET, 0);
            }
            List<Listener> listeners = new ArrayList<>();
            boolean answered = false;
            try {
                for (int index = 0; index < received.count(); index++) {
                    // A client that it accepted would be reset if the next one failed.
                    listeners.add(Listener.adoptPaused(received.descriptor(index), options));
                    received.take(index);
                }
                answered = socket.trySend(steps.answer) > 0;
            } finally {
                if (!answered) {
                    listeners.forEach(Listener::close);
                }
            }
            listeners.forEach(Listener::begin);
            return List.copyOf(listeners);
        }
    }

    private static PassedDescriptors await(Steps steps, NativeSocket socket, byte[] count)
            throws NetException, SystemCallException {
        PassedDescriptors received = null;
        while (received == null) {
            steps.run(Readiness.readable(socket));
            received = PassedDescriptors.tryReceive(
                    socket, MemorySegment.ofArray(count), PassedDescriptors.MOST);
        }
        return received;
    }

    /** Carries out one operation after the other on a port of its own. */
    private static final class Steps implements AutoCloseable {
        final String operation;
        final CompletionPort port;

        /** One byte. */
        final MemorySegment answer;

        private final long endNanos;

        Steps(String operation, Duration timeout) throws SystemCallException {
            this.operation = operation;
            this.endNanos = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
            this.port = CompletionPort.open(OPTIONS);
            this.answer = port.allocate(1).segment();
        }

        <O extends Operation<O>> O run(O wanted) throws NetException {
            if (!endsBefore(endNanos, wanted)) {
                throw NetErrors.of(operation, Status.DEADLINE, 0);
            }
            return wanted;
        }

        /** Returns false, with the operation still pending, after the time or that of all steps. */
        <O extends Operation<O>> boolean endsWithin(O wanted, Duration most)
                throws NetException {
            long now = System.nanoTime();
            long mostNanos = TimeUnit.NANOSECONDS.convert(most);
            return endsBefore(now + Math.min(endNanos - now, mostNanos), wanted);
        }

        private <O extends Operation<O>> boolean endsBefore(long boundNanos, O wanted)
                throws NetException {
            port.submit(wanted);
            while (wanted.isPending()) {
                long leftNanos = boundNanos - System.nanoTime();
                if (Thread.currentThread().isInterrupted()) {
                    throw NetErrors.of(operation, Status.CANCELLED, 0);
                }
                if (leftNanos <= 0) {
                    return false;
                }
                port.poll(Math.min(leftNanos, SLICE_NANOS));
            }
            return true;
        }

        @Override
        public void close() {
            port.close();
        }
    }
}
