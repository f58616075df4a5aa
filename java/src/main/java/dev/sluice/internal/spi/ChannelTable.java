package dev.sluice.internal.spi;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of one port by index. The generation of an index grows when its socket leaves, so that an
 * event with an older generation finds nothing, whatever descriptor number is in use.
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

    /** Gives the channel an index and a generation. The caller has checked that there is room. */
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

    /** Returns the channel of a {@link Channel#token}, or null if it has left. */
    public @Nullable Channel find(long token) {
        int index = (int) token;
        if (index < 0 || index >= made) {
            return null;
        }
        Channel channel = channels[index];
        return channel != null && channel.generation == (int) (token >>> 32) ? channel : null;
    }

    /** Returns one more than the highest index that was ever in use. */
    public int end() {
        return made;
    }

    public @Nullable Channel at(int index) {
        return channels[index];
    }

    /** Returns the channel with a descriptor, or null. Looks at all of them. */
    public @Nullable Channel withHandle(long handle) {
        for (int index = 0; index < made; index++) {
            Channel channel = channels[index];
            if (channel != null && channel.handle == handle) {
                return channel;
            }
        }
        return null;
    }

    private void grow() {
        // By an eighth: of a table that doubles, up to half would be empty.
        int length = Math.min(limit, channels.length + Math.max(64, channels.length >> 3));
        channels = Arrays.copyOf(channels, length);
        generations = Arrays.copyOf(generations, length);
    }

    /** Adds a free index. The array has room for as many as were ever free at once. */
    private void pushFree(int index) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free,
                    Math.min(limit, free.length + Math.max(64, free.length >> 3)));
        }
        free[freeCount++] = index;
    }
}
