package dev.sluice.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/** A connection that speaks TLS by the JDK's engine, with one message of one size in flight. */
final class TlsClient {
    private static final int RECORD_BYTES = 16 * 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SelectionKey key;
    private final SocketChannel channel;
    private final SSLEngine engine;
    private final ByteBuffer message;
    private final ByteBuffer sending;
    private final ByteBuffer received;
    private int awaitedBytes;

    /** The message's bytes must stay; the engine has not begun. */
    TlsClient(SelectionKey key, SSLEngine engine, ByteBuffer message) {
        this.key = key;
        this.channel = (SocketChannel) key.channel();
        this.engine = engine;
        this.message = message;
        int packetBytes = engine.getSession().getPacketBufferSize();
        sending = ByteBuffer.allocate(
                (Math.ceilDiv(message.capacity(), RECORD_BYTES) + 1) * packetBytes);
        received = ByteBuffer.allocate(2 * packetBytes);
    }

    void beginHandshake() throws IOException {
        engine.beginHandshake();
        shakeHands();
    }

    boolean isReady() {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
                && sending.position() == 0;
    }

    /** Does what the engine can do now without more bytes of the peer. */
    private void shakeHands() throws IOException {
        HandshakeStatus status = engine.getHandshakeStatus();
        while (status == HandshakeStatus.NEED_WRAP || status == HandshakeStatus.NEED_TASK) {
            if (status == HandshakeStatus.NEED_TASK) {
                for (Runnable task = engine.getDelegatedTask(); task != null; task =
                        engine.getDelegatedTask()) {
                    task.run();
                }
            } else {
                wrap(NOTHING);
            }
            status = engine.getHandshakeStatus();
        }
        flush();
    }

    /** Sends the message, as far as the kernel takes it now. */
    void send() throws IOException {
        if (awaitedBytes > 0) {
            throw new IllegalStateException("a message is in flight");
        }
        awaitedBytes = message.capacity();
        message.clear();
        while (message.hasRemaining()) {
            wrap(message);
        }
        flush();
    }

    private void wrap(ByteBuffer plain) throws IOException {
        SSLEngineResult result = engine.wrap(plain, sending);
        if (result.getStatus() != Status.OK) {
            throw new IOException("the engine of the generator could not send: " + result);
        }
    }

    void flush() throws IOException {
        sending.flip();
        channel.write(sending);
        sending.compact();
        key.interestOps(sending.position() == 0
                ? SelectionKey.OP_READ
                : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    /**
     * Reads once; returns true if the whole message has come back with that.
     *
     * @param plain room for a record
     */
    boolean receive(ByteBuffer plain) throws IOException {
        if (channel.read(received) < 0) {
            throw new EOFException("the server closed a connection");
        }
        received.flip();
        boolean hadAll = awaitedBytes == 0;
        SSLEngineResult result;
        do {
            result = engine.unwrap(received, plain.clear());
            if (result.getStatus() == Status.CLOSED) {
                throw new EOFException("the server ended a connection");
            }
            if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                throw new IOException("the engine of the generator could not receive: " + result);
            }
            compare(plain.flip());
            shakeHands();
        } while (received.hasRemaining() && result.getStatus() == Status.OK);
        received.compact();
        return awaitedBytes == 0 && !hadAll;
    }

    private void compare(ByteBuffer plain) throws IOException {
        int bytes = plain.remaining();
        if (bytes > awaitedBytes) {
            throw new ByteCheckException("the server sent more than it received");
        }
        int place = message.capacity() - awaitedBytes;
        if (plain.mismatch(message.slice(place, bytes)) >= 0) {
            throw new ByteCheckException("the server sent other bytes than it received");
        }
        awaitedBytes -= bytes;
    }

    void close() throws IOException {
        channel.close();
    }
}
