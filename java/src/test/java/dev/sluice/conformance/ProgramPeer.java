package dev.sluice.conformance;

import dev.sluice.Backend;
import dev.sluice.Close;
import dev.sluice.CloseMode;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.Status;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One end of a connection in a random program: does things, and keeps what it did and what it saw. */
final class ProgramPeer {
    private static final int MOST_BYTES = 200_000;
    private static final int MOST_PENDING = 12;

    final String name;
    final Loop loop;
    final NativeSocket socket;
    final List<Send> sends = new ArrayList<>();
    final List<Shutdown> sendShutdowns = new ArrayList<>();
    final List<Shutdown> receiveShutdowns = new ArrayList<>();

    /** Sends that were not answered when the close was submitted: a graceful one waits for them. */
    final List<Send> sendsAtClose = new ArrayList<>();

    private final Map<Operation<?>, MemorySegment> buffers = new HashMap<>();
    private final List<Receive> receives = new ArrayList<>();

    /** Sends and receives in the order of their submission. */
    private final List<Operation<?>> transfers = new ArrayList<>();

    private final Random random;
    private long position;
    boolean cancelled;

    @Nullable
    Close close;

    ProgramPeer(String name, Loop loop, NativeSocket socket, Random random) {
        this.name = name;
        this.loop = loop;
        this.socket = socket;
        this.random = random;
    }

    // ---- what it does --------------------------------------------------------------------------

    /** Does one thing by the dice; returns what, for the trace of the program. */
    String act() {
        if (close != null) {
            return name + " is closed";
        }
        boolean room = loop.port().pendingOperations() < MOST_PENDING;
        int dice = random.nextInt(100);
        if (dice < 35 && room) {
            return name + " sends " + send(1 + random.nextInt(most()));
        }
        if (dice < 70 && room) {
            return name + " receives " + receive();
        }
        if (dice < 80) {
            return name + " cancels " + cancel();
        }
        if (dice < 84) {
            loop.submit(
                    random.nextBoolean() ? Readiness.readable(socket) : Readiness.hangup(socket));
            return name + " polls";
        }
        if (dice < 90) {
            return name + " shuts down " + shutdown();
        }
        return dice < 93 ? name + " closes " + close() : name + " waits";
    }

    /** Mostly small, at times more than the buffers of the connection hold. */
    private int most() {
        return random.nextInt(3) == 0 ? MOST_BYTES : 2000;
    }

    private int send(int bytes) {
        MemorySegment data = loop.port().allocate(bytes).segment();
        Pattern.fill(data, position);
        position += bytes;
        Send send = new Send(socket).buffer(data);
        buffers.put(send, data);
        transfers.add(send);
        sends.add(loop.submit(send));
        return bytes;
    }

    private String receive() {
        Receive receive = new Receive(socket);
        receives.add(receive);
        transfers.add(receive);
        int dice = random.nextInt(4);
        if (dice == 0) {
            loop.submit(receive.multishot());
            return "again and again";
        }
        if (dice == 1) {
            loop.submit(receive);
            return "into the pool";
        }
        MemorySegment buffer = loop.port().allocate(1 + random.nextInt(most())).segment();
        buffers.put(receive, buffer);
        loop.submit(receive.buffer(buffer));
        return "up to " + buffer.byteSize();
    }

    private String cancel() {
        cancelled = true;
        if (transfers.isEmpty() || random.nextInt(4) == 0) {
            loop.port().cancelAll(socket);
            return "everything";
        }
        int number = random.nextInt(transfers.size());
        loop.port().cancel(transfers.get(number));
        return "number " + number;
    }

    private String shutdown() {
        int dice = random.nextInt(6);
        if (dice == 0) {
            Shutdown both = loop.submit(Shutdown.both(socket));
            sendShutdowns.add(both);
            receiveShutdowns.add(both);
            return "both directions";
        }
        if (dice == 1) {
            receiveShutdowns.add(loop.submit(Shutdown.receive(socket)));
            return "receiving";
        }
        sendShutdowns.add(loop.submit(Shutdown.send(socket)));
        return "sending";
    }

    String close() {
        Close mine = switch (random.nextInt(4)) {
            case 0 -> Close.immediate(socket);
            case 1 -> Close.abort(socket);
            default -> Close.graceful(socket, Duration.ofMillis(20 + random.nextInt(60)));
        };
        sends.stream().filter(Send::isPending).forEach(sendsAtClose::add);
        close = mine;
        loop.submit(mine);
        return mine.mode().toString();
    }

    /** Goes on receiving, until the stream ends. */
    void receiveOn() {
        if (close == null && !hasSeenTheEnd() && receives.stream().noneMatch(Receive::isPending)) {
            Receive receive = new Receive(socket);
            receives.add(receive);
            loop.submit(receive);
        }
    }

    boolean isDone() {
        return close != null && !close.isPending();
    }

    // ---- what it saw ---------------------------------------------------------------------------

    /** The events of its receives, in order. */
    List<Event> received() {
        return loop.events().all().stream()
                .filter(event -> event.operation() instanceof Receive).toList();
    }

    /** True if one of its receives has reported how the stream ended. */
    boolean hasSeenTheEnd() {
        return received().stream().anyMatch(event -> switch (event.status()) {
            case OK, CANCELLED, CLOSED_LOCALLY, NO_BUFFERS -> false;
            default -> true;
        });
    }

    /** All bytes that it received. */
    byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Event event : received()) {
            if (event.status() == Status.OK) {
                MemorySegment own = buffers.get(event.operation());
                MemorySegment from = own == null ? event.data() : own.asSlice(0, event.bytes());
                all.writeBytes(from.toArray(ValueLayout.JAVA_BYTE));
            }
        }
        return all.toByteArray();
    }

    /** All bytes that the system took from it, in the order in which they went into the stream. */
    byte[] taken() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Send send : sends) {
            MemorySegment data = buffers.get(send).asSlice(0, send.bytes());
            all.writeBytes(data.toArray(ValueLayout.JAVA_BYTE));
        }
        return all.toByteArray();
    }

    long lengthOf(Send send) {
        return buffers.get(send).byteSize();
    }

    boolean hasShutSend() {
        return sendShutdowns.stream().anyMatch(shutdown -> shutdown.status() == Status.OK);
    }

    boolean hasShutReceive() {
        return receiveShutdowns.stream().anyMatch(shutdown -> shutdown.status() == Status.OK);
    }

    /**
     * True if it was closed at once while the kernel may still have read its memory. The event has to
     * release the memory, so the connection is broken then, which the peer sees as a reset.
     */
    boolean mayHaveOwedMemory() {
        return isClosedBy(CloseMode.IMMEDIATE)
                && !sendsAtClose.isEmpty()
                && loop.port().backend() == Backend.IO_URING
                && VariantLimits.sendsWithoutCopy();
    }

    boolean isClosedBy(CloseMode mode) {
        return close != null && close.mode() == mode;
    }
}
