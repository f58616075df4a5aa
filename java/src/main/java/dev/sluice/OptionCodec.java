package dev.sluice;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.OptionCalls;
import dev.sluice.internal.spi.OptionId;
import dev.sluice.internal.spi.PeerIds;
import dev.sluice.internal.spi.RawOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * How the value of an option goes to the kernel and comes from it.
 *
 * @param <T> the type of the value
 */
record OptionCodec<T>(Setter<T> setter, Getter<T> getter) {
    /** Sets the value. */
    @FunctionalInterface
    interface Setter<T> {
        void set(OptionCalls calls, Channel channel, T value) throws NativeFailure;
    }

    /** Reads the value. */
    @FunctionalInterface
    interface Getter<T> {
        T get(OptionCalls calls, Channel channel) throws NativeFailure;
    }

    static <T> OptionCodec<T> of(OptionId id, IntFunction<T> fromInt, ToIntFunction<T> toInt) {
        return new OptionCodec<>(
                (calls, channel, value) -> calls.setOption(channel, id, toInt.applyAsInt(value)),
                (calls, channel) -> fromInt.apply(calls.getOption(channel, id)));
    }

    static OptionCodec<Boolean> flag(OptionId id) {
        return of(id, value -> value != 0, value -> value ? 1 : 0);
    }

    static OptionCodec<Integer> number(OptionId id, int least, int most) {
        return of(id, value -> value, value -> checked(id.name(), value, least, most));
    }

    private static int checked(String name, int value, int least, int most) {
        if (value < least || value > most) {
            String bounds = most == Integer.MAX_VALUE ? " or more" : " to " + most;
            throw new IllegalArgumentException(
                    name + " of " + value + ": use " + least + bounds);
        }
        return value;
    }

    /** A name in ASCII, which the kernel may end with a zero. */
    static OptionCodec<String> text(OptionId id, int maxBytes) {
        return new OptionCodec<>(
                (calls, channel, value) -> {
                    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
                    checked("the length of " + id, bytes.length, 0, maxBytes);
                    calls.setOption(channel, id, bytes);
                },
                (calls, channel) -> upToZero(calls.getOption(channel, id, maxBytes + 1)));
    }

    private static String upToZero(byte[] bytes) {
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }

    static OptionCodec<MulticastGroup> membership(OptionId id) {
        return new OptionCodec<>(
                (calls, channel, group) -> calls.changeMembership(
                        channel, id, group.membership()),
                (calls, channel) -> {
                    throw new IllegalArgumentException(
                            "cannot get " + id + ": the kernel reports no memberships");
                });
    }

    static OptionCodec<PeerCredentials> peerCredentials() {
        return new OptionCodec<>(
                (calls, channel, value) -> {
                    throw new IllegalArgumentException(
                            "cannot set PEERCRED to " + value + ": it is only read, use get");
                },
                (calls, channel) -> {
                    PeerIds ids = calls.peerIds(channel);
                    return new PeerCredentials(ids.pid(), ids.uid(), ids.gid());
                });
    }

    static OptionCodec<Integer> rawInt(RawOption option) {
        return new OptionCodec<>(
                (calls, channel, value) -> {
                    byte[] bytes = new byte[Integer.BYTES];
                    ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putInt(value);
                    calls.setRawOption(channel, option, bytes);
                },
                (calls, channel) -> {
                    // The kernel may return fewer bytes: of a flag, some return one.
                    byte[] bytes = calls.getRawOption(channel, option, Integer.BYTES);
                    return ByteBuffer.wrap(Arrays.copyOf(bytes, Integer.BYTES))
                            .order(ByteOrder.nativeOrder()).getInt();
                });
    }

    static OptionCodec<byte[]> rawBytes(RawOption option, int maxBytes) {
        return new OptionCodec<>(
                (calls, channel, value) -> {
                    checked("the length of " + option.name(), value.length, 0, maxBytes);
                    calls.setRawOption(channel, option, value);
                },
                (calls, channel) -> calls.getRawOption(channel, option, maxBytes));
    }
}
