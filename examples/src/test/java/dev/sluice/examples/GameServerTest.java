package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Address;
import dev.sluice.net.Datagrams;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GameServerTest extends ExampleTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private @Nullable GameServer game;
    private int udpPort;

    private GameServer start(Duration silence) throws Exception {
        Datagrams datagrams = Datagrams.bind(Address.loopback(0), group);
        udpPort = datagrams.localAddress().port();
        GameServer started = GameServer.start(listener, datagrams, silence);
        game = started;
        return started;
    }

    @AfterEach
    void stop() {
        if (game != null) {
            game.stop();
        }
    }

    /** A player by UDP with a socket of the JDK. */
    private final class UdpPlayer implements AutoCloseable {
        private final DatagramSocket socket;

        UdpPlayer() throws IOException {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            socket.setSoTimeout(60_000);
        }

        void send(String text) throws IOException {
            byte[] bytes = text.getBytes(UTF_8);
            socket.send(new DatagramPacket(
                    bytes, bytes.length, InetAddress.getLoopbackAddress(), udpPort));
        }

        String readUntil(String wanted) throws IOException {
            List<String> seen = new ArrayList<>();
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
                try {
                    socket.receive(packet);
                } catch (IOException late) {
                    throw new AssertionError("'" + wanted + "' never came, but " + seen, late);
                }
                String text = new String(packet.getData(), 0, packet.getLength(), UTF_8);
                if (text.contains(wanted)) {
                    return text;
                }
                seen.add(text);
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    @Test
    void playersByTcpAndUdpSeeEachOther() throws Exception {
        start(LONG);
        LineClient ann = lineClient();
        ann.send("join ann");
        assertThat(ann.read()).isEqualTo("welcome ann");
        assertThat(ann.readUntil("state")).matches("state \\d+ ann=0,0");
        try (UdpPlayer bob = new UdpPlayer()) {
            bob.send("move 1 1");
            assertThat(bob.readUntil("?")).isEqualTo("? first: join NAME\n");
            bob.send("join ann");
            assertThat(bob.readUntil("?")).isEqualTo("? taken\n");
            bob.send("join bob");
            assertThat(bob.readUntil("welcome")).isEqualTo("welcome bob\n");
            assertThat(ann.readUntil("bob")).matches("state \\d+ ann=0,0 bob=0,0");
            bob.send("move 3 -4");
            assertThat(ann.readUntil("bob=3")).matches("state \\d+ ann=0,0 bob=3,-4");
            assertThat(bob.readUntil("bob=3")).matches("state \\d+ ann=0,0 bob=3,-4\n");
            ann.send("move 99 0");
            assertThat(bob.readUntil("ann=1")).matches("state \\d+ ann=10,0 bob=3,-4\n");
            ann.send("leave");
            assertThat(ann.readUntil("bye")).isEqualTo("bye");
            assertThat(ann.read()).isNull();
            assertThat(bob.readUntil("state")).matches("state \\d+ bob=3,-4\n");
        }
    }

    @Test
    void whoEndsTheStreamHasLeft() throws Exception {
        start(LONG);
        LineClient ann = lineClient();
        ann.send("join ann");
        LineClient bob = lineClient();
        bob.send("join bob");
        ann.readUntil("bob");
        bob.socket.shutdownOutput();
        assertThat(ann.readUntil("state")).doesNotContain("bob");
        LineClient cid = lineClient();
        cid.send("join cid");
        ann.readUntil("cid");
        cid.socket.setSoLinger(true, 0);
        cid.socket.close();
        assertThat(ann.readUntil("state")).doesNotContain("cid");
    }

    @Test
    void nc() throws Exception {
        RealClient.requireNc();
        start(LONG);
        String byTcp = RealClient.run("join ann\nmove 1 2\nleave\n", "nc", "127.0.0.1", port() + "")
                .success();
        assertThat(byTcp).startsWith("welcome ann\n").contains("bye\n");
        try (UdpPlayer watching = new UdpPlayer()) {
            watching.send("join eve");
            watching.readUntil("welcome");
            // One datagram for each write; it ends when it has been idle for a second.
            RealClient.run("join bob", "nc", "-u", "-w", "1", "127.0.0.1", udpPort + "");
            assertThat(watching.readUntil("bob")).matches("state \\d+ eve=0,0 bob=0,0\n");
        }
    }

    @Test
    void pythonAsyncio() throws Exception {
        start(LONG);
        assertThat(RealClient.python("game", port(), udpPort)).contains("players met");
    }

    @Test
    void go() throws Exception {
        start(LONG);
        assertThat(RealClient.go("game", port(), udpPort)).contains("players met");
    }

    @Test
    void node() throws Exception {
        start(LONG);
        assertThat(RealClient.node("game", port(), udpPort)).contains("players met");
    }

    @Test
    void silentPlayersAreRemovedAsGhosts() throws Exception {
        GameServer started = start(Duration.ofMillis(200));
        LineClient ghost = lineClient();
        ghost.send("join ghost");
        try (UdpPlayer spirit = new UdpPlayer()) {
            spirit.send("join spirit");
            spirit.readUntil("welcome");
            // Its connection is reset, maybe before it read; the JDK throws an exception for that.
            assertThat(endOf(ghost)).contains("reset");
            // The name is free again when its player is gone.
            String answer;
            try (UdpPlayer heir = new UdpPlayer()) {
                do {
                    heir.send("join spirit");
                    answer = heir.readUntil("");
                } while (answer.equals("? taken\n"));
            }
            assertThat(answer).isEqualTo("welcome spirit\n");
        }
        // On a slow machine the heir is one too.
        assertThat(started.stop()).containsPattern(" [23] ghosts removed");
    }

    private static String endOf(LineClient client) {
        try {
            for (String line = client.read(); line != null; line = client.read()) {
                assertThat(line).matches("(welcome ghost|state .*)");
            }
            return "end of stream";
        } catch (IOException failure) {
            return String.valueOf(failure.getMessage());
        }
    }
}
