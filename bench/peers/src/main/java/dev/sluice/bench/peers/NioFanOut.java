package dev.sluice.bench.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fan-out on the JDK's Selector: one buffer for all, and a copy of what a member does not take. */
final class NioFanOut {
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(Task.BUFFER_BYTES);
    private final List<Member> members = new ArrayList<>();

    private NioFanOut() {}

    static EchoPeer open(InetSocketAddress address) throws IOException {
        NioFanOut fanOut = new NioFanOut();
        return NioServer.open(address, fanOut::join);
    }

    private Member join(SelectionKey key) {
        Member member = new Member(key, members.size());
        members.add(member);
        return member;
    }

    /** Bytes that a member still has to take, and their sender, which is not read until then. */
    private record Rest(ByteBuffer bytes, Member sender) {}

    private final class Member implements NioServer.Connection {
        private final SelectionKey key;
        private final SocketChannel channel;
        private int place; // index in the list of members
        private int untaken; // how many others have not yet taken what it sent
        private @Nullable ArrayDeque<Rest> unsent; // created when it is first needed

        Member(SelectionKey key, int place) {
            this.key = key;
            this.channel = (SocketChannel) key.channel();
            this.place = place;
        }

        @Override
        public boolean onReady(SelectionKey ready) throws IOException {
            if (!ready.isValid()) {
                return true; // another member closed it while its event was on its way
            }
            if (ready.isWritable()) {
                sendRest();
            }
            return !ready.isReadable() || receive();
        }

        private boolean receive() throws IOException {
            if (channel.read(buffer.clear()) < 0) {
                return false;
            }
            int end = buffer.position();
            // Downwards: a member that leaves during the loop is replaced by the last, which had
            // its turn.
            for (int i = members.size() - 1; i >= 0; i--) {
                Member member = members.get(i);
                if (member != this) {
                    member.take(buffer.position(0).limit(end), this);
                }
            }
            if (untaken > 0) {
                key.interestOpsAnd(~SelectionKey.OP_READ);
            }
            return true;
        }

        private void take(ByteBuffer bytes, Member sender) {
            try {
                if (unsent == null || unsent.isEmpty()) {
                    channel.write(bytes);
                }
                if (bytes.hasRemaining()) {
                    keep(ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip(), sender);
                }
            } catch (IOException e) {
                NioServer.close(key); // reset by the peer: the end of this connection only
            }
        }

        private void keep(ByteBuffer rest, Member sender) {
            if (unsent == null) {
                unsent = new ArrayDeque<>();
            }
            unsent.add(new Rest(rest, sender));
            sender.untaken++;
            key.interestOpsOr(SelectionKey.OP_WRITE);
        }

        private void sendRest() throws IOException {
            while (unsent != null && !unsent.isEmpty()) {
                channel.write(unsent.element().bytes);
                if (unsent.element().bytes.hasRemaining()) {
                    return;
                }
                unsent.remove().sender.taken();
            }
            key.interestOpsAnd(~SelectionKey.OP_WRITE);
        }

        private void taken() {
            untaken--;
            if (untaken == 0 && key.isValid()) {
                key.interestOpsOr(SelectionKey.OP_READ);
            }
        }

        @Override
        public void onClosed() {
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
