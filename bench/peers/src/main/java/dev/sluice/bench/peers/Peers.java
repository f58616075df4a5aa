package dev.sluice.bench.peers;

import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import io.netty.util.Version;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The peers by their names on the command line. */
public final class Peers {
    /** Starts a server that listens on an address. */
    @FunctionalInterface
    public interface Opener {
        /**
         * Returns once the server listens.
         *
         * @throws IOException if the kernel refuses, as for an address in use
         * @throws PeerUnavailableException if this machine lacks what the server needs
         */
        EchoPeer open(InetSocketAddress address) throws IOException;
    }

    /** Starts a proxy that listens on an address. */
    @FunctionalInterface
    interface ProxyOpener {
        /** As {@link Opener#open}. */
        EchoPeer open(InetSocketAddress address, ProxySettings settings) throws IOException;
    }

    /** Starts a server on datagram sockets. */
    @FunctionalInterface
    interface UdpOpener {
        /** As {@link Opener#open}, with the first of its consecutive ports. */
        EchoPeer open(InetSocketAddress first, int sockets) throws IOException;
    }

    /** Starts a server that sends a file. */
    @FunctionalInterface
    interface FileOpener {
        /** As {@link Opener#open}; the file is opened with the first connection. */
        EchoPeer open(InetSocketAddress address, Path file) throws IOException;
    }

    /** Made when the first of them is asked for: a server that echoes starts without them. */
    private static final class Others {
        static final Map<Task, Map<String, Opener>> STREAMS = openers();
        static final Map<String, ProxyOpener> PROXIES = proxies();
        static final Map<String, FileOpener> FILES = files();
        static final Map<String, UdpOpener> UDP_BULK = Map.of(
                "sluice-epoll", SluiceUdp.bulk(Backend.EPOLL),
                "sluice-io_uring", SluiceUdp.bulk(Backend.IO_URING),
                "sluice-iocp", SluiceUdp.bulk(Backend.IOCP),
                "nio", NioUdp::openBulk,
                "netty-epoll", NettyUdp.bulk(NettyTransport.EPOLL));
        static final Map<String, UdpOpener> UDP = Map.of(
                "sluice-epoll", SluiceUdp.opener(Backend.EPOLL),
                "sluice-io_uring", SluiceUdp.opener(Backend.IO_URING),
                "sluice-iocp", SluiceUdp.opener(Backend.IOCP),
                "nio", NioUdp::open,
                "netty-nio", NettyUdp.opener(NettyTransport.NIO),
                "netty-epoll", NettyUdp.opener(NettyTransport.EPOLL));

        private Others() {}
    }

    private Peers() {}

    private static Map<Task, Map<String, Opener>> openers() {
        Map<Task, Map<String, Opener>> openers = new EnumMap<>(Task.class);
        openers.put(Task.RECEIVE, task(Task.RECEIVE, SluiceTasks::receive, NettyTasks::receive));
        openers.put(Task.SEND, task(Task.SEND, SluiceTasks::send, NettyTasks::send));
        openers.put(Task.FAN_OUT, task(Task.FAN_OUT, SluiceFanOut::new, NettyTasks::fanOut));
        openers.get(Task.RECEIVE).put("nio", NioTasks::receive);
        openers.get(Task.RECEIVE).put("nio2", Nio2Tasks::receive);
        openers.get(Task.SEND).put("nio", NioTasks::send);
        openers.get(Task.SEND).put("nio2", Nio2Tasks::send);
        openers.get(Task.FAN_OUT).put("nio", NioFanOut::open);
        openers.get(Task.FAN_OUT).put("nio2", Nio2FanOut::open);
        openers.put(Task.REQUEST, task(Task.REQUEST, SluiceRequests::new, NettyRequests::handlers));
        openers.get(Task.REQUEST).put("jdk-httpserver", JdkHttpServer::open);
        openers.put(Task.TLS, tls());
        putReadiness(openers.get(Task.RECEIVE), ReadinessTasks::receive);
        putReadiness(openers.get(Task.SEND), ReadinessTasks::send);
        putReadiness(openers.get(Task.FAN_OUT), ReadinessFanOut::new);
        return openers;
    }

    private static Map<String, Opener> tls() {
        Map<String, Opener> openers = new LinkedHashMap<>();
        blockingGroups().forEach(
                (name, groups) -> openers.put(name, SluiceNetEcho.tlsOpener(groups)));
        openers.put("jdk-virtual", JdkVirtualEcho::openTls);
        openers.put("netty-nio", address -> NettyServer.openTls(NettyTransport.NIO, address));
        openers.put("netty-epoll", address -> NettyServer.openTls(NettyTransport.EPOLL, address));
        openers.put("netty-io_uring",
                address -> NettyServer.openTls(NettyTransport.IO_URING, address));
        return openers;
    }

    private static Map<String, FileOpener> files() {
        Map<String, FileOpener> openers = new LinkedHashMap<>();
        openers.put("sluice-epoll", SluiceFiles.opener(Backend.EPOLL));
        openers.put("sluice-io_uring", SluiceFiles.opener(Backend.IO_URING));
        openers.put("sluice-iocp", SluiceFiles.opener(Backend.IOCP));
        blockingGroups().forEach(
                (name, groups) -> openers.put(name, SluiceFiles.blocking(groups)));
        openers.put("nio", NioFiles::open);
        for (NettyTransport transport : NettyTransport.values()) {
            openers.put(transport.peerName(), NettyFiles.opener(transport));
        }
        return openers;
    }

