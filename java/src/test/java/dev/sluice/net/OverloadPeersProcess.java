package dev.sluice.net;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Very many peers that are slow, that do not read, or that are hostile. Each connects again when
 * the server has reset it. They come from addresses of their own. Prints "tried" when each has
 * tried to connect once, and runs until it is killed.
 */
final class OverloadPeersProcess {
    /** Hostile peers have as few addresses as an attacker may have. */
    private static final int HOSTILE_ADDRESSES = 4;

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long FIRST_PAUSE = SECOND / 2000;
    private static final int SMALL_BUFFER = 4096;
    private static final int GARBAGE_BYTES = 300;

    private final Selector selector = Selector.open();
    private final PriorityQueue<Peer> due =
            new PriorityQueue<>((one, other) -> Long.signum(one.dueNanos - other.dueNanos));
    private final Random random = new Random(1);
    private final InetSocketAddress server;
    private final int perAddress;
    private int untried;

    /** How a peer behaves. */
    private enum Kind {
        /** Sends a byte of a request now and then. */
        SLOW(1),
        /** Asks for a large answer and never reads. */
        UNREAD(2),
        /** Sends garbage, leaves in the middle of a request, resets at once, or never speaks. */
        HOSTILE(3);

        /** The third octet of its addresses. */
        final int network;

        Kind(int network) {
            this.network = network;
        }
    }

    private OverloadPeersProcess(InetSocketAddress server, int perAddress) throws IOException {
        this.server = server;
        this.perAddress = perAddress;
    }

    /** The address and port of the server, the numbers of peers, and how many share an address. */
    public static void main(String[] arguments) throws Exception {
        InetSocketAddress server =
                new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
        OverloadPeersProcess peers =
                new OverloadPeersProcess(server, Integer.parseInt(arguments[5]));
        peers.create(Kind.SLOW, Integer.parseInt(arguments[2]));
        peers.create(Kind.UNREAD, Integer.parseInt(arguments[3]));
        peers.create(Kind.HOSTILE, Integer.parseInt(arguments[4]));
        peers.run();
    }

    private void create(Kind kind, int count) {
        for (int i = 0; i < count; i++) {
            int host = kind == Kind.HOSTILE ? i % HOSTILE_ADDRESSES : i / perAddress;
            String address = "127.10." + kind.network + "." + (1 + host);
            Peer peer = new Peer(kind, address);
            peer.dueNanos = System.nanoTime() + untried * FIRST_PAUSE;
            due.add(peer);
            untried++;
        }
    }

    private void run() throws IOException {
        boolean reported = false;
        while (true) {
            long now = System.nanoTime();
            Peer first = due.peek();
            while (first != null && first.dueNanos - now <= 0) {
                due.remove().act();
                first = due.peek();
            }
            if (untried == 0 && !reported) {
                System.out.println("tried");
                reported = true;
            }
            selector.select(this::ready, 1);
        }
    }

    private void ready(SelectionKey key) {
        ((Peer) key.attachment()).ready(key);
    }

    private final class Peer {
        private final Kind kind;
        private final String address;
        private @Nullable SocketChannel channel;
        private long dueNanos;
        private boolean tried;

        Peer(Kind kind, String address) {
            this.kind = kind;
            this.address = address;
        }

        private void actIn(double seconds) {
            dueNanos = System.nanoTime() + (long) (seconds * SECOND);
            due.add(this);
        }

        /** The time of the peer has come: it connects, sends, or leaves. */
        void act() {
            SocketChannel present = channel;
            try {
                if (present == null) {
                    connect();
                } else if (present.isConnected()) {
                    speak(present);
                }
            } catch (IOException reset) {
                leave();
            }
        }

        private void connect() throws IOException {
            if (!tried) {
                tried = true;
                untried--;
            }
            SocketChannel opened = SocketChannel.open();
            channel = opened;
            opened.configureBlocking(false);
            if (kind == Kind.UNREAD) {
                opened.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
            }
            opened.bind(new InetSocketAddress(address, 0));
            boolean connected = opened.connect(server);
            SelectionKey key = opened.register(selector, SelectionKey.OP_CONNECT, this);
            if (connected) {
                ready(key);
            }
        }

        /** Connected, or reset. */
        void ready(SelectionKey key) {
            SocketChannel present = (SocketChannel) key.channel();
            try {
                if (!present.isConnected()) {
                    boolean connected = present.finishConnect();
                    assert connected : "neither connected nor refused";
                    key.interestOps(kind == Kind.UNREAD ? 0 : SelectionKey.OP_READ);
                    greet(present);
                } else if (present.read(ByteBuffer.allocate(SMALL_BUFFER)) < 0) {
                    leave();
                }
            } catch (IOException reset) {
                leave();
            }
        }

        private void greet(SocketChannel present) throws IOException {
            switch (kind) {
                case SLOW -> actIn(1 + 9 * random.nextDouble());
                case UNREAD -> {
                    send(present, OverloadServerProcess.LARGE.getBytes(US_ASCII));
                    actIn(5 + 5 * random.nextDouble());
                }
                case HOSTILE -> attack(present);
            }
        }

        private void attack(SocketChannel present) throws IOException {
            switch (random.nextInt(4)) {
                case 0 -> {
                    byte[] garbage = new byte[GARBAGE_BYTES];
                    random.nextBytes(garbage);
                    send(present, garbage);
                }
                case 1 -> send(present, OverloadServerProcess.ASK.substring(0, 2)
                        .getBytes(US_ASCII));
                case 2 -> {
                    present.setOption(StandardSocketOptions.SO_LINGER, 0);
                    leave();
                    return;
                }
                default -> {} // Never speaks.
            }
            actIn(10 * random.nextDouble());
        }

        /** Sends its next byte, or ends, or finds out whether it was reset. */
        private void speak(SocketChannel present) throws IOException {
            if (kind == Kind.HOSTILE) {
                leave();
                return;
            }
            send(present, new byte[]{'a'});
            actIn(2 + 8 * random.nextDouble());
        }

        private static void send(SocketChannel to, byte[] bytes) throws IOException {
            int sent = to.write(ByteBuffer.wrap(bytes));
            assert sent >= 0 : sent;
        }

        /** Closes the connection, and tries again later. */
        private void leave() {
            SocketChannel present = channel;
            if (present == null) {
                return;
            }
            channel = null;
            try {
                present.close();
            } catch (IOException failure) {
                System.out.println("cannot close: " + failure);
            }
            due.remove(this); // What it was about to do.
            actIn(0.5 + random.nextDouble());
        }
    }
}
