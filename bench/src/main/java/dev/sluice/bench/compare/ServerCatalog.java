package dev.sluice.bench.compare;

import dev.sluice.bench.load.Load;
import dev.sluice.bench.peers.PeerMain;
import dev.sluice.bench.peers.Peers;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Verdict;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** All servers that can be compared. */
public final class ServerCatalog {
    /** The longest message with which NIO.2 is measured unless it is named: the run is long enough. */
    private static final int SHORT_BYTES = 64;

    /** The preferred baselines, best first. */
    static final List<String> BASELINES = List.of("c-epoll", "c-iocp", "nio", "nio2");

    /** The baselines where none of those knows the task. */
    static final List<String> OTHER_BASELINES = List.of("netty-epoll", "jdk-virtual");

    /**
     * The flags of every server on a JVM, Sluice or not: a heap that no load fills, the collector
     * without threads of its own, and what users of Netty set (no leak detection, no bounds checks,
     * Unsafe allowed).
     */
    public static final List<String> JVM_FLAGS = List.of(
            "-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.leakDetection.level=disabled",
            "-Dio.netty.buffer.checkBounds=false", "-Dio.netty.buffer.checkAccessible=false");

    /** Thread per port replaces the scheduler of virtual threads, which java.lang does not export. */
    private static final String FOR_THREAD_PER_PORT = "--add-opens=java.base/java.lang=ALL-UNNAMED";

    private final List<ServerSpec> specs = new ArrayList<>();
    private final Set<String> onRequest = new HashSet<>();
    private final AotCaches caches;

    public ServerCatalog(BaselinePrograms baselines) {
        this(baselines, AotCaches.ofEnvironment());
    }

    /**
     * Finds the servers; the baselines are built when they are started.
     *
     * @param caches the AOT caches of the servers on a JVM
     */
    public ServerCatalog(BaselinePrograms baselines, AotCaches caches) {
        this.caches = caches;
        if (isWindows()) {
            addForWindows(baselines);
        } else {
            addForLinux(baselines);
        }
    }

    private static boolean isWindows() {
        return File.separatorChar == '\\';
    }

    private void addForLinux(BaselinePrograms baselines) {
        addSluice("sluice-epoll", "completion port on epoll, one thread");
        addSluice("sluice-io_uring", "completion port on io_uring, one thread");
        addVirtual("sluice-net-epoll", "dev.sluice.net, a virtual thread for each connection");
        addVirtual("sluice-net-io_uring", "the same on io_uring");
        addVirtual("sluice-tpp-epoll", "dev.sluice.net with a thread per port");
        addVirtual("sluice-tpp-io_uring", "the same on io_uring");
        addJdkVirtual();
        addUntimed("sluice-net-epoll");
        addUntimed("sluice-net-io_uring");
        addUntimed("jdk-virtual");
        addOnRequest("sluice-epoll-poll", "readiness instead of completion, on epoll");
        addOnRequest("sluice-io_uring-poll", "the same on io_uring");
        addNio();
        addPeer("netty-epoll", "Netty 4.2, its native epoll transport, one event loop");
        addPeer("netty-io_uring", "Netty 4.2, its native io_uring transport, one event loop");
        // On Linux netty-nio runs only these tasks; the native transports run the others.
        addNettyNio(EnumSet.of(Task.REQUEST, Task.PROXY, Task.FILE));
        addC("c-epoll", "sluice_baseline_epoll", "C on epoll, one thread", baselines,
                EnumSet.complementOf(EnumSet.of(Task.TLS)));
        addC("c-io_uring", "sluice_baseline_uring", "C on io_uring, one thread", baselines,
                EnumSet.complementOf(
                        EnumSet.of(Task.FILE, Task.PROXY, Task.UDP, Task.UDP_BULK,
                                Task.REQUEST, Task.TLS)));
    }

    private void addForWindows(BaselinePrograms baselines) {
        addSluice("sluice-iocp", "completion port on IOCP, one thread");
        addVirtual("sluice-net-iocp", "dev.sluice.net, a virtual thread for each connection");
        addVirtual("sluice-tpp-iocp", "dev.sluice.net with a thread per port");
        addJdkVirtual();
        addUntimed("sluice-net-iocp");
        addUntimed("jdk-virtual");
        addOnRequest("sluice-iocp-poll", "readiness instead of completion");
        addNio();
        addNettyNio(tasks("netty-nio"));
        addC("c-iocp", "sluice_baseline_iocp", "C on IOCP, one thread", baselines,
                EnumSet.of(Task.ECHO));
    }

    private void addJdkVirtual() {
        addVirtual("jdk-virtual", "java.net.ServerSocket, a virtual thread for each connection");
        addVirtual("jdk-httpserver",
                "com.sun.net.httpserver.HttpServer, a virtual thread for each request");
    }

    private void addNio() {
        addPeer("nio", "java.nio.channels.Selector, one thread");
        addPeer("nio2", "java.nio asynchronous channels, one thread",
                load -> load.messageBytes() <= SHORT_BYTES && isMeasured("nio2", load));
    }

