package dev.sluice.net;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A connection in memory whose peer is an engine of TLS, of which each byte may be changed on its way, or a peer that
 * sends bytes of its own. All happens on the thread that reads.
 */
final class HostileTransport extends FakeConnection {
    private static final int ROOM = 1 << 17;

    private final @Nullable SSLEngine peer;
    private final Queue<byte[]> plaintext;
    private final Map<Integer, Byte> changes;
    private final int most;
    private final boolean truncates;

    private final ByteBuffer fromPeer = ByteBuffer.allocate(ROOM).limit(0);
    private final ByteBuffer toPeer = ByteBuffer.allocate(ROOM).limit(0);
    private int delivered;
    private boolean ended;
    int reads;

    /**
     * @param peer null for one that sends the plaintext as it is
     * @param plaintext written after the handshake, a record for each
     * @param changes offset among the peer's bytes to what it is combined with by exclusive or
     * @param most bytes of one read
     * @param truncates true if the peer ends without close_notify
     */
    HostileTransport(@Nullable SSLEngine peer, Queue<byte[]> plaintext, Map<Integer, Byte> changes,
            int most, boolean truncates, int port) {
        super(port);
        this.peer = peer;
        this.plaintext = new ArrayDeque<>(plaintext);
        this.changes = changes;
        this.most = most;
        this.truncates = truncates;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws NetException {
        reads++;
        if (!isOpen()) {
            throw new ClosedException("read of a closed transport");
        }
        if (!fromPeer.hasRemaining() && !ended) {
            supply();
        }
        if (!fromPeer.hasRemaining()) {
            return -1;
        }
        int count = Math.min(Math.min(length, most), fromPeer.remaining());
        for (int i = 0; i < count; i++) {
            into[offset + i] = (byte) (fromPeer.get() ^ changes.getOrDefault(delivered, (byte) 0));
            delivered++;
        }
        return count;
    }

    /** Lets the peer run until it has sent something, or has ended, or waits for bytes that never come. */
    private void supply() {
        if (peer == null) {
            while (!plaintext.isEmpty()) {
                append(plaintext.remove());
            }
            ended = true;
            return;
        }
        try {
            while (!fromPeer.hasRemaining() && !ended) {
                step(peer);
            }
        } catch (SSLException refused) {
            ended = true;
        }
    }

    private void step(SSLEngine engine) throws SSLException {
        HandshakeStatus next = engine.getHandshakeStatus();
        switch (next) {
            case NEED_TASK -> engine.getDelegatedTask().run();
            case NEED_WRAP -> wrap(engine, new byte[0]);
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                int before = toPeer.remaining();
                engine.unwrap(toPeer, ByteBuffer.allocate(ROOM));
                ended = before == toPeer.remaining()
                        && engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP;
            }
            case NOT_HANDSHAKING, FINISHED -> {
                if (!plaintext.isEmpty()) {
                    wrap(engine, plaintext.remove());
                } else if (truncates || engine.isOutboundDone()) {
                    ended = true;
                } else {
                    engine.closeOutbound();
                    wrap(engine, new byte[0]);
                    ended = true;
                }
            }
        }
    }

    private void wrap(SSLEngine engine, byte[] bytes) throws SSLException {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        do {
            ByteBuffer record = ByteBuffer.allocate(ROOM / 2);
            engine.wrap(from, record);
            record.flip();
            byte[] made = new byte[record.remaining()];
            record.get(made);
            append(made);
        } while (from.hasRemaining());
    }

    private void append(byte[] bytes) {
        fromPeer.compact().put(bytes).flip();
    }

    @Override
    public void write(byte[] from, int offset, int length) throws NetException {
        if (!isOpen()) {
            throw new ClosedException("write of a closed transport");
        }
        toPeer.compact();
        int count = Math.min(length, toPeer.remaining());
        toPeer.put(from, offset, count).flip();
    }
}
