package dev.sluice.internal.spi;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of one port by index, each index with a generation that grows when its socket leaves.
 * An event that carries an older generation finds nothing, whatever descriptor number is in use.
 */
public final class ChannelTable {
    private final int limit;
    private @Nullable Channel[] channels;
    private int[] generations;
    private int[] free;
    private int freeCount;
    private int made;

    public ChannelTable(int limit) {
        int length = Math.min(limit, 16);
        this.limit = limit;
        this.channels = new Channel[length];
        this.generations = new int[length];
        this.free = new int[length];
    }

    public boolean isFull() {
        return freeCount == 0 && made == limit;
    }

    public int count() {
        return made - freeCount;
    }

    public int limit() {
        return limit;
    }

    /** Gives the channel an index and a generation. The caller checked that there is room. */
    public void add(Channel channel) {
        int index;
        if (freeCount > 0) {
            index = free[--freeCount];
        } else {
            assert made < limit : "the socket table is full";
            index = made++;
            if (index == channels.length) {
                grow();
            }
        }
        channel.index = index;
        channel.generation = generations[index];
        channels[index] = channel;
    }

    @SuppressWarnings("ReferenceEquality") // The very channel, not one like it.
    public void remove(Channel channel) {
        int index = channel.index;
        assert channels[index] == channel : "not in the table: " + channel;
        channels[index] = null;
        generations[index] = (generations[index] + 1) & 0x7FFF_FFFF;
        pushFree(index);
    }

    /** The channel that a {@link Channel#token} names, or null when it is gone. */
    public @Nullable Channel find(long token) {
        int index = (int) token;
        if (index < 0 || index >= made) {
            return null;
        }
        Channel channel = channels[index];
        return channel != null && channel.generation == (int) (token >>> 32) ? channel : null;
    }

    /** One past the highest index that was ever in use. */
    public int end() {
        return made;
    }

    public @Nullable Channel at(int index) {
        return channels[index];
    }

    private void grow() {
        // By an eighth: of a table that doubles, up to half would be empty.
        int length = Math.min(limit, channels.length + Math.max(64, channels.length >> 3));
        channels = Arrays.copyOf(channels, length);
        generations = Arrays.copyOf(generations, length);
    }

    /** Has room for as many as were ever free at once, which may be far fewer than there are. */
    private void pushFree(int index) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free,
                    Math.min(limit, free.length + Math.max(64, free.length >> 3)));
        }
        free[freeCount++] = index;
    }
}
