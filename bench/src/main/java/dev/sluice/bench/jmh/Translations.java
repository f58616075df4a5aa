package dev.sluice.bench.jmh;

import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.linux.LinuxSockaddr;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a backend translates: an errno, an address. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Translations {
    private static final int ECONNRESET = 104;
    private static final int PORT = 7777;
    private static final long LOOPBACK = 0x7f000001L;

    private final long memory = Arena.global().allocate(LinuxSockaddr.MAX_SIZE, 8).address();
    private final RawAddress ipv4 = new RawAddress();
    private final RawAddress ipv6 = new RawAddress();
    private final RawAddress decoded = new RawAddress();
    private int errno = ECONNRESET;

    /** The loopback addresses. */
    public Translations() {
        ipv4.family = RawAddress.IPV4;
        ipv4.low = LOOPBACK;
        ipv4.port = PORT;
        ipv6.family = RawAddress.IPV6;
        ipv6.low = 1;
        ipv6.port = PORT;
    }

    /** Translates the errno of a receive. */
    @Benchmark
    public Outcome status() {
        return LinuxErrors.outcomeOf(RequestKind.RECEIVE, errno);
    }

    /** Translates an address to a sockaddr_in. */
    @Benchmark
    public int encodeIpv4() {
        return LinuxSockaddr.encode(ipv4, ipv4.family, memory);
    }

    /** Translates an address to a sockaddr_in6. */
    @Benchmark
    public int encodeIpv6() {
        return LinuxSockaddr.encode(ipv6, ipv6.family, memory);
    }

    /** Translates an address to a sockaddr_in6 and back. */
    @Benchmark
    public RawAddress encodeAndDecodeIpv6() {
        LinuxSockaddr.decode(
                memory, LinuxSockaddr.encode(ipv6, ipv6.family, memory), decoded);
        return decoded;
    }
}
