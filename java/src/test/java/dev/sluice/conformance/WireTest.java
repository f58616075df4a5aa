package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Close;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.SockOpt;
import dev.sluice.Status;
import dev.sluice.conformance.PlainPeer.End;
import dev.sluice.conformance.WireTap.Segment;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which FIN and which RST each ending puts on the wire, as a packet capture shows it. */
class WireTest extends ConformanceTest {
    private static final int NARROW = 16 * 1024;

    private int ours;
    private WireTap tap;
    private NativeSocket socket;
    private PlainPeer peer;

    @BeforeEach
    void connectUnderTheTap() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        ours = listener.localAddress().port();
        tap = closeLater(WireTap.on(ours));
        listener.set(SockOpt.SNDBUF, NARROW);
        Accept accept = loop.submit(new Accept(listener));
        peer = closeLater(
                PlainPeer.connect(listener.localAddress(), NARROW, PlainPeer.Kind.WATCHES));
        socket = loop.await(accept).accepted();
        loop.run(Close.immediate(listener));
    }

    @Test
    void gracefulIsAFinFromEachSideAndNoReset() throws Exception {
        loop.submit(new Send(socket).buffer(Pattern.allocate(port, 100_000)));
        Close close = loop.submit(Close.graceful(socket, Duration.ofSeconds(20)));
        loop.await(peer.readPattern());
        peer.close();
        loop.await(close);
        List<Segment> segments = tap.segments();
        assertThat(segments).noneMatch(Segment::isReset);
        assertThat(finsOf(segments, ours)).hasSize(1);
        assertThat(finsOf(segments, peer.localPort())).hasSize(1);
        assertThat(indexOfFin(segments, ours)).isGreaterThan(lastDataOf(segments, ours));
    }

    @Test
    void immediateIsAFinAndNoReset() throws Exception {
        loop.run(Close.immediate(socket));
        assertThat(loop.await(peer.readText()).end()).isEqualTo(End.EOF);
        List<Segment> segments = tap.segments();
        assertThat(finsOf(segments, ours)).hasSize(1);
        assertThat(segments).noneMatch(Segment::isReset);
    }

    @Test
    void immediateWithUnreadDataIsAResetAndNoFin() throws Exception {
        peer.write("unread");
        loop.run(Readiness.readable(socket));
        loop.run(Close.immediate(socket));
        assertThat(loop.await(peer.readText()).end()).isEqualTo(End.RESET);
        assertOneResetAndNoFin();
    }

    @Test
    void abortIsOneResetAndNoFin() throws Exception {
        CompletableFuture<?> seen = peer.readText();
        Receive receive = loop.submit(new Receive(socket));
        loop.run(Close.abort(socket));
        assertThat(loop.await(receive).status()).isEqualTo(Status.CLOSED_LOCALLY);
        loop.await(seen);
        assertOneResetAndNoFin();
    }

    @Test
    void abortWithAShutdownQueuedIsOneResetAndNoFin() throws Exception {
        loop.submit(new Send(socket).buffer(Pattern.allocate(port, 8 << 20)));
        loop.submit(Shutdown.send(socket));
        loop.pollFor(Duration.ofMillis(20));
        loop.run(Close.abort(socket));
        assertThat(loop.await(peer.readPattern()).end()).isEqualTo(End.RESET);
        assertOneResetAndNoFin();
    }

    @Test
    void abortAfterShutdownIsAFinAndThenAReset() throws Exception {
        loop.run(Shutdown.send(socket));
        loop.await(peer.readText());
        loop.run(Close.abort(socket));
        List<Segment> segments = tap.segments();
        assertThat(finsOf(segments, ours)).hasSize(1);
        assertThat(segments.getLast().isReset()).isTrue();
        assertThat(segments.getLast().fromPort()).isEqualTo(ours);
    }

    @Test
    void gracefulThatRunsOutOfTimeWithBytesUnsentIsAResetAndNoFin() throws Exception {
        loop.submit(new Send(socket).buffer(Pattern.allocate(port, 8 << 20)));
        Close close = Close.graceful(socket, Duration.ofMillis(50));
        assertThat(loop.run(close).status()).isEqualTo(Status.DEADLINE);
        assertThat(loop.await(peer.readPattern()).end()).isEqualTo(End.RESET);
        assertOneResetAndNoFin();
    }

    @Test
    void halfCloseIsOneFinAndTheOtherDirectionContinues() throws Exception {
        loop.run(Shutdown.send(socket));
        loop.run(Shutdown.send(socket));
        loop.await(peer.readText());
        peer.write("answer");
        assertThat(loop.run(new Receive(socket)).text()).isEqualTo("answer");
        List<Segment> half = tap.segments();
        assertThat(finsOf(half, ours)).hasSize(1);
        assertThat(finsOf(half, peer.localPort())).isEmpty();
        assertThat(half).noneMatch(Segment::isReset);
        peer.close();
        assertThat(loop.run(new Receive(socket)).status()).isEqualTo(Status.EOF);
        loop.run(Close.immediate(socket));
        List<Segment> rest = tap.segments();
        assertThat(finsOf(rest, peer.localPort())).hasSize(1);
        assertThat(finsOf(rest, ours)).isEmpty();
        assertThat(rest).noneMatch(Segment::isReset);
    }

    @Test
    void shutdownOfTheReceivingSideSendsNothing() throws Exception {
        tap.segments();
        loop.run(Shutdown.receive(socket));
        assertThat(tap.segments()).isEmpty();
    }

    private void assertOneResetAndNoFin() throws Exception {
        List<Segment> segments = tap.segments();
        assertThat(segments).filteredOn(Segment::isReset).hasSize(1)
                .allMatch(segment -> segment.fromPort() == ours);
        assertThat(segments).noneMatch(Segment::isFin);
    }

    private static List<Segment> finsOf(List<Segment> segments, int port) {
        return segments.stream().filter(s -> s.fromPort() == port && s.isFin()).toList();
    }

    private static int indexOfFin(List<Segment> segments, int port) {
        return segments.indexOf(finsOf(segments, port).getFirst());
    }

    /** Index of the last segment with data that is not the FIN itself. */
    private static int lastDataOf(List<Segment> segments, int port) {
        int last = -1;
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (segment.fromPort() == port && segment.bytes() > 0 && !segment.isFin()) {
                last = i;
            }
        }
        return last;
    }
}
