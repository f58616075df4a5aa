package dev.sluice.bench.peers;

import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.PooledBuffer;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fan-out on a port of Sluice: the buffer of a received message is sent to each other member, and
 * returns to the pool after the last send. A member has one send in flight.
 */
final class SluiceFanOut implements PortServer.Program {
    /**
     * A member that has this many messages which others have not taken is not read until they have.
     */
    private static final int MOST_UNTAKEN = 16;

    private final CompletionPort port;
    private final List<Member> members = new ArrayList<>();

    private @Nullable Message free;
    private boolean closing;

    SluiceFanOut(CompletionPort port) {
        this.port = port;
    }

    @Override
    public void accepted(NativeSocket socket) {
        Member member = new Member(socket, members.size());
        members.add(member);
        port.submit(member.receive);
    }

    @Override
    public void closing() {
        closing = true;
    }

    private Message message(Member sender, PooledBuffer buffer, int length) {
        Message message = free;
        if (message == null) {
            message = new Message();
        } else {
            free = message.next;
        }
        message.sender = sender;
        message.buffer = buffer;
        message.length = length;
        message.untaken = 1; // held by the loop that hands it out
        return message;
    }

    private void taken(Message message) {
        message.untaken--;
        PooledBuffer buffer = message.buffer;
        Member sender = message.sender;
        if (message.untaken > 0 || buffer == null || sender == null) {
            return;
        }
        message.buffer = null;
        message.sender = null;
        message.next = free;
        free = message;
        buffer.release();
        sender.untaken--;
        sender.resume();
    }

    /** What was received at once; reused when all members have taken it. */
    private static final class Message {
        private @Nullable Member sender;
        private @Nullable PooledBuffer buffer;
        private int length;
        private int untaken;
        private @Nullable Message next;
    }

    private final class Member {
        private final NativeSocket socket;
        private final Receive receive;
        private final Send send;
        private int place; // index in the list of members
        private int untaken;
        private @Nullable Message sending;
        private @Nullable ArrayDeque<Message> waiting; // created when it is first needed

        Member(NativeSocket socket, int place) {
            this.socket = socket;
            this.place = place;
            this.receive =
                    new Receive(socket).waitForBuffer().multishot().onCompletion(this::received);
            this.send = new Send(socket).onCompletion(this::sent);
        }

        private void received(Receive event) {
            switch (event.status()) {
                case OK -> handOut(event);
                case EOF -> leave(Close.immediate(socket));
                case CANCELLED, CLOSED_LOCALLY -> {
                    // By a pause, which ends when its messages are taken, or by a close, which
                    // reports.
                }
                default -> leave(Close.abort(socket));
            }
            if (event.isOk() || event.status() == Status.CANCELLED) {
                resume();
            }
        }

        private void handOut(Receive event) {
            Message message = message(this, event.takeBuffer(), event.bytes());
            untaken++;
            for (Member member : members) {
                if (member != this) {
                    message.untaken++;
                    member.take(message);
                }
            }
            taken(message);
            if (untaken >= MOST_UNTAKEN && event.hasMore()) {
                port.cancel(event);
            }
        }

        private void take(Message message) {
            if (sending == null) {
                send(message);
                return;
            }
            if (waiting == null) {
                waiting = new ArrayDeque<>();
            }
            waiting.add(message);
        }

        private void send(Message message) {
            PooledBuffer buffer = message.buffer;
            assert buffer != null : "held until the last has taken it";
            sending = message;
            port.submit(send.buffer(buffer, 0, message.length));
        }

        private void sent(Send event) {
            Message done = sending;
            assert done != null : "one message a send";
            sending = null;
            if (!event.isOk()) {
                leave(Close.abort(socket));
            }
            Message next = waiting == null || !isOpen() ? null : waiting.poll();
            if (next != null) {
                send(next);
            }
            taken(done);
        }

        private boolean isOpen() {
            return socket.isOpen() && !closing;
        }

        void resume() {
            if (!receive.isPending() && isOpen() && untaken < MOST_UNTAKEN) {
                port.submit(receive);
            }
        }

        private void leave(Close how) {
            if (!isOpen()) {
                return;
            }
            port.submit(how);
            Member last = members.removeLast();
            if (last != this) {
                members.set(place, last);
                last.place = place;
            }
            if (waiting != null) {
                waiting.forEach(SluiceFanOut.this::taken);
                waiting.clear();
            }
        }
    }
}
