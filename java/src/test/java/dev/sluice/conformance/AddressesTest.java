package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.DatagramSource;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.ReceiveFrom;
import dev.sluice.Send;
import dev.sluice.SendTo;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Local and peer addresses of every family, as the sockets tell them. */
class AddressesTest extends ConformanceTest {
    private void exchange(Pairs.Pair pair) throws SystemCallException {
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 100)));
        Event received = loop.run(new Receive(pair.server()));
        assertThat(received.bytes()).isEqualTo(100);
        Pattern.check(received.data(), 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "127.1.2.3:0", "[::1]:0"})
    @Tag("aarch64")
    void bothEndsOfAConnectionNameEachOther(String at) throws Exception {
        NativeSocket listener = port.listen(Address.parse(at));
        Address listening = listener.localAddress();
        assertThat(listening.port()).isPositive();
        assertThat(listening.withPort(0)).isEqualTo(Address.parse(at));
        Pairs.Pair pair = Pairs.connect(loop, listener);
        assertThat(pair.client().peerAddress()).isEqualTo(listening);
        assertThat(pair.server().localAddress()).isEqualTo(listening);
        assertThat(pair.server().peerAddress()).isEqualTo(pair.client().localAddress());
        assertThat(pair.client().localAddress().port()).isPositive();
        exchange(pair);
    }

    @Test
    void portZeroGivesEachListenerAPortOfItsOwn() throws Exception {
        NativeSocket one = port.listen(Address.any(0));
        NativeSocket other = port.listen(Address.any(0));
        assertThat(one.localAddress().port()).isPositive()
                .isNotEqualTo(other.localAddress().port());
        assertThat(one.localAddress()).isEqualTo(Address.any(one.localAddress().port()));
    }

    @Test
    void anUnboundSocketHasTheEmptyAddressAndNoPeer() throws Exception {
        NativeSocket socket = port.socket(SocketType.TCP4);
        if (Needs.isLinux()) {
            assertThat(socket.localAddress()).isEqualTo(Address.any(0));
        }
        assertThatThrownBy(socket::peerAddress)
                .isInstanceOfSatisfying(SystemCallException.class, failure -> assertThat(
                        failure.status()).isEqualTo(Status.NOT_CONNECTED));
    }

    @Test
    void aClientMayBindBeforeItConnects() throws Exception {
        NativeSocket listener = port.listen(Address.loopback(0));
        NativeSocket client = port.socket(SocketType.TCP4).bind(Address.of("127.0.0.9", 0));
        Address bound = client.localAddress();
        loop.run(new Connect(client, listener.localAddress()));
        assertThat(client.localAddress()).isEqualTo(bound);
        NativeSocket server = loop.run(new Accept(listener)).accepted();
        assertThat(server.peerAddress()).isEqualTo(bound);
    }

    @Test
    void bindToAnAddressOfAnotherFamilyFails() throws Exception {
        NativeSocket socket = port.socket(SocketType.TCP4);
        assertThatThrownBy(() -> socket.bind(Address.loopback6(0)))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> {
                    assertThat(failure.status()).isEqualTo(Status.UNSUPPORTED);
                    assertThat(failure).hasMessageContaining("[::1]:0");
                });
    }

    /** An IPv6 address that means something on one interface only. */
    private static Inet6Address linkLocal() throws IOException {
        Optional<Inet6Address> found = NetworkInterface.networkInterfaces()
                // Not one of a VanishingPeer: another process's may be gone any moment.
                .filter(each -> !each.getName().startsWith(VanishingPeer.LINK))
                .flatMap(NetworkInterface::inetAddresses)
                .filter(Inet6Address.class::isInstance)
                .map(Inet6Address.class::cast)
                .filter(Inet6Address::isLinkLocalAddress)
                .findFirst();
        assumeTrue(found.isPresent(), "no interface here has a link-local IPv6 address");
        return found.get();
    }

    @Test
    void theScopeOfALinkLocalAddressIsKept() throws Exception {
        Needs.linux("the JDK's interfaces do not work under Wine");
        Inet6Address here = linkLocal();
        String literal = here.getHostAddress();
        Address address = Address.of(literal, 0);
        assertThat(address.scopeId()).isEqualTo(here.getScopeId()).isPositive();
        NativeSocket listener = port.listen(address);
        assertThat(listener.localAddress().scopeId()).isEqualTo(here.getScopeId());
        Pairs.Pair pair = Pairs.connect(loop, listener);
        assertThat(pair.client().peerAddress()).isEqualTo(listener.localAddress());
        assertThat(pair.server().peerAddress().scopeId()).isEqualTo(here.getScopeId());
        exchange(pair);
    }

    @Test
    void theScopeOfADatagramsSourceIsKept() throws Exception {
        Needs.linux("the JDK's interfaces do not work under Wine");
        Inet6Address here = linkLocal();
        NativeSocket one = port.datagrams(Address.of(here.getHostAddress(), 0));
        NativeSocket other = port.datagrams(Address.of(here.getHostAddress(), 0));
        SendTo send = new SendTo(one).buffer(Pattern.allocate(port, 10)).to(other.localAddress());
        assertThat(loop.run(send).status()).isEqualTo(Status.OK);
        ReceiveFrom receive = new ReceiveFrom(other).buffer(port.allocate(64).segment());
        loop.run(receive);
        assertThat(receive.source()).isEqualTo(one.localAddress());
        assertThat(receive.source().scopeId()).isEqualTo(here.getScopeId());
    }

    @Test
    void aLinkLocalAddressWithoutItsScopeCannotBeBound() throws Exception {
        Needs.linux("the JDK's interfaces do not work under Wine");
        String bare = linkLocal().getHostAddress().replaceFirst("%.*", "");
        assertThatThrownBy(() -> port.listen(Address.of(bare, 0)))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> assertThat(
                        failure.status()).isEqualTo(Status.INVALID));
    }

    @Test
    void anIpv6ListenerTakesIpv4ToUnlessItIsV6Only() throws Exception {
        NativeSocket dual = port.socket(SocketType.TCP6).set(SockOpt.V6ONLY, false)
                .bind(Address.any6(0)).listen(16);
        Accept accept = loop.submit(new Accept(dual));
        NativeSocket client = port.socket(SocketType.TCP4);
        int dualPort = dual.localAddress().port();
        loop.run(new Connect(client, Address.loopback(dualPort)));
        NativeSocket server = loop.await(accept).accepted();
        assertThat(server.type()).isEqualTo(SocketType.TCP6);
        Address peer = server.peerAddress();
        assertThat(peer).isEqualTo(client.localAddress());
        assertThat(peer.isIpv6()).isFalse();
        assertThat(server.localAddress()).isEqualTo(client.peerAddress());
        exchange(new Pairs.Pair(client, server));
    }

    @Test
    void aV6OnlyListenerRefusesIpv4() throws Exception {
        NativeSocket only = port.socket(SocketType.TCP6).set(SockOpt.V6ONLY, true)
                .bind(Address.any6(0)).listen(16);
        assertThat(only.get(SockOpt.V6ONLY)).isTrue();
        int sharedPort = only.localAddress().port();
        NativeSocket client = port.socket(SocketType.TCP4);
        assertThat(loop.run(new Connect(client, Address.loopback(sharedPort))).status())
                .isEqualTo(Status.REFUSED);
        NativeSocket six = port.socket(SocketType.TCP6);
        assertThat(loop.run(new Connect(six, Address.loopback6(sharedPort))).status())
                .isEqualTo(Status.OK);
    }

    @Test
    void anIpv6SocketConnectsToAMappedIpv4Address() throws Exception {
        NativeSocket listener = port.listen(Address.loopback(0));
        NativeSocket client = port.socket(SocketType.TCP6).set(SockOpt.V6ONLY, false);
        Address mapped = Address.of("::ffff:127.0.0.1", listener.localAddress().port());
        assertThat(loop.run(new Connect(client, mapped)).status()).isEqualTo(Status.OK);
        NativeSocket server = loop.run(new Accept(listener)).accepted();
        assertThat(server.peerAddress())
                .isEqualTo(Address.loopback(client.localAddress().port()));
        assertThat(client.localAddress()).isEqualTo(server.peerAddress());
    }

    @Test
    void anIpv6SocketConnectsToAnIpv4AddressToUnlessItIsV6Only() throws Exception {
        NativeSocket listener = port.listen(Address.loopback(0));
        NativeSocket client = port.socket(SocketType.TCP6);
        assertThat(client.get(SockOpt.V6ONLY)).isFalse();
        assertThat(loop.run(new Connect(client, listener.localAddress())).status())
                .isEqualTo(Status.OK);
        assertThat(client.peerAddress()).isEqualTo(listener.localAddress());
        NativeSocket only = port.socket(SocketType.TCP6).set(SockOpt.V6ONLY, true);
        assertThat(loop.run(new Connect(only, listener.localAddress())).status())
                .isNotEqualTo(Status.OK);
    }

    @Test
    void anIpv6DatagramSocketExchangesDatagramsWithIpv4() throws Exception {
        NativeSocket dual = port.datagrams(Address.any6(0));
        Address dualThere = Address.loopback(dual.localAddress().port());
        NativeSocket four = port.datagrams(Address.loopback(0));
        SendTo hello = new SendTo(four).buffer(Pattern.allocate(port, 9)).to(dualThere);
        for (int i = 0; i < 2; i++) {
            assertThat(loop.run(hello).status()).isEqualTo(Status.OK);
        }
        ReceiveFrom receive = new ReceiveFrom(dual).buffer(port.allocate(64).segment());
        assertThat(loop.run(receive).status()).isEqualTo(Status.OK);
        assertThat(receive.source()).isEqualTo(four.localAddress());
        DatagramSource source = new DatagramSource();
        MemorySegment memory = port.allocate(64).segment();
        loop.run(Readiness.readable(dual));
        assertThat(dual.tryReceiveFrom(memory, source)).isEqualTo(9);
        assertThat(source.address()).isEqualTo(four.localAddress());

        SendTo answer = new SendTo(dual).buffer(Pattern.allocate(port, 3)).toSourceOf(receive);
        assertThat(loop.run(answer).status()).isEqualTo(Status.OK);
        assertThat(loop.run(new SendTo(dual).buffer(Pattern.allocate(port, 4))
                .to(four.localAddress())).status()).isEqualTo(Status.OK);
        assertThat(dual.trySendTo(port.allocate(5).segment(), four.localAddress())).isEqualTo(5);
        for (int bytes = 3; bytes <= 5; bytes++) {
            ReceiveFrom back = new ReceiveFrom(four).buffer(port.allocate(64).segment());
            assertThat(loop.run(back).bytes()).isEqualTo(bytes);
            assertThat(back.source()).isEqualTo(dualThere);
        }
        assertThat(loop.run(new Connect(dual, four.localAddress())).status()).isEqualTo(Status.OK);
        assertThat(dual.peerAddress()).isEqualTo(four.localAddress());
        assertThat(dual.trySend(port.allocate(6).segment())).isEqualTo(6);
    }

    // ---- Unix sockets --------------------------------------------------------------------------

    @Test
    @Tag("aarch64")
    void unixStreamsByPath(@TempDir Path folder) throws Exception {
        Needs.linux("Unix sockets");
        Address address = Address.unix(folder.resolve("listener.sock"));
        NativeSocket listener = port.listen(address);
        assertThat(listener.localAddress()).isEqualTo(address);
        Pairs.Pair pair = Pairs.connect(loop, listener);
        assertThat(pair.client().peerAddress()).isEqualTo(address);
        assertThat(pair.server().localAddress()).isEqualTo(address);
        assertThat(pair.server().peerAddress().isUnix()).isTrue();
        assertThat(pair.server().peerAddress().toString()).isEqualTo("unix:(unnamed)");
        exchange(pair);
        loop.submit(Close.graceful(pair.client(), Duration.ofSeconds(5)));
        assertThat(loop.run(new Receive(pair.server())).status()).isEqualTo(Status.EOF);
    }

    @Test
    void unixStreamsByAbstractName() throws Exception {
        Needs.linux("abstract Unix sockets");
        Address address = Address.unixAbstract("sluice-test-" + System.nanoTime());
        Pairs.Pair pair = Pairs.connected(loop, address);
        assertThat(pair.client().peerAddress()).isEqualTo(address);
        assertThat(Address.parse(address.toString())).isEqualTo(address);
        exchange(pair);
    }

    @Test
    void unixDatagramsByPathAndByName(@TempDir Path folder) throws Exception {
        Needs.linux("Unix sockets");
        NativeSocket byPath = port.datagrams(Address.unix(folder.resolve("datagrams.sock")));
        NativeSocket byName = port.datagrams(
                Address.unixAbstract("sluice-test-" + System.nanoTime()));
        SendTo send = new SendTo(byPath).buffer(Pattern.allocate(port, 33))
                .to(byName.localAddress());
        assertThat(loop.run(send).bytes()).isEqualTo(33);
        ReceiveFrom receive = new ReceiveFrom(byName).buffer(port.allocate(64).segment());
        assertThat(loop.run(receive).bytes()).isEqualTo(33);
        assertThat(receive.source()).isEqualTo(byPath.localAddress());
        SendTo back = new SendTo(byName).buffer(Pattern.allocate(port, 7)).toSourceOf(receive);
        assertThat(loop.run(back).status()).isEqualTo(Status.OK);
        assertThat(loop.run(new Receive(byPath)).bytes()).isEqualTo(7);
    }

    @Test
    void connectToAUnixPathWhereNobodyListensIsRefused(@TempDir Path folder) throws Exception {
        Needs.linux("Unix sockets");
        Path path = folder.resolve("gone.sock");
        Connect connect = new Connect(port.socket(SocketType.UNIX_STREAM), Address.unix(path));
        assertThat(loop.run(connect).status()).isEqualTo(Status.REFUSED);
        NativeSocket listener = port.listen(Address.unix(path));
        loop.run(Close.immediate(listener));
        assertThat(path).exists();
        Connect again = new Connect(port.socket(SocketType.UNIX_STREAM), Address.unix(path));
        assertThat(loop.run(again).status()).isEqualTo(Status.REFUSED);
        assertThatThrownBy(() -> port.listen(Address.unix(path)))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> assertThat(
                        failure.status()).isEqualTo(Status.ADDRESS_IN_USE));
        Files.delete(path);
        port.listen(Address.unix(path));
    }
}
