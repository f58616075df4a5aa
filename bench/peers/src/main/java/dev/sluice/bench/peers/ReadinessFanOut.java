package dev.sluice.bench.peers;

import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fan-out on a port of Sluice in the readiness style: one buffer for all, and a copy of what a
 * member does not take.
 */
final class ReadinessFanOut implements PortServer.Program {
    private final MemorySegment buffer;
    private final List<Member> members = new ArrayList<>();
    private boolean closing;

    ReadinessFanOut(CompletionPort port) {
        this.buffer = port.allocate(Task.BUFFER_BYTES).segment();
    }

    @Override
    public void accepted(NativeSocket socket) {
        Member member = new Member(socket, members.size());
        members.add(member);
        member.start();
    }

    @Override
    public void closing() {
        closing = true;
    }

    /** Bytes that a member still has to take, and their sender, which is not read until then. */
    private record Rest(MemorySegment bytes, Member sender) {}

    private final class Member extends ReadyConnection {
        private final Readiness writable;
        private int place; // index in the list of members
        private int untaken; // how many others have not yet taken what it sent
        private @Nullable ArrayDeque<Rest> unsent; // created when it is first needed

        Member(NativeSocket socket, int place) {
            super(socket);
            this.place = place;
            this.writable = Readiness.writable(socket).onCompletion(this::writable);
        }

        @Override
        boolean isOpen() {
            return super.isOpen() && !closing;
        }

        @Override
        boolean onReadable(int turns) throws SystemCallException {
            for (int i = 0; i < turns; i++) {
                if (untaken > 0) {
                    return true; // it continues when the last member has taken what it sent
                }
                long received = socket.tryReceive(buffer);
                if (received == NativeSocket.END_OF_STREAM) {
                    end(Close.immediate(socket));
                }
                if (received <= 0) {
                    return true;
                }
                handOut(buffer.asSlice(0, received));
            }
            return false;
        }

        private void handOut(MemorySegment bytes) {
            // Downwards: a member that leaves during the loop is replaced by the last, which had
            // its turn.
            for (int i = members.size() - 1; i >= 0; i--) {
                Member member = members.get(i);
                if (member != this) {
                    member.take(bytes, this);
                }
            }
        }

        private void take(MemorySegment bytes, Member sender) {
            try {
                long sent = unsent == null || unsent.isEmpty() ? sendSome(bytes) : 0;
                if (sent < bytes.byteSize()) {
                    keep(bytes.asSlice(sent), sender);
                }
            } catch (SystemCallException e) {
                end(Close.abort(socket)); // reset by the peer: the end of this connection only
            }
        }

        private void keep(MemorySegment rest, Member sender) {
            if (unsent == null) {
                unsent = new ArrayDeque<>();
            }
            MemorySegment copy = Arena.ofAuto().allocate(rest.byteSize()).copyFrom(rest);
            unsent.add(new Rest(copy, sender));
            sender.untaken++;
            awaitRoom();
        }

        private void awaitRoom() {
            if (!writable.isPending()) {
                port.submit(writable);
            }
        }

        private void writable(Readiness poll) {
            if (!poll.isOk() || !isOpen()) {
                return; // the connection ends, and the close reports
            }
            try {
                sendRest();
            } catch (SystemCallException e) {
                end(Close.abort(socket));
            }
        }

        private void sendRest() throws SystemCallException {
            while (unsent != null && !unsent.isEmpty()) {
                Rest rest = unsent.remove();
                long sent = sendSome(rest.bytes);
                if (sent < rest.bytes.byteSize()) {
                    unsent.addFirst(new Rest(rest.bytes.asSlice(sent), rest.sender));
                    awaitRoom();
                    return;
                }
                rest.sender.taken();
            }
        }

        /**
         * Continues reading in a turn of its own: the buffer may be in use, and the members change.
         */
        private void taken() {
            untaken--;
            if (untaken == 0 && isOpen()) {
                port.execute(this::serveIfOpen);
            }
        }

        @Override
        void end(Close how) {
            if (!isOpen()) {
                return;
            }
            super.end(how);
            Member last = members.removeLast();
            if (last != this) {
                members.set(place, last);
                last.place = place;
            }
            if (unsent != null) {
                unsent.forEach(rest -> rest.sender.taken());
                unsent.clear();
            }
        }
    }
}
