package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Close;
import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Operations that are kept for many sockets: while idle they are aimed at another. */
@Tag("aarch64")
class OtherSocketTest extends ConformanceTest {
    private MemorySegment one(int value) {
        MemorySegment memory = port.allocate(1).segment();
        memory.set(ValueLayout.JAVA_BYTE, 0, (byte) value);
        return memory;
    }

    @Test
    void oneSendAndOneReceiveServeManySockets() throws Exception {
        Pairs.Pair first = Pairs.connected(loop);
        Pairs.Pair second = Pairs.connected(loop);
        MemorySegment into = port.allocate(8).segment();
        Send send = new Send(first.client());
        Receive receive = new Receive(first.server()).buffer(into);
        for (int round = 1; round <= 6; round++) {
            Pairs.Pair turn = round % 2 == 0 ? first : second;
            send.socket(turn.client()).buffer(one(round));
            receive.socket(turn.server());
            assertThat(send.socket()).isSameAs(turn.client());
            loop.submit(receive);
            assertThat(loop.run(send).status()).isEqualTo(Status.OK);
            assertThat(loop.await(receive).bytes()).isEqualTo(1);
            assertThat(into.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) round);
        }
    }

    @Test
    void itContinuesAfterItsFirstSocketWasClosed() throws Exception {
        Pairs.Pair first = Pairs.connected(loop);
        Pairs.Pair second = Pairs.connected(loop);
        Send send = new Send(first.client()).buffer(one(1));
        assertThat(loop.run(send).status()).isEqualTo(Status.OK);
        loop.run(Close.immediate(first.client()));
        assertThatThrownBy(() -> port.submit(send)).isInstanceOf(IllegalStateException.class);
        assertThat(loop.run(send.socket(second.client())).status()).isEqualTo(Status.OK);
        assertThat(loop.run(new Receive(second.server())).bytes()).isEqualTo(1);
    }

    @Test
    void aPendingOneStaysWhereItIs() throws Exception {
        Pairs.Pair first = Pairs.connected(loop);
        Pairs.Pair second = Pairs.connected(loop);
        Receive receive = loop.submit(new Receive(first.server()));
        assertThatThrownBy(() -> receive.socket(second.server()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("pending receive").hasMessageContaining("cancel it");
        assertThat(receive.socket()).isSameAs(first.server());
        loop.run(new Send(first.client()).buffer(one(1)));
        assertThat(loop.await(receive).bytes()).isEqualTo(1);
    }

    @Test
    void aSocketOfAnotherPortIsRefused() throws Exception {
        Pairs.Pair here = Pairs.connected(loop);
        Pairs.Pair there = Pairs.connected(openLoop(options()));
        Send send = new Send(here.client());
        assertThatThrownBy(() -> send.socket(there.client()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at a socket of another");
        assertThat(send.socket()).isSameAs(here.client());
    }

    @Test
    void aPortListsTheSocketsThatNobodyCloses() throws Exception {
        assertThat(port.sockets()).isEmpty();
        Pairs.Pair pair = Pairs.connected(loop);
        assertThat(port.sockets()).contains(pair.client(), pair.server());
        NativeSocket closing = pair.client();
        loop.submit(Close.abort(closing));
        assertThat(port.sockets()).contains(pair.server()).doesNotContain(closing);
    }
}
