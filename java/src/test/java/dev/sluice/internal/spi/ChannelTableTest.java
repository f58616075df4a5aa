package dev.sluice.internal.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelTableTest {
    private static Channel channel() {
        return new Channel(RawAddress.IPV4, true);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 17, 100})
    void isFullAtItsLimit(int limit) {
        ChannelTable table = new ChannelTable(limit);
        List<Channel> held = new ArrayList<>();
        while (!table.isFull()) {
            Channel channel = channel();
            table.add(channel);
            held.add(channel);
        }
        assertThat(held).hasSize(limit);
        assertThat(table.count()).isEqualTo(limit);
        table.remove(held.getLast());
        assertThat(table.isFull()).isFalse();
    }

    @Test
    void anEventOfAnEarlierSocketDoesNotFindTheOneThatFollowedIt() {
        ChannelTable table = new ChannelTable(8);
        Channel first = channel();
        table.add(first);
        long stale = first.token();
        table.remove(first);
        Channel second = channel();
        table.add(second);
        assertThat(second.index).isEqualTo(first.index);
        assertThat(table.find(stale)).isNull();
        assertThat(table.find(second.token())).isSameAs(second);
    }

    @Test
    void theWakeupTokenAndOthersThatNobodyGaveOutFindNothing() {
        ChannelTable table = new ChannelTable(8);
        table.add(channel());
        for (long token : new long[]{-1, 1, 7, 8, 1L << 32, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(table.find(token)).isNull();
        }
    }

    @Test
    void agreesWithAMapWhateverComesAndGoes() {
        ChannelTable table = new ChannelTable(90);
        Map<Long, Channel> model = new HashMap<>();
        List<Long> gone = new ArrayList<>();
        Random random = new Random(6);
        for (int step = 0; step < 5000; step++) {
            boolean add = random.nextInt(100) < 55;
            if (add && !table.isFull()) {
                Channel channel = channel();
                table.add(channel);
                assertThat(model.put(channel.token(), channel)).isNull();
            } else if (!add && !model.isEmpty()) {
                Long token = model.keySet().stream().skip(random.nextInt(model.size())).findFirst()
                        .orElseThrow();
                table.remove(model.remove(token));
                gone.add(token);
            }
            assertThat(table.count()).isEqualTo(model.size());
            assertThat(table.isFull()).isEqualTo(model.size() == 90);
        }
        model.forEach((token, channel) -> assertThat(table.find(token)).isSameAs(channel));
        gone.forEach(token -> assertThat(table.find(token)).isNull());
    }
}
