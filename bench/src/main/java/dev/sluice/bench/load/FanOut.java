package dev.sluice.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One message at a time. One connection after the other sends, and the server sends the message to
 * all other connections. The unit is a delivery. Each delivery is checked for its number, so that
 * none is lost, doubled or sent back.
 */
public final class FanOut implements Exchange {
    private static final int MESSAGE_BYTES = 64;
    private static final long STALL_MILLIS = 10_000;
    private static final long HELLO_MILLIS = 100;
    private static final int HELLOS = 100;

    private final Selector selector = Selector.open();
    private final List<Member> members = new ArrayList<>();
    private final ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE_BYTES);
    private final Consumer<SelectionKey> action = this::onReadable;
    private long sequence;
    private int missing;

    /** A connection with the message that it is receiving, and the number of the last whole one. */
    private static final class Member {
        private final SocketChannel channel;
        private final ByteBuffer incoming;
        private long last;

        Member(SocketChannel channel, ByteBuffer incoming) {
            this.channel = channel;
            this.incoming = incoming;
        }
    }

    /** Connects to a server that fans out, with that many receivers and a sender. */
    public FanOut(InetSocketAddress server, int receivers) throws IOException {
        ByteBuffer memory = ByteBuffer.allocateDirect((receivers + 1) * MESSAGE_BYTES);
        try {
            for (int i = 0; i <= receivers; i++) {
                join(server, memory.slice(i * MESSAGE_BYTES, MESSAGE_BYTES));
            }
            awaitAll();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void join(InetSocketAddress server, ByteBuffer incoming) throws IOException {
        SelectionKey key = GeneratorSocket.connect(server, selector);
        Member member = new Member((SocketChannel) key.channel(), incoming);
        key.attach(member);
        members.add(member);
    }

    /**
     * A connection may be established before the server has accepted it: the last one sends a
     * greeting.
     */
    private void awaitAll() throws IOException {
        for (int hello = 0; hello < HELLOS; hello++) {
            send(members.getLast());
            boolean waited = true;
            while (missing > 0 && waited) {
                waited = select(HELLO_MILLIS) > 0;
            }
            if (missing == 0) {
                return;
            }
        }
        throw new IOException(missing + " of " + (members.size() - 1)
                + " connections never got a message of another");
    }

    @Override
    public Outcome run(long durationNanos) throws IOException {
        long startNanos = System.nanoTime();
        long messages = 0;
        long nowNanos = startNanos;
        while (nowNanos - startNanos < durationNanos) {
            send(members.get((int) (messages % members.size())));
            while (missing > 0) {
                if (select(STALL_MILLIS) == 0) {
                    throw new IOException(missing + " of " + (members.size() - 1)
                            + " connections did not get a message within 10 seconds");
                }
            }
            messages++;
            nowNanos = System.nanoTime();
        }
        return new Outcome(messages * (members.size() - 1), nowNanos - startNanos, List.of());
    }

    private void send(Member sender) throws IOException {
        sequence++;
        missing = members.size() - 1;
        sender.last = sequence; // so that it shows if it is sent back
        message.clear().putLong(0, sequence);
        while (message.hasRemaining()) {
            sender.channel.write(message);
        }
    }

    private int select(long millis) throws IOException {
        try {
            return selector.select(action, millis);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void onReadable(SelectionKey key) {
        Member member = (Member) key.attachment();
        try {
            if (member.channel.read(member.incoming) < 0) {
                throw new EOFException("the server closed a connection");
            }
            if (member.incoming.hasRemaining()) {
                return;
            }
            long number = member.incoming.clear().getLong(0);
            if (number <= member.last || number > sequence) {
                throw new IOException("message " + number + " came when " + sequence
                        + " was under way and " + member.last + " was the last");
            }
            member.last = number;
            missing -= number == sequence ? 1 : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.channel.close();
        }
        selector.close();
    }
}
