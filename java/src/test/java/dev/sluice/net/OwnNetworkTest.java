package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.conformance.BackendsUnderTest;
import dev.sluice.conformance.JavaCommand;
import dev.sluice.conformance.Needs;
import dev.sluice.conformance.OwnNetwork;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Kernels with unusual settings, in networks of the test's own. */
class OwnNetworkTest {
    /** For groups with a thread per port. */
    private static final String OPENS = "--add-opens=java.base/java.lang=ALL-UNNAMED";

    private static void assertRight(String setup, String what) throws Exception {
        JavaCommand.Outcome outcome =
                OwnNetwork.run(setup, List.of(OPENS, OwnNetworkProcess.class.getName(), what));
        assertThat(outcome.lines()).containsExactly("tried on " + BackendsUnderTest.all());
        assertThat(outcome.code()).isZero();
    }

    @Test
    void everyAddressIsEveryOneWhereSocketsOfIpv6AreV6OnlyByDefault() throws Exception {
        assertRight("echo 1 > /proc/sys/net/ipv6/bindv6only", "everywhere");
    }

    @Test
    void everyAddressIsThoseOfIpv4WhereTheKernelHasNoIpv6() throws Exception {
        Needs.linux("seccomp");
        assumeThat(System.getProperty("os.arch")).as("the filter knows x86-64").isEqualTo("amd64");
        JavaCommand.Outcome outcome =
                JavaCommand.run(List.of(OPENS, NoIpv6Process.class.getName()));
        assertThat(outcome.lines()).containsExactly("tried");
        assertThat(outcome.code()).isZero();
    }

    @Test
    void aGivenSourceAddressHasAllItsPortsForEachPeer() throws Exception {
        assertRight("echo 50000 50009 > /proc/sys/net/ipv4/ip_local_port_range", "few-ports");
    }

    @Test
    void aBlackholeIsUnreachable() throws Exception {
        assertRight("ip route add blackhole 198.18.0.0/24\nip -6 route add blackhole 2001:db8::/64",
                "blackholes");
    }
}
