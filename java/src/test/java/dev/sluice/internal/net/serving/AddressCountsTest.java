package dev.sluice.internal.net.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Address;
import org.junit.jupiter.api.Test;

/** Which addresses count as one, and that none is kept without a connection. */
class AddressCountsTest {
    private static Address at(String literal, int port) {
        return Address.of(literal, port);
    }

    @Test
    void eachAddressOfIpv4CountsForItself() {
        AddressCounts counts = new AddressCounts(1);
        assertThat(counts.tryAdd(at("10.0.0.1", 1))).isTrue();
        assertThat(counts.tryAdd(at("10.0.0.1", 2))).as("another port").isFalse();
        assertThat(counts.tryAdd(at("10.0.0.2", 1))).isTrue();
        assertThat(counts.size()).isEqualTo(2);
    }

    @Test
    void theAddressesOfOneNetworkOfIpv6CountAsOne() {
        AddressCounts counts = new AddressCounts(2);
        assertThat(counts.tryAdd(at("2001:db8:0:1::1", 1))).isTrue();
        assertThat(counts.tryAdd(at("2001:db8:0:1:ffff::2", 1))).isTrue();
        assertThat(counts.tryAdd(at("2001:db8:0:1::3", 1))).isFalse();
        assertThat(counts.tryAdd(at("2001:db8:0:2::1", 1))).as("another network").isTrue();
        assertThat(counts.tryAdd(at("0.0.0.0", 1))).as("no address of IPv6").isTrue();
        assertThat(counts.tryAdd(at("::1", 1))).isTrue();
        assertThat(counts.size()).isEqualTo(4);
    }

    @Test
    void anAddressIsForgottenWithItsLastConnection() {
        AddressCounts counts = new AddressCounts(2);
        Address peer = at("192.0.2.1", 1);
        assertThat(counts.tryAdd(peer)).isTrue();
        assertThat(counts.tryAdd(peer)).isTrue();
        counts.remove(peer);
        assertThat(counts.size()).isEqualTo(1);
        counts.remove(peer);
        assertThat(counts.size()).isZero();
        assertThat(counts.tryAdd(peer)).isTrue();
    }

    @Test
    void withoutABoundAndForUnixSocketsNothingIsKept() {
        AddressCounts unbounded = new AddressCounts(ServerSettings.UNBOUNDED);
        assertThat(unbounded.tryAdd(at("192.0.2.1", 1))).isTrue();
        unbounded.remove(at("192.0.2.1", 1));
        AddressCounts bounded = new AddressCounts(1);
        for (int i = 0; i < 3; i++) {
            assertThat(bounded.tryAdd(Address.parse("unix:@peer"))).isTrue();
        }
        assertThat(unbounded.size() + bounded.size()).isZero();
    }
}
