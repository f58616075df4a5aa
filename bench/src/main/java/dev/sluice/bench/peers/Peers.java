package dev.sluice.bench.peers;

import dev.sluice.Backend;
import dev.sluice.WaitStrategy;
import io.netty.util.Version;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The peers by the names the command line knows them by. */
public final class Peers {
    /** Starts a server that listens on an address. */
    @FunctionalInterface
    public interface Opener {
        /**
         * Returns once the server listens.
         *
         * @throws IOException what the system says against it, such as an address in use
         * @throws PeerUnavailableException where this machine lacks what the server needs
         */
        EchoPeer open(InetSocketAddress address) throws IOException;
    }

    private static final Map<String, Opener> OPENERS = openers();

    private Peers() {}

    private static Map<String, Opener> openers() {
        Map<String, Opener> openers = new LinkedHashMap<>();
        openers.put("sluice-epoll", SluiceEcho.opener(Backend.EPOLL, WaitStrategy.BLOCK));
        openers.put("sluice-epoll-spin",
                SluiceEcho.opener(Backend.EPOLL, WaitStrategy.spinThenBlock()));
        openers.put("sluice-io_uring", SluiceEcho.opener(Backend.IO_URING, WaitStrategy.BLOCK));
        openers.put("sluice-io_uring-spin",
                SluiceEcho.opener(Backend.IO_URING, WaitStrategy.spinThenBlock()));
        openers.put("sluice-net-epoll", SluiceNetEcho.opener(Backend.EPOLL));
        openers.put("sluice-net-io_uring", SluiceNetEcho.opener(Backend.IO_URING));
        openers.put("jdk-virtual", JdkVirtualEcho::open);
        openers.put("sluice-iocp", SluiceEcho.opener(Backend.IOCP, WaitStrategy.BLOCK));
        openers.put("sluice-epoll-poll", ReadinessEcho.opener(Backend.EPOLL));
        openers.put("sluice-io_uring-poll", ReadinessEcho.opener(Backend.IO_URING));
        openers.put("nio", NioEcho::open);
        openers.put("nio2", Nio2Echo::open);
        openers.put("netty-epoll", NettyEcho::openEpoll);
        openers.put("netty-io_uring", NettyEcho::openIoUring);
        return openers;
    }

    /** All names. */
    public static Set<String> names() {
        return OPENERS.keySet();
    }

    /**
     * Starts the server of that name.
     *
     * @throws IllegalArgumentException where there is none of that name
     */
    public static EchoPeer open(String name, InetSocketAddress address) throws IOException {
        Opener opener = OPENERS.get(name);
        if (opener == null) {
            throw new IllegalArgumentException(
                    "no server is named " + name + "; there are " + String.join(", ", names()));
        }
        return opener.open(address);
    }

    /** The version of Netty that the peers run on. */
    public static String nettyVersion() {
        Version version = Version.identify().get("netty-transport");
        return version == null ? "unknown" : version.artifactVersion();
    }
}