    private static Map<String, ProxyOpener> proxies() {
        Map<String, ProxyOpener> openers = new LinkedHashMap<>();
        blockingGroups().forEach(
                (name, groups) -> openers.put(name, SluiceNetProxy.opener(groups)));
        openers.put("jdk-virtual", JdkVirtualProxy::open);
        openers.put("netty-epoll", NettyProxy.opener(NettyTransport.EPOLL));
        openers.put("netty-io_uring", NettyProxy.opener(NettyTransport.IO_URING));
        openers.put("netty-nio", NettyProxy.opener(NettyTransport.NIO));
        return openers;
    }

    /** The servers with a virtual thread per connection, by their names. */
    private static Map<String, SluiceNetEcho.Groups> blockingGroups() {
        return EchoPeers.BLOCKING.stream()
                .collect(Collectors.toMap(Function.identity(), EchoPeers::groups));
    }

    /** The servers of another task, except those on the JDK's channels. */
    private static Map<String, Opener> task(Task task,
            Function<CompletionPort, PortServer.Program> sluice,
            Supplier<NettyServer.Handlers> netty) {
        Map<String, Opener> openers = new LinkedHashMap<>();
        openers.put("sluice-epoll", PortServer.opener(Backend.EPOLL, sluice));
        openers.put("sluice-io_uring", PortServer.opener(Backend.IO_URING, sluice));
        openers.put("sluice-iocp", PortServer.opener(Backend.IOCP, sluice));
        blockingGroups().forEach(
                (name, groups) -> openers.put(name, SluiceNetEcho.opener(groups, task)));
        openers.put("jdk-virtual", JdkVirtualEcho.opener(task));
        openers.put("netty-nio", NettyServer.onNio(netty));
        openers.put("netty-epoll", NettyServer.onEpoll(netty));
        openers.put("netty-io_uring", NettyServer.onIoUring(netty, Task.BUFFER_BYTES));
        return openers;
    }

    private static void putReadiness(Map<String, Opener> openers,
            Function<CompletionPort, PortServer.Program> program) {
        openers.put("sluice-epoll-poll", PortServer.opener(Backend.EPOLL, program));
        openers.put("sluice-io_uring-poll", PortServer.opener(Backend.IO_URING, program));
        openers.put("sluice-iocp-poll", PortServer.opener(Backend.IOCP, program));
    }

    private static @Nullable Opener opener(String name, Task task) {
        return task == Task.ECHO
                ? EchoPeers.opener(name)
                : Others.STREAMS.getOrDefault(task, Map.of()).get(name);
    }

    /** The names of all servers that know that task. */
    public static Set<String> names(Task task) {
        return switch (task) {
            case ECHO -> EchoPeers.NAMES;
            case PROXY -> Others.PROXIES.keySet();
            case FILE -> Others.FILES.keySet();
            case UDP, UDP_BULK -> udp(task).keySet();
            default -> Others.STREAMS.getOrDefault(task, Map.of()).keySet();
        };
    }

    private static Map<String, UdpOpener> udp(Task task) {
        return task == Task.UDP_BULK ? Others.UDP_BULK : Others.UDP;
    }

    /**
     * Starts the server of that name on so many datagram sockets with consecutive ports.
     *
     * @param task UDP or UDP_BULK
     * @param address of the first; port 0 lets the system choose
     * @throws IllegalArgumentException where there is none of that name
     */
    public static EchoPeer openUdp(String name, Task task, InetSocketAddress address, int sockets)
            throws IOException {
        UdpOpener opener = udp(task).get(name);
        if (opener == null) {
            throw unknown(name, task);
        }
        return UdpPorts.open(opener, address, sockets);
    }

    /**
     * Starts the proxy of that name.
     *
     * @throws IllegalArgumentException where there is none of that name
     */
    public static EchoPeer openProxy(String name, InetSocketAddress address,
            ProxySettings settings) throws IOException {
        ProxyOpener opener = Others.PROXIES.get(name);
        if (opener == null) {
            throw unknown(name, Task.PROXY);
        }
        return opener.open(address, settings);
    }

    /**
     * Starts the server of that name, which sends a file.
     *
     * @throws IllegalArgumentException where there is none of that name
     */
    public static EchoPeer openFile(String name, InetSocketAddress address, Path file)
            throws IOException {
        FileOpener opener = Others.FILES.get(name);
        if (opener == null) {
            throw unknown(name, Task.FILE);
        }
        return opener.open(address, file);
    }

    private static IllegalArgumentException unknown(String name, Task task) {
        return new IllegalArgumentException("no server with the task " + task.word()
                + " is named " + name + "; there are " + String.join(", ", names(task)));
    }

    /**
     * Starts the server of that name.
     *
     * @throws IllegalArgumentException if there is none of that name, or it does not know the task
     */
    public static EchoPeer open(String name, Task task, InetSocketAddress address)
            throws IOException {
        Opener opener = opener(name, task);
        if (opener == null) {
            throw unknown(name, task);
        }
        return opener.open(address);
    }

    /** The version of Netty that the peers run on. */
    public static String nettyVersion() {
        Version version = Version.identify().get("netty-transport");
        return version == null ? "unknown" : version.artifactVersion();
    }
}
