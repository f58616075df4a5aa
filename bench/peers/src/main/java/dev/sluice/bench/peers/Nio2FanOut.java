package dev.sluice.bench.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fan-out on the JDK's asynchronous channels, by the group's one thread. A member reads into a
 * buffer of its own, and reads again when every other member has taken its content.
 */
final class Nio2FanOut {
    private static final Member[] NOBODY = {};

    private final Set<Member> members = new LinkedHashSet<>();

    private Nio2FanOut() {}

    static EchoPeer open(InetSocketAddress address) throws IOException {
        Nio2FanOut fanOut = new Nio2FanOut();
        return Nio2Server.open(address, fanOut::join);
    }

    private void join(AsynchronousSocketChannel channel) {
        Member member = new Member(channel);
        members.add(member);
        member.read();
    }

    /** A member's own view of a message of another one. */
    private record Message(ByteBuffer bytes, Member sender) {}

    private final class Member implements CompletionHandler<Integer, Void> {
        private final AsynchronousSocketChannel channel;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(Task.BUFFER_BYTES);
        private final CompletionHandler<Integer, Message> onWritten = new Written(this);
        private int untaken; // how many others have not yet taken the content of the buffer
        private boolean writing;
        private @Nullable ArrayDeque<Message> waiting; // created when it is first needed

        Member(AsynchronousSocketChannel channel) {
            this.channel = channel;
        }

        void read() {
            channel.read(buffer.clear(), null, this);
        }

        @Override
        public void completed(Integer read, Void nothing) {
            if (read < 0) {
                leave();
                return;
            }
            buffer.flip();
            untaken = 1; // held until the message is handed to all
            // A copy, since members may leave during the loop: a write may end within its call.
            for (Member member : members.toArray(NOBODY)) {
                if (member != this && members.contains(member)) {
                    untaken++;
                    member.take(new Message(buffer.duplicate(), this));
                }
            }
            taken();
        }

        @Override
        public void failed(Throwable cause, Void nothing) {
            leave();
        }

        private void take(Message message) {
            if (!writing) {
                write(message);
                return;
            }
            if (waiting == null) {
                waiting = new ArrayDeque<>();
            }
            waiting.add(message);
        }

        private void write(Message message) {
            writing = true;
            channel.write(message.bytes, message, onWritten);
        }

        private void written(Message message) {
            if (message.bytes.hasRemaining() && members.contains(this)) {
                write(message);
                return;
            }
            writing = false;
            Message next = waiting == null ? null : waiting.poll();
            if (next != null) {
                write(next);
            }
            message.sender.taken();
        }

        private void taken() {
            untaken--;
            if (untaken == 0 && members.contains(this)) {
                read();
            }
        }

        private void leave() {
            if (!members.remove(this)) {
                return;
            }
            Nio2Server.close(channel);
            if (waiting != null) {
                ArrayDeque<Message> rest = waiting;
                waiting = null;
                rest.forEach(message -> message.sender.taken());
            }
        }
    }

    /** The end of a write: of the whole message, of a part, or of the connection. */
    private record Written(Member member) implements CompletionHandler<Integer, Message> {
        @Override
        public void completed(Integer written, Message message) {
            member.written(message);
        }

        @Override
        public void failed(Throwable cause, Message message) {
            member.leave();
            message.sender.taken();
        }
    }
}
