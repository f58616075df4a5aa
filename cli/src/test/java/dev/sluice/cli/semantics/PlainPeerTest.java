package dev.sluice.cli.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The witness must not err: here both ends are plain sockets. */
class PlainPeerTest {
    private final Semaphore changes = new Semaphore(0);
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), 0));
        server.setSoTimeout(60_000);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /** What happens on the side that ends. */
    private interface Side {
        void end(Socket socket, PlainPeer peer) throws Exception;
    }

    /** Sends a byte, and when the peer has read it, ends the connection so. */
    private PeerEnd seen(PeerBehaviour behaviour, Side side) throws Exception {
        try (PlainPeer peer = PlainPeer.connecting(
                (InetSocketAddress) server.getLocalSocketAddress(), behaviour, changes::release);
                Socket socket = server.accept()) {
            socket.getOutputStream().write(StreamBytes.at(0));
            await(() -> peer.received() == 1);
            side.end(socket, peer);
            peer.resume();
            await(peer::isDone);
            assertThat(peer.failure()).isNull();
            return peer.end();
        }
    }

    private void await(BooleanSupplier isSo) throws InterruptedException {
        while (!isSo.getAsBoolean()) {
            assertThat(changes.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aCloseIsSeenAsTheEnd() throws Exception {
        assertThat(seen(PeerBehaviour.ONLY_READS, (socket, peer) -> socket.close()))
                .isEqualTo(PeerEnd.EOF);
    }

    @Test
    void lingerOfZeroIsSeenAsAReset() throws Exception {
        assertThat(seen(PeerBehaviour.ONLY_READS, (socket, peer) -> reset(socket)))
                .isEqualTo(PeerEnd.RESET);
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Test
    void anAnswerThatIsReadIsTaken() throws Exception {
        assertThat(seen(PeerBehaviour.ANSWERS, (socket, peer) -> socket.shutdownOutput()))
                .isEqualTo(PeerEnd.EOF);
    }

    @Test
    void anAnswerToAClosedSocketIsRefused() throws Exception {
        assertThat(seen(PeerBehaviour.ANSWERS, (socket, peer) -> socket.close()))
                .isEqualTo(PeerEnd.EOF_REFUSED);
    }

    @Test
    void aResetAfterTheEndIsDistinguished() throws Exception {
        assertThat(seen(PeerBehaviour.ANSWERS, (socket, peer) -> {
            socket.shutdownOutput();
            await(peer::sawEnd);
            reset(socket);
        })).isEqualTo(PeerEnd.EOF_RESET);
    }

    @Test
    void aWrongByteIsNoticed() throws Exception {
        assertThat(seen(PeerBehaviour.ONLY_READS, (socket, peer) -> {
            socket.getOutputStream().write(StreamBytes.at(7));
            socket.close();
        })).isEqualTo(PeerEnd.DAMAGED);
    }
}
