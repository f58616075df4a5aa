package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Close;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.PooledBuffer;
import dev.sluice.Receive;
import dev.sluice.ReceiveFrom;
import dev.sluice.Send;
import dev.sluice.SendFile;
import dev.sluice.SendTo;
import dev.sluice.SendVectored;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All events of one port in their order, and what each of them must keep to. */
final class Events {
    private static final MemorySegment NOTHING = MemorySegment.ofArray(new byte[0]);

    private final List<Event> all = new ArrayList<>();
    private final IdentityHashMap<Operation<?>, Integer> unanswered = new IdentityHashMap<>();
    private final Set<NativeSocket> closed = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<String> violations = new ArrayList<>();
    private final Set<Operation<?>> detached = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean submitting;

    /** Says that a submission begins: until {@link #submitted} no event may come. */
    void submitting() {
        submitting = true;
    }

    void submitted(Operation<?> operation) {
        submitting = false;
        unanswered.merge(operation, 1, Integer::sum);
    }

    void refused() {
        submitting = false;
    }

    /** An accept whose sockets the test takes over by itself, see {@link Accept#takeDetached}. */
    void leaveDetached(Accept accept) {
        detached.add(accept);
    }

    void record(Operation<?> operation) {
        Event event = copyOf(operation);
        if (submitting) {
            violations.add("delivered from within submit: " + event);
        }
        NativeSocket socket = operation.socket();
        if (socket != null && closed.contains(socket)) {
            violations.add("after the CLOSE event of its socket: " + event);
        }
        if (!event.hasMore()) {
            int left = unanswered.getOrDefault(operation, 0) - 1;
            if (left < 0) {
                violations.add("a second terminal event: " + event);
            }
            unanswered.put(operation, Math.max(left, 0));
            if (operation instanceof Close && socket != null) {
                closed.add(socket);
            }
        }
        all.add(event);
    }

    private Event copyOf(Operation<?> operation) {
        return new Event(
                operation,
                operation.status(),
                operation.hasMore(),
                bytesOf(operation),
                operation.nativeCode(),
                dataOf(operation),
                acceptedBy(operation),
                System.nanoTime());
    }

    private static long bytesOf(Operation<?> operation) {
        return switch (operation) {
            case Receive receive -> receive.bytes();
            case ReceiveFrom receive -> receive.bytes();
            case Send send -> send.bytes();
            case SendVectored send -> send.bytes();
            case SendFile send -> send.bytes();
            case SendTo send -> send.bytes();
            case Close close -> close.discardedBytes();
            default -> 0;
        };
    }

    private static MemorySegment dataOf(Operation<?> operation) {
        if (!(operation instanceof Receive receive) || receive.status() != Status.OK) {
            return NOTHING;
        }
        PooledBuffer buffer;
        try {
            buffer = receive.takeBuffer();
        } catch (IllegalStateException ownBuffer) {
            return NOTHING;
        }
        byte[] data = buffer.segment().asSlice(0, receive.bytes()).toArray(ValueLayout.JAVA_BYTE);
        buffer.release();
        return MemorySegment.ofArray(data);
    }

    private @Nullable NativeSocket acceptedBy(Operation<?> operation) {
        boolean attached = operation instanceof Accept && !detached.contains(operation);
        return attached && operation.status() == Status.OK ? ((Accept) operation).accepted() : null;
    }

    /** Every event so far, the oldest first. */
    List<Event> all() {
        return Collections.unmodifiableList(all);
    }

    /** The events of one operation. */
    List<Event> of(Operation<?> operation) {
        return all.stream().filter(event -> event.operation() == operation).toList();
    }

    /** The statuses of one operation's events. */
    List<Status> statusesOf(Operation<?> operation) {
        return of(operation).stream().map(Event::status).toList();
    }

    /** The latest event of an operation that had one. */
    Event lastOf(Operation<?> operation) {
        List<Event> found = of(operation);
        assertThat(found).as("events of " + operation).isNotEmpty();
        return found.getLast();
    }

    boolean isAnswered(Operation<?> operation) {
        return unanswered.getOrDefault(operation, 0) == 0;
    }

    /** Called when the port has closed: by then every submission was answered, once. */
    void verify() {
        Set<String> findings = new HashSet<>(violations);
        unanswered.forEach((operation, count) -> {
            if (count != 0) {
                findings.add(count + " submission(s) without a terminal event: " + operation);
            }
        });
        assertThat(findings).as("violations of the order and number of events").isEmpty();
    }
}
