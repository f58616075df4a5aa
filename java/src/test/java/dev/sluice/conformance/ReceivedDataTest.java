package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.PooledBuffer;
import dev.sluice.Receive;
import dev.sluice.Send;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes of a pooled receive as its handler sees them. */
class ReceivedDataTest extends ConformanceTest {
    private static String text(Receive event) {
        return new String(event.data().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
    }

    private void sendText(Pairs.Pair pair, String text) {
        PooledBuffer buffer = port.takeBuffer();
        assertThat(buffer).isNotNull();
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        buffer.segment().asByteBuffer().put(bytes);
        port.submit(new Send(pair.client()).buffer(buffer, 0, bytes.length)
                .onCompletion(_ -> buffer.release()));
    }

    @Test
    void aHandlerLooksAtTheBytesAndTheBufferGoesBackByItself() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        int free = port.availableBuffers();
        List<String> seen = new ArrayList<>();
        Receive receive = new Receive(pair.server()).onCompletion(event -> seen.add(text(event)));
        for (String word : List.of("over", "the", "sluice")) {
            port.submit(receive);
            sendText(pair, word);
            loop.until("the word", () -> !receive.isPending());
        }
        assertThat(seen).containsExactly("over", "the", "sluice");
        loop.until("every buffer is back", () -> port.availableBuffers() == free);
        assertThatThrownBy(receive::data)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no pooled buffer to look at");
    }

    @Test
    void theBytesStayWithWhoTakesTheBuffer() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        List<PooledBuffer> taken = new ArrayList<>();
        Receive receive = new Receive(pair.server()).onCompletion(event -> {
            var data = event.data();
            taken.add(event.takeBuffer());
            assertThat(data.byteSize()).isEqualTo(event.bytes());
            assertThatThrownBy(event::data).hasMessageContaining("no pooled buffer");
        });
        port.submit(receive);
        sendText(pair, "kept");
        loop.until("the word", () -> !receive.isPending());
        assertThat(taken.getFirst().segment().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 'k');
        taken.getFirst().release();
    }
}