    private void addNettyNio(Set<Task> tasks) {
        specs.add(new ServerSpec("netty-nio", processors -> peerCommand("netty-nio"), true,
                load -> isMeasured("netty-nio", load), tasks,
                "Netty 4.2 on the JDK's Selector, one event loop"));
    }

    private static boolean everyLoad(Load load) {
        return true;
    }

    private void addC(String name, String program, String note, BaselinePrograms baselines,
            Set<Task> tasks) {
        specs.add(new ServerSpec(name, processors -> baselines.command(program), false,
                load -> isMeasured(name, load), tasks, note));
    }

    /** Also adds a server that spins; only a load of one connection shows the difference. */
    private void addSluice(String name, String note) {
        addPeer(name, note);
        String spinning = name + "-spin";
        specs.add(new ServerSpec(spinning, processors -> peerCommand(spinning), true,
                load -> load.connections() == 1 && !load.isUnpinned(), tasks(spinning),
                "the same, spins before it blocks"));
    }

    private void addVirtual(String name, String note) {
        specs.add(new ServerSpec(name, processors -> virtualCommand(name, processors), true,
                ServerCatalog::everyLoad, tasks(name), note));
    }

    private List<String> virtualCommand(String name, int processors) {
        List<String> command = new ArrayList<>(peerCommand(name));
        command.add(1, "-Djdk.virtualThreadScheduler.parallelism=" + processors);
        return command;
    }

    /** Adds the proxy of that server without time-outs, which shows what they cost. */
    private void addUntimed(String name) {
        specs.add(new ServerSpec(name + Verdict.UNTIMED, processors -> {
            List<String> command = new ArrayList<>(virtualCommand(name, processors));
            command.addAll(List.of("--idle", "0"));
            return command;
        }, true, ServerCatalog::everyLoad, Set.of(Task.PROXY),
                "the proxy of " + name + " without time-outs"));
    }

    /** Adds a server that runs only if it is named, since the default run takes long enough. */
    private void addOnRequest(String name, String note) {
        addPeer(name, note);
        onRequest.add(name);
    }

    private void addPeer(String name, String note) {
        addPeer(name, note, load -> isMeasured(name, load));
    }

    /** Adds a server that takes part in some echo loads only, unless it is named. */
    private void addPeer(String name, String note, Predicate<Load> loads) {
        specs.add(new ServerSpec(name, processors -> peerCommand(name), true, loads, tasks(name),
                note));
    }

    /** A server of one thread that is bound to no processor measures the scheduler. */
    private static boolean isMeasured(String name, Load load) {
        return !load.isUnpinned() || BASELINES.contains(name);
    }

    private static Set<Task> tasks(String name) {
        return Arrays.stream(Task.values()).filter(task -> Peers.names(task).contains(name))
                .collect(Collectors.toSet());
    }

    /** Creates the AOT caches of the servers that run on a JVM. */
    public void prepareCaches(List<ServerSpec> servers) throws InterruptedException {
        Map<String, List<String>> commands = new LinkedHashMap<>();
        servers.stream().filter(server -> server.answers() && server.knows(Task.ECHO))
                .forEach(server -> commands.put(server.name(), plainCommand(server.name())));
        caches.prepare(commands);
    }

    private List<String> peerCommand(String name) {
        return caches.apply(name, plainCommand(name));
    }

    private static List<String> plainCommand(String name) {
        List<String> command = new ArrayList<>();
        if (isNativeImage()) {
            String self = ProcessHandle.current().info().command().orElse("sluice-compare");
            command.add(Path.of(self).resolveSibling("sluice-echo").toString());
        } else {
            String executable = isWindows() ? "java.exe" : "java";
            command.add(Path.of(System.getProperty("java.home"), "bin", executable).toString());
            command.addAll(JVM_FLAGS);
            if (name.startsWith("sluice-tpp-")) {
                command.add(FOR_THREAD_PER_PORT);
            }
            command.addAll(List.of("-cp", System.getProperty("java.class.path"),
                    PeerMain.class.getName()));
        }
        command.addAll(List.of(name, "--port", "0", "--address", "127.0.0.1"));
        return command;
    }

    /** True in the image of the profile "native", which has no JVM to start. */
    public static boolean isNativeImage() {
        return System.getProperty("org.graalvm.nativeimage.imagecode") != null;
    }

    /** The servers that run if none are named. */
    public List<ServerSpec> byDefault() {
        return specs.stream().filter(spec -> !onRequest.contains(spec.name())).toList();
    }

    /** What proxies may connect to, the preferred one first. */
    public List<ServerSpec> backends() {
        return BASELINES.stream().flatMap(name -> specs.stream()
                .filter(spec -> spec.name().equals(name))).toList();
    }

    public List<ServerSpec> all() {
        return List.copyOf(specs);
    }

    /** Describes each server, by its name. */
    public Map<String, String> notes() {
        return specs.stream().collect(Collectors.toMap(ServerSpec::name, ServerSpec::note,
                (first, second) -> first, LinkedHashMap::new));
    }

    /** The preferred baseline. */
    public String baseline() {
        return BASELINES.stream().filter(names()::contains).findFirst().orElseThrow();
    }

    public List<String> names() {
        return specs.stream().map(ServerSpec::name).toList();
    }
}
