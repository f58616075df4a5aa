package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.net.Listener;
import dev.sluice.net.ListenerOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs Unix sockets, which IOCP does not have")
class LocalChatTest extends ExampleTest {
    private static final long OWN_PID = ProcessHandle.current().pid();

    @TempDir
    private Path folder;

    private final List<Guest> guests = new ArrayList<>();
    private Path file;
    private ChatServer chat;

    /** A client of the JDK. */
    private static final class Guest implements AutoCloseable {
        private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        private final BufferedReader reader;

        Guest(Path file) throws IOException {
            channel.connect(UnixDomainSocketAddress.of(file));
            reader = new BufferedReader(
                    new InputStreamReader(Channels.newInputStream(channel), UTF_8));
        }

        void say(String line) throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        String hearUntil(String wanted) throws IOException {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.contains(wanted)) {
                    return line;
                }
            }
            throw new AssertionError("'" + wanted + "' never came");
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        file = folder.resolve("chat");
        chat = LocalChat.start(
                Listener.open("unix:" + file, ListenerOptions.DEFAULT.group(group)));
    }

    @AfterEach
    void stop() throws IOException {
        for (Guest guest : guests) {
            guest.close();
        }
        chat.stop();
        assertThat(file).doesNotExist();
    }

    private Guest guest() throws IOException {
        Guest guest = new Guest(file);
        guests.add(guest);
        return guest;
    }

    /** The name of this process, whose first guest has no number behind it. */
    private String nameOf(int guest) throws IOException {
        return "user-" + Files.getAttribute(folder, "unix:uid") + "-process-" + OWN_PID
                + (guest == 1 ? "" : "-" + guest);
    }

    @Test
    void manyGuestsHearOneAndTheKernelSaysWhoItIs() throws Exception {
        for (int i = 1; i <= 50; i++) {
            guest().hearUntil("* " + nameOf(i) + " joined");
        }
        guests.get(6).say("hello");
        for (int i = 0; i < 50; i++) {
            if (i != 6) {
                assertThat(guests.get(i).hearUntil("hello")).isEqualTo(nameOf(7) + ": hello");
            }
        }
        guests.get(49).close();
        assertThat(guests.getFirst().hearUntil(nameOf(50) + " l")).startsWith("* ");
    }

    @Test
    void nc() throws Exception {
        RealClient.requireNc();
        Guest ann = guest();
        ann.hearUntil("joined");
        String output = RealClient.run("hello from nc\n/quit\n", "nc", "-U", file.toString())
                .success();
        assertThat(output).startsWith("* user-").contains(" joined; here: " + nameOf(1));
        assertThat(ann.hearUntil("hello from nc")).matches("user-\\d+-process-\\d+: hello from nc")
                .doesNotContain("" + OWN_PID);
        ann.hearUntil("left");
    }

    @Test
    void pythonAsyncio() throws Exception {
        assertThat(RealClient.python("localchat", file)).contains("30 guests");
    }

    @Test
    void aSocketOfTheNetworkIsRefused() {
        assertThatThrownBy(() -> LocalChat.start(listener))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("listen at unix:/path, not at 127.0.0.1:");
    }
}
