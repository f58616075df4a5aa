package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Address;
import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Options that concern interfaces, routes and privileges. Most need a network with interfaces and routes of
 * its own, in which {@link NetworkOptionsProcess} tries them.
 */
class NetworkOptionsTest extends ConformanceTest {
    private static final String SETUP = """
            ip link add v0 type veth peer name p0
            ip link add v1 type veth peer name p1
            ip addr add 198.18.0.1/24 dev v0
            ip addr add 198.18.1.1/24 dev v1
            ip addr add fd00:1::1/64 dev v0 nodad
            ip addr add fd00:2::1/64 dev v1 nodad
            ip link set v0 up
            ip link set v1 up
            ip link set p0 up
            ip link set p1 up
            ip route add default via 198.18.0.254
            ip rule add fwmark 77 unreachable
            ip link set lo mtu 1500""";

    private void assertInItsOwnNetwork(String what) throws Exception {
        JavaCommand.Outcome outcome = OwnNetwork.run(SETUP,
                List.of(NetworkOptionsProcess.class.getName(), backend.toString(), what));
        assertThat(outcome.lines()).containsExactly("as expected: " + what);
        assertThat(outcome.code()).isZero();
    }

    @Test
    void aMarkChoosesTheRoute() throws Exception {
        assertInItsOwnNetwork("mark");
    }

    @Test
    void withoutRoutingOnlyNeighboursAreReached() throws Exception {
        assertInItsOwnNetwork("dontroute");
    }

    @Test
    void aDatagramAboveTheMtuIsTooBigIfItMustNotBeFragmented() throws Exception {
        assertInItsOwnNetwork("dontfragment");
    }

    @Test
    void aSocketOfAnInterfaceReceivesByItAlone() throws Exception {
        assertInItsOwnNetwork("bindtodevice");
    }

    @Test
    void multicastLeavesByTheChosenInterfaceAndReturnsIfLooped() throws Exception {
        assertInItsOwnNetwork("multicast");
    }

    @Test
    void multicastOfIpv6LeavesByTheChosenInterfaceAndReturnsIfLooped() throws Exception {
        assertInItsOwnNetwork("multicast6");
    }

    @Test
    void aTransparentSocketBindsToTheAddressOfAnother() throws Exception {
        assertInItsOwnNetwork("transparent");
    }

    @Test
    void whatNeedsAPrivilegeNamesIt() throws Exception {
        Needs.root("a process that gives its privileges up");
        Needs.command("setpriv", "it takes the privileges away");
        Needs.nativeX86("the program runs on the kernel itself");
        List<String> command = new ArrayList<>(List.of(
                "setpriv", "--bounding-set", "-net_admin,-net_raw", "--inh-caps",
                "-net_admin,-net_raw"));
        command.addAll(JavaCommand.of(List.of(
                NetworkOptionsProcess.class.getName(), backend.toString(), "privileges")));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            assertThat(process.inputReader().lines().toList())
                    .containsExactly("as expected: privileges");
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aFreeBindTakesAnAddressThatNoInterfaceHas() throws Exception {
        Needs.linux("IP_FREEBIND");
        Address documented = Address.of("203.0.113.7", 0);
        assertThatThrownBy(() -> port.socket(SocketType.UDP4).bind(documented))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> assertThat(
                        failure.status()).isEqualTo(Status.ADDRESS_UNAVAILABLE));
        for (SocketType type : List.of(SocketType.UDP4, SocketType.TCP4)) {
            NativeSocket free = port.socket(type).set(SockOpt.FREEBIND, true);
            assertThat(free.get(SockOpt.FREEBIND)).isTrue();
            assertThat(free.bind(documented).localAddress().toString())
                    .startsWith("203.0.113.7:");
        }
        NativeSocket six = port.socket(SocketType.UDP6).set(SockOpt.FREEBIND, true);
        assertThat(six.bind(Address.of("2001:db8::7", 0)).localAddress().toString())
                .startsWith("[2001:db8::7]:");
    }

    /** On loopback the processor that sends also receives. */
    @Test
    void aSocketTakesThePacketsOfItsProcessor() throws Exception {
        Needs.linux("SO_INCOMING_CPU");
        Needs.nativeX86("SO_INCOMING_CPU");
        Needs.command("taskset", "it chooses the processor that sends");
        Needs.command("bash", "it sends");
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "needs two processors");
        assumeTrue(isAtLeast(6, 2), "needs Linux 6.2: SO_INCOMING_CPU in a group of REUSEPORT");
        NativeSocket[] sockets = new NativeSocket[2];
        Address at = OwnLoopback.at(0);
        for (int i = 0; i < sockets.length; i++) {
            sockets[i] = port.socket(SocketType.UDP4).set(SockOpt.REUSEPORT, true)
                    .set(SockOpt.INCOMING_CPU, i).bind(at);
            at = sockets[i].localAddress();
        }
        MemorySegment memory = port.allocate(64).segment();
        for (int processor : new int[]{0, 1, 1, 0, 0, 1}) {
            send(at, processor);
            Receive receive = new Receive(sockets[processor]).buffer(memory);
            assertThat(loop.run(receive).bytes()).as("processor %d", processor).isEqualTo(2);
            assertThat(sockets[1 - processor].tryReceive(memory))
                    .isEqualTo(NativeSocket.WOULD_BLOCK);
        }
    }

    private static boolean isAtLeast(int major, int minor) {
        String[] parts = System.getProperty("os.version").split("[.-]", -1);
        int present = Integer.parseInt(parts[0]);
        return present > major || (present == major && Integer.parseInt(parts[1]) >= minor);
    }

    private static void send(Address to, int processor) throws Exception {
        String script = "echo x > /dev/udp/" + OwnLoopback.HOST + "/" + to.port();
        Process process = new ProcessBuilder(
                "taskset", "-c", Integer.toString(processor), "bash", "-c", script).start();
        assumeTrue(process.waitFor() == 0, "needs the processors 0 and 1");
    }

    @Test
    void busyPollIsSetAndRead() throws Exception {
        Needs.linux("SO_BUSY_POLL");
        NativeSocket udp = port.socket(SocketType.UDP4);
        assertThat(udp.set(SockOpt.BUSY_POLL, 0).get(SockOpt.BUSY_POLL)).isZero();
        Needs.root("a time above net.core.busy_read");
        assertThat(udp.set(SockOpt.BUSY_POLL, 50).get(SockOpt.BUSY_POLL)).isEqualTo(50);
    }
}
