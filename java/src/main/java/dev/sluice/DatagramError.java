package dev.sluice;

import dev.sluice.internal.spi.QueuedError;
import dev.sluice.internal.spi.RawAddress;
import org.jspecify.annotations.Nullable;

/**
 * An error of a datagram that was sent, as {@link NativeSocket#tryReceiveError} returns it.
 *
 * @param status such as REFUSED if no socket receives at the destination, UNREACHABLE, or
 *     MESSAGE_TOO_BIG
 * @param nativeCode the kernel's code
 * @param destination where the datagram was to go
 * @param reporter the machine that reported the error by ICMP, with port 0; null if this one found it
 * @param mtu the largest packet of the path in bytes if the status is MESSAGE_TOO_BIG, else 0
 * @see <a href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7), IP_RECVERR</a>
 */
public record DatagramError(
        Status status, int nativeCode, Address destination, @Nullable Address reporter, int mtu) {
    static DatagramError of(QueuedError error) {
        Status status = Status.of(error.outcome());
        boolean reported = error.reporter().family != RawAddress.NONE;
        return new DatagramError(
                status,
                error.nativeCode(),
                Address.copyOf(error.destination()),
                reported ? Address.copyOf(error.reporter()).withPort(0) : null,
                status == Status.MESSAGE_TOO_BIG ? error.info() : 0);
    }
}
