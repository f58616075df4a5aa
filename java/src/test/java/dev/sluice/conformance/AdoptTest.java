package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.DetachedSocket;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.ReceiveFrom;
import dev.sluice.SendTo;
import dev.sluice.Shutdown;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets that leave their port, and descriptors that a port takes over by their number. */
class AdoptTest extends ConformanceTest {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;

    private final CallState callState = new CallState(Arena.ofAuto());

    private CompletionPort otherPort() throws SystemCallException {
        return openLoop(options()).port();
    }

    private DetachedSocket acceptDetached(NativeSocket listener) {
        DetachedSocket[] taken = new DetachedSocket[1];
        Accept accept = new Accept(listener).detached()
                .onCompletion(event -> taken[0] = event.takeDetached());
        port.submit(accept);
        loop.until("an accept", () -> !accept.isPending());
        return taken[0];
    }

    // ---- adopt -----------------------------------------------------------------------------------

    @Test
    @Tag("aarch64")
    void aListenerIsAdoptedByItsNumberAndAccepts() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Address address = listener.localAddress();
        long number = listener.detach().takeDescriptor();
        Loop second = openLoop(options());
        NativeSocket adopted = second.port().adopt(number);
        assertThat(adopted.type()).isEqualTo(SocketType.TCP4);
        assertThat(adopted.state()).isEqualTo(NativeSocket.State.LISTENING);
        assertThat(adopted.localAddress()).isEqualTo(address);
        Accept accept = second.submit(new Accept(adopted));
        PlainPeer peer = closeLater(PlainPeer.connect(address));
        NativeSocket accepted = second.await(accept).accepted();
        peer.write("to the adopted listener");
        assertThat(second.run(new Receive(accepted)).text())
                .isEqualTo("to the adopted listener");
    }

    @Test
    @Tag("aarch64")
    void aConnectionIsAdoptedWithTheBytesThatAreThere() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        PlainPeer peer = closeLater(PlainPeer.connect(listener.localAddress()));
        peer.write("before");
        long number = acceptDetached(listener).takeDescriptor();
        Loop second = openLoop(options());
        NativeSocket adopted = second.port().adopt(number);
        assertThat(adopted.state()).isEqualTo(NativeSocket.State.CONNECTED);
        assertThat(adopted.localAddress()).isEqualTo(listener.localAddress());
        assertThat(second.run(new Receive(adopted)).text()).isEqualTo("before");
        second.run(Close.immediate(adopted));
        assertThat(loop.await(peer.readText()).end()).isEqualTo(PlainPeer.End.EOF);
    }

    @Test
    void aConnectionWhoseSendingSideWasShutEndsWithoutAReset() throws Exception {
        Needs.linux("a socket of Windows stays with its completion port");
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        loop.run(Shutdown.send(mixed.socket()));
        assertThat(loop.await(peer.readText()).end()).isEqualTo(PlainPeer.End.EOF);
        Loop second = openLoop(options());
        NativeSocket adopted = second.port().adopt(mixed.socket().detach().takeDescriptor());
        Receive receive = second.submit(new Receive(adopted));
        peer.shutdownSend();
        assertThat(second.await(receive).status()).isEqualTo(Status.EOF);
    }

    @Test
    void aConnectionThatIsAdoptedWholeStillReportsItsReset() throws Exception {
        Needs.linux("a socket of Windows stays with its completion port");
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        PlainPeer peer = closeLater(mixed.peer());
        Loop second = openLoop(options());
        NativeSocket adopted = second.port().adopt(mixed.socket().detach().takeDescriptor());
        Receive receive = second.submit(new Receive(adopted));
        peer.reset();
        assertThat(second.await(receive).status()).isEqualTo(Status.RESET);
    }

    @Test
    void aDatagramSocketIsAdopted() throws Exception {
        long number = port.datagrams(OwnLoopback.at(0)).detach().takeDescriptor();
        Loop second = openLoop(options());
        NativeSocket adopted = second.port().adopt(number);
        assertThat(adopted.type()).isEqualTo(SocketType.UDP4);
        assertThat(adopted.state()).isEqualTo(NativeSocket.State.OPEN);
        ReceiveFrom receive = second.submit(new ReceiveFrom(adopted)
                .buffer(second.port().allocate(100).segment()));
        NativeSocket sender = port.datagrams(OwnLoopback.at(0));
        loop.run(new SendTo(sender).to(adopted.localAddress()).buffer(Pattern.allocate(port, 9)));
        assertThat(second.await(receive).bytes()).isEqualTo(9);
    }

    @Test
    void whatItsOptionsAskedForIsStillReported() throws Exception {
        Needs.linux("descriptors of datagram sockets that were used");
        NativeSocket set = port.datagrams(OwnLoopback.at(0)).set(SockOpt.PKTINFO, true);
        Address address = set.localAddress();
        Loop second = openLoop(options());
        NativeSocket adopted = second.port().adopt(set.detach().takeDescriptor());
        ReceiveFrom receive = second.submit(new ReceiveFrom(adopted)
                .buffer(second.port().allocate(100).segment()));
        NativeSocket sender = port.datagrams(OwnLoopback.at(0));
        loop.run(new SendTo(sender).to(address).buffer(Pattern.allocate(port, 9)));
        second.await(receive);
        assertThat(receive.destination()).isEqualTo(address.withPort(0));
    }

    @Test
    void aBlockingDescriptorBecomesNonBlockingAndCloseOnExec() throws Exception {
        Needs.linux("fcntl");
        int[] pair = unixPair(SocketConstants.SOCK_STREAM);
        NativeSocket adopted = port.adopt(pair[0]);
        assertThat(adopted.type()).isEqualTo(SocketType.UNIX_STREAM);
        assertThat(adopted.state()).isEqualTo(NativeSocket.State.CONNECTED);
        assertThat(fcntl(pair[0], SocketConstants.F_GETFL) & SocketConstants.O_NONBLOCK)
                .isNotZero();
        assertThat(fcntl(pair[0], SocketConstants.F_GETFD)).isEqualTo(SocketConstants.FD_CLOEXEC);
        Receive receive = loop.submit(new Receive(adopted));
        NativeSocket peer = port.adopt(pair[1]);
        loop.run(Close.immediate(peer));
        assertThat(loop.await(receive).status()).isEqualTo(Status.EOF);
    }

    private int[] unixPair(int type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pair = arena.allocate(ValueLayout.JAVA_INT, 2);
            assertThat(Libc.socketpair(callState.segment(), SocketConstants.AF_UNIX, type, 0,
                    pair.address())).isZero();
            return pair.toArray(ValueLayout.JAVA_INT);
        }
    }

    private int fcntl(int fd, int operation) {
        return Libc.fcntl(callState.segment(), fd, operation, 0);
    }

    @Test
    void aNumberThatIsNotOpenIsNamedWithTheRemedy() throws Exception {
        long number = port.listen(OwnLoopback.at(0)).detach().takeDescriptor();
        NativeSocket adopted = port.adopt(number);
        loop.run(Close.immediate(adopted));
        assertThatThrownBy(() -> port.adopt(number))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> assertThat(
                        failure.status()).isEqualTo(Status.INVALID))
                .hasMessageStartingWith("adopt descriptor " + number + ": getsockopt ")
                .hasMessageContaining(Needs.isLinux() ? "EBADF" : "WSAENOTSOCK")
                .hasMessageContaining("; use the ");
        assertThatThrownBy(() -> port.adopt(-1)).isInstanceOf(SystemCallException.class);
        assertThatThrownBy(() -> port.adopt(1L << 40)).isInstanceOf(SystemCallException.class);
    }

    @Test
    void aFileIsRefusedAndStaysTheCallers(@TempDir Path folder) throws Exception {
        Needs.linux("numbers of files");
        Path path = folder.resolve("file");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            int number = numberOf(path);
            assertThatThrownBy(() -> port.adopt(number))
                    .isInstanceOfSatisfying(SystemCallException.class, failure -> assertThat(
                            failure.status()).isEqualTo(Status.INVALID))
                    .hasMessageContaining("ENOTSOCK")
                    .hasMessageContaining("use the number of a socket");
            file.write(1);
            assertThat(fcntl(number, SocketConstants.F_GETFL) & SocketConstants.O_NONBLOCK)
                    .isZero();
        }
    }

    private static int numberOf(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            for (Path entry : entries.toList()) {
                if (Files.exists(entry) && Files.isSameFile(entry, path)) {
                    return Integer.parseInt(entry.getFileName().toString());
                }
            }
        }
        throw new AssertionError(path + " is not open");
    }

    @Test
    void aSocketOfAnotherKindIsNamedByDomainTypeAndProtocol() throws Exception {
        Needs.linux("netlink(7)");
        int number = Libc.socket(callState.segment(), AF_NETLINK, SOCK_RAW, 0);
        assertThat(number).isNotNegative();
        try {
            assertThatThrownBy(() -> port.adopt(number))
                    .isInstanceOfSatisfying(SystemCallException.class, failure -> assertThat(
                            failure.status()).isEqualTo(Status.UNSUPPORTED))
                    .hasMessageContaining("a socket of domain 16, type 3, protocol 0");
        } finally {
            assertThat(Libc.close(callState.segment(), number)).isZero();
        }
    }

    @Test
    void aDescriptorOfThisPortIsNotAdoptedTwice() throws Exception {
        long number = port.listen(OwnLoopback.at(0)).detach().takeDescriptor();
        NativeSocket adopted = port.adopt(number);
        assertThatThrownBy(() -> port.adopt(number))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot adopt descriptor " + number)
                .hasMessageContaining(adopted.toString());
    }

    @Test
    void beyondTheLimitOfSocketsNothingIsAdopted() throws Exception {
        long number = port.listen(OwnLoopback.at(0)).detach().takeDescriptor();
        CompletionPort full = openLoop(options().maxOperations(16).maxSockets(1)).port();
        full.socket(SocketType.TCP4);
        assertThatThrownBy(() -> full.adopt(number)).isInstanceOf(LimitExceededException.class);
        assertThat(port.adopt(number).state()).isEqualTo(NativeSocket.State.LISTENING);
    }

    /** Its descriptor stays in the epoll set while another descriptor is open: epoll(7), question 6. */
    @Test
    void closedAdoptedListenerDoesNotWakeOwnerWhileADuplicateIsOpen() throws Exception {
        Needs.linux("dup(2)");
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Address address = listener.localAddress();
        int number = (int) listener.detach().takeDescriptor();
        int copy = Libc.fcntl(callState.segment(), number, 0, 0); // F_DUPFD
        assertThat(copy).isNotNegative();
        NativeSocket adopted = port.adopt(number);
        Accept accept = loop.submit(new Accept(adopted));
        port.poll(0);
        assertThat(isWatched(copy)).isEqualTo(backend == Backend.EPOLL);
        loop.run(Close.immediate(adopted));
        loop.await(accept);
        assertThat(isWatched(copy)).isFalse();
        CompletionPort second = otherPort();
        NativeSocket remaining = second.adopt(copy);
        closeLater(PlainPeer.connect(address));
        assertThat(remaining.tryAccept()).isNotNull();
    }

    /** Whether an epoll descriptor of this process has the socket: proc_pid_fdinfo(5). */
    private static boolean isWatched(int number) throws IOException {
        String socket = Files.readSymbolicLink(Path.of("/proc/self/fd/" + number)).toString();
        long inode = Long.parseLong(socket.replaceAll("\\D", ""));
        String wanted = " ino:" + Long.toHexString(inode) + " ";
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fdinfo"))) {
            for (Path entry : entries.toList()) {
                if (Files.exists(entry) && Files.readString(entry).contains(wanted)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void aSocketThatIsBoundToAnotherCompletionPortIsRefusedOnWindows() throws Exception {
        assumeTrue(backend == Backend.IOCP, "needs completion ports");
        long number = port.listen(OwnLoopback.at(0)).detach().takeDescriptor();
        NativeSocket adopted = port.adopt(number);
        CompletionPort second = otherPort();
        assertThatThrownBy(() -> second.adopt(number))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> assertThat(
                        failure.status()).isEqualTo(Status.UNSUPPORTED))
                .hasMessageContaining("one completion port for its life");
        Accept accept = loop.submit(new Accept(adopted));
        closeLater(PlainPeer.connect(adopted.localAddress()));
        assertThat(loop.await(accept).status()).isEqualTo(Status.OK);
    }

    // ---- detach ----------------------------------------------------------------------------------

    @Test
    void aSocketThatWasUsedMovesToAnotherPortWithTheBytesThatAreThere() throws Exception {
        Needs.linux("a socket of Windows stays with its completion port");
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        peer.write("one");
        assertThat(loop.run(new Receive(mixed.socket())).text()).isEqualTo("one");
        // Parks at the kernel, so that a backend which watches sockets watches this one.
        Receive waiting = loop.submit(new Receive(mixed.socket()));
        port.poll(0);
        port.cancel(waiting);
        loop.await(waiting);
        peer.write("two");
        DetachedSocket detached = mixed.socket().detach();
        assertThat(mixed.socket().state()).isEqualTo(NativeSocket.State.CLOSED);
        Loop second = openLoop(options());
        NativeSocket moved = second.port().attach(detached);
        assertThat(moved.state()).isEqualTo(NativeSocket.State.CONNECTED);
        assertThat(second.run(new Receive(moved)).text()).isEqualTo("two");
    }

    @Test
    void aDetachedSocketIsWatchedNoMore() throws Exception {
        Needs.linux("epoll(7)");
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Accept accept = loop.submit(new Accept(listener));
        port.poll(0);
        port.cancel(accept);
        loop.await(accept);
        int number = (int) listener.detach().takeDescriptor();
        assertThat(isWatched(number)).isFalse();
        port.adopt(number);
    }

    @Test
    void aListenerMovesWithItsBacklog() throws Exception {
        Needs.linux("a socket of Windows stays with its completion port");
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Accept accept = loop.submit(new Accept(listener));
        closeLater(PlainPeer.connect(listener.localAddress()));
        loop.await(accept);
        PlainPeer waiting = closeLater(PlainPeer.connect(listener.localAddress()));
        Loop second = openLoop(options());
        NativeSocket moved = second.port().attach(listener.detach());
        assertThat(moved.state()).isEqualTo(NativeSocket.State.LISTENING);
        NativeSocket accepted = second.run(new Accept(moved)).accepted();
        waiting.write("waited");
        assertThat(second.run(new Receive(accepted)).text()).isEqualTo("waited");
    }

    @Test
    void pendingOperationsAreNamedAndTheSocketStays() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        Receive receive = loop.submit(new Receive(mixed.socket()));
        Readiness readiness = loop.submit(Readiness.readable(mixed.socket()));
        assertThatThrownBy(() -> mixed.socket().detach())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot detach tcp socket")
                .hasMessageContaining("RECEIVE")
                .hasMessageContaining("POLL")
                .hasMessageContaining("port.cancelAll(socket)");
        peer.write("still here");
        assertThat(loop.await(receive).text()).isEqualTo("still here");
        port.cancel(readiness);
        loop.await(readiness);
    }

    @Test
    void aDetachedSocketIsGoneForItsPort() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Address address = listener.localAddress();
        try (DetachedSocket detached = listener.detach()) {
            assertThat(port.sockets()).doesNotContain(listener);
            assertThatThrownBy(listener::detach).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is closed");
            assertThatThrownBy(listener::tryAccept).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> port.submit(new Accept(listener)))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(detached).isNotNull();
        }
        NativeSocket again = port.listen(address);
        assertThat(again.localAddress()).isEqualTo(address);
    }

    @Test
    void aTakenDescriptorCannotBeAttachedAndIsNotClosed() throws Exception {
        DetachedSocket detached = port.listen(OwnLoopback.at(0)).detach();
        long number = detached.takeDescriptor();
        detached.close();
        assertThatThrownBy(() -> port.attach(detached)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("its descriptor was taken");
        assertThatThrownBy(detached::takeDescriptor).isInstanceOf(IllegalStateException.class);
        assertThat(port.adopt(number).state()).isEqualTo(NativeSocket.State.LISTENING);
    }

    @Test
    void aSocketThatWasUsedStaysWithItsCompletionPortOnWindows() throws Exception {
        assumeTrue(backend == Backend.IOCP, "needs completion ports");
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        peer.write("one");
        assertThat(loop.run(new Receive(mixed.socket())).text()).isEqualTo("one");
        assertThatThrownBy(() -> mixed.socket().detach())
                .isInstanceOfSatisfying(SystemCallException.class, failure -> assertThat(
                        failure.status()).isEqualTo(Status.UNSUPPORTED))
                .hasMessageContaining("bound the socket to the completion port")
                .hasMessageContaining("Accept.detached()");
        peer.write("two");
        assertThat(loop.run(new Receive(mixed.socket())).text()).isEqualTo("two");
    }
}
