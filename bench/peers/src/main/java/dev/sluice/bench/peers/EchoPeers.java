package dev.sluice.bench.peers;

import dev.sluice.Backend;
import dev.sluice.WaitStrategy;
import dev.sluice.bench.peers.Peers.Opener;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The servers that echo, by their names. A switch and no map: a fresh server makes what it runs
 * alone, so that its first message measures the server and not the others of this list.
 */
final class EchoPeers {
    /** Those with a virtual thread per connection on Sluice. */
    static final List<String> BLOCKING = List.of("sluice-net-epoll", "sluice-net-io_uring",
            "sluice-tpp-epoll", "sluice-tpp-io_uring", "sluice-net-iocp", "sluice-tpp-iocp");

    /** All of them. */
    static final Set<String> NAMES = Set.of("sluice-epoll", "sluice-epoll-spin",
            "sluice-io_uring", "sluice-io_uring-spin", "sluice-iocp", "sluice-iocp-spin",
            "sluice-iocp-poll", "sluice-net-iocp", "sluice-tpp-iocp", "netty-nio",
            "sluice-net-epoll",
            "sluice-net-io_uring", "sluice-tpp-epoll", "sluice-tpp-io_uring", "jdk-virtual",
            "sluice-epoll-poll", "sluice-io_uring-poll", "nio", "nio2", "netty-epoll",
            "netty-io_uring");

    private EchoPeers() {}

    /** Returns a way to open the server of that name; null if there is none. */
    static @Nullable Opener opener(String name) {
        return switch (name) {
            case "sluice-epoll" -> SluiceEcho.opener(Backend.EPOLL, WaitStrategy.BLOCK);
            case "sluice-epoll-spin" ->
                SluiceEcho.opener(Backend.EPOLL, WaitStrategy.spinThenBlock());
            case "sluice-io_uring" -> SluiceEcho.opener(Backend.IO_URING, WaitStrategy.BLOCK);
            case "sluice-io_uring-spin" ->
                SluiceEcho.opener(Backend.IO_URING, WaitStrategy.spinThenBlock());
            case "sluice-iocp" -> SluiceEcho.opener(Backend.IOCP, WaitStrategy.BLOCK);
            case "sluice-iocp-spin" ->
                SluiceEcho.opener(Backend.IOCP, WaitStrategy.spinThenBlock());
            case "sluice-net-epoll", "sluice-net-io_uring", "sluice-net-iocp",
                    "sluice-tpp-epoll", "sluice-tpp-io_uring", "sluice-tpp-iocp" ->
                SluiceNetEcho.opener(groups(name));
            case "jdk-virtual" -> JdkVirtualEcho::open;
            case "sluice-epoll-poll" -> ReadinessEcho.opener(Backend.EPOLL);
            case "sluice-io_uring-poll" -> ReadinessEcho.opener(Backend.IO_URING);
            case "sluice-iocp-poll" -> ReadinessEcho.opener(Backend.IOCP);
            case "nio" -> NioEcho::open;
            case "nio2" -> Nio2Echo::open;
            case "netty-nio" -> NettyServer.onNio(NettyEcho::handlers);
            case "netty-epoll" -> NettyServer.onEpoll(NettyEcho::handlers);
            case "netty-io_uring" ->
                NettyServer.onIoUring(NettyEcho::handlers, NettyEcho.RING_BUFFER_BYTES);
            default -> null;
        };
    }

    /** Returns the ports of one of {@link #BLOCKING}. */
    static SluiceNetEcho.Groups groups(String name) {
        return switch (name) {
            case "sluice-net-epoll" -> SluiceNetEcho.on(Backend.EPOLL);
            case "sluice-net-io_uring" -> SluiceNetEcho.on(Backend.IO_URING);
            case "sluice-net-iocp" -> SluiceNetEcho.on(Backend.IOCP);
            case "sluice-tpp-epoll" -> SluiceNetEcho.threadPerPortOn(Backend.EPOLL);
            case "sluice-tpp-io_uring" -> SluiceNetEcho.threadPerPortOn(Backend.IO_URING);
            case "sluice-tpp-iocp" -> SluiceNetEcho.threadPerPortOn(Backend.IOCP);
            default -> throw new IllegalArgumentException(name);
        };
    }
}
