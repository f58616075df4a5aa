package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.DatagramError;
import dev.sluice.NativeSocket;
import dev.sluice.ReceiveFrom;
import dev.sluice.SendTo;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Errors that other machines report of datagrams, on sockets without a peer. */
class DatagramErrorTest extends ConformanceTest {
    private Address closed(Address at) throws SystemCallException {
        NativeSocket socket = port.datagrams(at);
        Address address = socket.localAddress();
        loop.run(Close.immediate(socket));
        return address;
    }

    private void send(NativeSocket from, Address to) {
        SendTo send = new SendTo(from).buffer(Pattern.allocate(port, 3)).to(to);
        assertThat(loop.run(send).status()).isEqualTo(Status.OK);
    }

    @Test
    void aReceiveThatWaitsEndsAndTheErrorNamesTheDestination() throws Exception {
        Needs.linux("IP_RECVERR");
        Needs.nativeX86("IP_RECVERR");
        for (Address at : new Address[]{OwnLoopback.at(0), Address.loopback6(0)}) {
            Address nobody = closed(at);
            NativeSocket socket = port.datagrams(at).set(SockOpt.RECVERR, true);
            assertThat(socket.get(SockOpt.RECVERR)).isTrue();
            assertThat(socket.tryReceiveError()).isNull();
            ReceiveFrom waiting = new ReceiveFrom(socket).buffer(port.allocate(64).segment());
            loop.submit(waiting);
            send(socket, nobody);
            assertThat(loop.await(waiting).status()).isEqualTo(Status.REFUSED);
            DatagramError error = socket.tryReceiveError();
            assertThat(error).isNotNull();
            assertThat(error.status()).isEqualTo(Status.REFUSED);
            assertThat(error.destination()).isEqualTo(nobody);
            assertThat(error.reporter()).isEqualTo(at);
            assertThat(error.mtu()).isZero();
            assertThat(socket.tryReceiveError()).isNull();

            NativeSocket peer = port.datagrams(at);
            loop.submit(waiting);
            send(peer, socket.localAddress());
            assertThat(loop.await(waiting).bytes()).as("it continues").isEqualTo(3);
        }
    }

    private static @Nullable DatagramError take(NativeSocket socket) {
        try {
            return socket.tryReceiveError();
        } catch (SystemCallException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void aSocketThatSendsToManyLearnsWhichOfThemIsNotThere() throws Exception {
        Needs.linux("IP_RECVERR");
        Needs.nativeX86("IP_RECVERR");
        NativeSocket socket = port.datagrams(Address.any(0)).set(SockOpt.RECVERR, true);
        MemorySegment bytes = Pattern.allocate(port, 3);
        for (Address at : new Address[]{OwnLoopback.at(0), Address.loopback(0)}) {
            Address nobody = closed(at);
            assertThat(socket.trySendTo(bytes, nobody)).isEqualTo(3);
            AtomicReference<DatagramError> error = new AtomicReference<>();
            loop.until("its error", () -> {
                error.set(take(socket));
                return error.get() != null;
            });
            assertThat(error.get().destination()).isEqualTo(nobody);
            assertThat(take(socket)).isNull();
        }
    }

    @Test
    void whatHasNoSuchErrorsSaysSo() throws Exception {
        assertThatThrownBy(() -> port.socket(SocketType.TCP4).tryReceiveError())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a stream reports its own");
        if (!Needs.isLinux()) {
            NativeSocket udp = port.socket(SocketType.UDP4);
            assertThatThrownBy(() -> udp.set(SockOpt.RECVERR, true))
                    .hasMessageContaining("RECVERR = true: ")
                    .hasMessageContaining("needs UDP on Linux");
            assertThatThrownBy(udp::tryReceiveError)
                    .isInstanceOfSatisfying(SystemCallException.class, failure -> assertThat(
                            failure.status()).isEqualTo(Status.UNSUPPORTED));
        }
    }
}
