package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.net.NetException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members on this machine alone: the loopback interface, and a time to live of 0. */
class DiscoveryTest extends ExampleTest {
    private static final Duration SELDOM = Duration.ofMinutes(10);
    private static final Duration OFTEN = Duration.ofMillis(100);

    private final List<Discovery> members = new ArrayList<>();
    private NetworkInterface loopback;
    private Address to;

    @BeforeEach
    void findLoopback() throws Exception {
        loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
        // A port that is free for all addresses, so that other programs and tests have other ones.
        try (MulticastSocket free = new MulticastSocket(0)) {
            to = Discovery.GROUP.withPort(free.getLocalPort());
        }
    }

    @AfterEach
    void stopMembers() {
        members.forEach(Discovery::stop);
    }

    private Discovery member(Duration interval, BlockingQueue<String> news) throws NetException {
        Discovery member =
                Discovery.start(to, loopback.getIndex(), interval, group, news::add);
        members.add(member);
        return member;
    }

    @Test
    void aNewMemberLearnsOfAllThatAreThereAndOfTheirEnds() throws Exception {
        BlockingQueue<String> first = new LinkedBlockingQueue<>();
        Discovery one = member(SELDOM, first);
        one.announce("mail", Address.loopback(25));
        assertThat(first.take()).as("its own").isEqualTo("+ mail at 127.0.0.1:25");
        BlockingQueue<String> second = new LinkedBlockingQueue<>();
        Discovery two = member(SELDOM, second);
        assertThat(second.take()).as("though the interval is long")
                .isEqualTo("+ mail at 127.0.0.1:25");
        two.announce("web", Address.loopback6(80));
        assertThat(first.take()).isEqualTo("+ web at [::1]:80");
        assertThat(second.take()).isEqualTo("+ web at [::1]:80");
        assertThat(one.services()).hasToString("[mail at 127.0.0.1:25, web at [::1]:80]");
        assertThat(two.stop()).isEqualTo("2 services known");
        members.remove(two);
        assertThat(first.take()).isEqualTo("- web at [::1]:80");
        assertThat(one.services()).hasSize(1);
    }

    @Test
    void aServiceThatIsNotHeardAnyMoreIsGone() throws Exception {
        BlockingQueue<String> news = new LinkedBlockingQueue<>();
        Discovery member = member(OFTEN, news);
        try (MulticastSocket other = otherMember()) {
            say(other, "sluice-discovery here lost 127.0.0.1:9");
            assertThat(news.take()).isEqualTo("+ lost at 127.0.0.1:9");
        }
        member.announce("kept", Address.loopback(1));
        List<String> rest = List.of(news.take(), news.take());
        assertThat(rest).containsExactlyInAnyOrder(
                "+ kept at 127.0.0.1:1", "- lost at 127.0.0.1:9 (not heard any more)");
        assertThat(member.services()).hasToString("[kept at 127.0.0.1:1]");
    }

    private MulticastSocket otherMember() throws Exception {
        MulticastSocket socket = new MulticastSocket(to.port());
        socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 0);
        socket.setOption(StandardSocketOptions.IP_MULTICAST_IF, loopback);
        socket.joinGroup(to.toInetSocketAddress(), loopback);
        return socket;
    }

    private void say(MulticastSocket socket, String line) throws Exception {
        byte[] bytes = line.getBytes(UTF_8);
        socket.send(new DatagramPacket(bytes, bytes.length, to.toInetSocketAddress()));
    }

    private static String hear(MulticastSocket socket) throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[1000], 1000);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), UTF_8);
    }

    @Test
    void aMemberOfTheJdkAsksAndIsAnswered() throws Exception {
        BlockingQueue<String> news = new LinkedBlockingQueue<>();
        Discovery member = member(SELDOM, news);
        member.announce("mail", Address.loopback(25));
        news.take();
        try (MulticastSocket other = otherMember()) {
            say(other, "sluice-discovery ask");
            assertThat(List.of(hear(other), hear(other))).containsExactly(
                    "sluice-discovery ask", "sluice-discovery here mail 127.0.0.1:25");
        }
    }

    @Test
    void whatIsNoMessageIsIgnored() throws Exception {
        BlockingQueue<String> news = new LinkedBlockingQueue<>();
        Discovery member = member(SELDOM, news);
        try (MulticastSocket other = otherMember()) {
            for (String line : List.of("", "hello", "sluice-discovery here x",
                    "sluice-discovery here x nowhere", "sluice-discovery here a b c",
                    "sluice-discovery here \u001b[31m 127.0.0.1:1",
                    "sluice-discovery here x 127.0.0.1:99999",
                    "sluice-discovery here " + "x".repeat(600) + " 127.0.0.1:1")) {
                say(other, line);
            }
            say(other, "sluice-discovery here right 127.0.0.1:2\n");
        }
        assertThat(news.take()).isEqualTo("+ right at 127.0.0.1:2");
        assertThat(member.services()).hasSize(1);
        assertThatThrownBy(() -> member.announce("two words", Address.loopback(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("service 'two words': a name has ");
    }

    @Test
    void pythonAsMember() throws Exception {
        BlockingQueue<String> news = new LinkedBlockingQueue<>();
        Discovery member = member(SELDOM, news);
        member.announce("mail", Address.loopback(25));
        news.take();
        assertThat(RealClient.python("discovery", to.port())).contains("mail 127.0.0.1:25");
        assertThat(news.take()).isEqualTo("+ snake at 127.0.0.1:7");
        assertThat(news.take()).isEqualTo("- snake at 127.0.0.1:7");
    }
}
