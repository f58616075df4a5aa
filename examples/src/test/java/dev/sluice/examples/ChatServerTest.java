package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SockOpt;
import dev.sluice.net.ListenerOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChatServerTest extends ExampleTest {
    private ChatServer chat;

    /** Small kernel buffers, so that few lines show which client does not read. */
    @Override
    ListenerOptions listening() throws IOException {
        return super.listening().control(socket -> socket.set(SockOpt.SNDBUF, 4096));
    }

    @BeforeEach
    void start() {
        chat = ChatServer.start(listener);
    }

    @AfterEach
    void stop() {
        chat.stop();
    }

    private LineClient guest(String name) throws IOException {
        LineClient guest = lineClient();
        guest.send(name);
        guest.readUntil("* " + name + " joined");
        return guest;
    }

    @Test
    void whatOneWritesAllOthersGet() throws Exception {
        List<LineClient> guests = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            guests.add(guest("guest" + i));
        }
        guests.getFirst().send("hello\u0007 \u00fc\r");
        for (LineClient other : guests.subList(1, 50)) {
            assertThat(other.readUntil("hello")).isEqualTo("guest0: hello \u00fc");
        }
        guests.get(7).send("I answer");
        assertThat(guests.getFirst().readUntil("answer")).isEqualTo("guest7: I answer");
        guests.get(8).send("/quit");
        assertThat(guests.getFirst().readUntil("left")).isEqualTo("* guest8 left");
        guests.get(9).socket.close();
        assertThat(guests.getFirst().readUntil("guest9")).startsWith("* guest9 l");
    }

    @Test
    void aNameIsTakenOnce() throws Exception {
        LineClient ann = guest("ann");
        LineClient second = lineClient();
        second.send("ann");
        second.send("");
        second.send("bob");
        assertThat(second.readUntil("joined")).isEqualTo(
                "Your name? Another name, please? Another name, please?"
                        + " * bob joined; here: ann, bob");
        assertThat(ann.read()).isEqualTo("* bob joined; here: ann, bob");
    }

    @Test
    void aSlowReaderIsDroppedAndHoldsNobodyUp() throws Exception {
        LineClient fast = guest("fast");
        LineClient author = guest("author");
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(4096);
            slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()));
            slow.getOutputStream().write("slow\n".getBytes(UTF_8));
            fast.readUntil("* slow joined");
            String line = "x".repeat(1000);
            String heard = "";
            for (int i = 0; i < 100_000 && !heard.startsWith("* slow"); i++) {
                author.send(line);
                heard = fast.read();
            }
            assertThat(heard).isEqualTo("* slow was dropped: it does not read");
            BufferedReader reader = new BufferedReader(
                    new InputStreamReader(slow.getInputStream(), UTF_8));
            assertThatThrownBy(() -> {
                while (reader.readLine() != null) {
                    Thread.onSpinWait();
                }
            }).isInstanceOf(IOException.class).hasMessageContaining("reset");
        }
        author.send("we continue");
        assertThat(fast.readUntil("continue")).isEqualTo("author: we continue");
        author.send("/quit");
        fast.send("/quit");
        assertThat(chat.stop()).endsWith("; dropped as slow: 1");
    }

    @Test
    void aLineWithoutEndIsRefused() throws Exception {
        LineClient ann = guest("ann");
        LineClient bob = guest("bob");
        bob.socket.getOutputStream().write("y".repeat(1025).getBytes(UTF_8));
        assertThat(ann.readUntil("sent away"))
                .isEqualTo("* bob was sent away for a line of more than 1024 bytes");
    }

    @Test
    void theEndIsSentToAll() throws Exception {
        LineClient ann = guest("ann");
        LineClient bob = guest("bob");
        assertThat(chat.stop()).startsWith("2 connections finished, 0 lost, 0 failed, 0 aborted");
        assertThat(ann.readUntil("ends")).isEqualTo("* the chat ends here");
        assertThat(ann.read()).isNull();
        bob.readUntil("ends");
        assertThat(bob.read()).isNull();
    }

    @Test
    void nc() throws Exception {
        RealClient.requireNc();
        LineClient ann = guest("ann");
        RealClient.Ended ended = RealClient.run("bob\nhello from nc\n/quit\n", "nc", "127.0.0.1",
                port() + "");
        assertThat(ended.success()).isEqualTo("Your name? * bob joined; here: ann, bob\n");
        assertThat(ann.readUntil("bob: ")).isEqualTo("bob: hello from nc");
        assertThat(ann.readUntil("left")).isEqualTo("* bob left");
    }

    @Test
    void pythonAsyncio() throws Exception {
        assertThat(RealClient.python("chat", port())).contains("30 guests");
    }
}
