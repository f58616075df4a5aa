package dev.sluice.bench.compare;

import dev.sluice.bench.load.Load;
import dev.sluice.bench.peers.PeerMain;
import dev.sluice.bench.peers.Peers;
import dev.sluice.bench.peers.Task;
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
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/** All servers that can be compared, in the order of the table. */
public final class ServerCatalog {
    /** The preferred baselines, best first. */
    static final List<String> BASELINES = List.of("c-epoll", "c-iocp", "nio", "nio2");

    /**
     * What every server on a JVM is started with, Sluice or not: a heap that no load fills, the
     * collector without threads of its own, and what Netty's users give it (no leak detection, no
     * bounds checks, Unsafe allowed).
     */
    public static final List<String> JVM_FLAGS = List.of(
            "-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.leakDetection.level=disabled",
            "-Dio.netty.buffer.checkBounds=false", "-Dio.netty.buffer.checkAccessible=false");

    /** What a group that carries its threads needs. */
    private static final String FOR_OWN_CARRIERS = "--add-opens=java.base/java.lang=ALL-UNNAMED";

    private final List<ServerSpec> specs = new ArrayList<>();
    private final Set<String> onRequest = new HashSet<>();
    private final AotCaches caches;

    public ServerCatalog(BaselinePrograms baselines) {
        this(baselines, () -> 1, AotCaches.ofEnvironment());
    }

    /**
     * Looks the baselines up when they are started.
     *
     * @param carriers how many carriers virtual threads get: a server is pinned after its start,
     *     when its runtime has counted all processors, and several carriers on one processor push
     *     each other off it
     * @param caches what the servers on a JVM begin with, once they are prepared
     */
    public ServerCatalog(BaselinePrograms baselines, IntSupplier carriers, AotCaches caches) {
        this.caches = caches;
        WineServers wine = WineServers.here();
        if (wine != null) {
            specs.addAll(wine.specs());
            return;
        }
        addSluice("sluice-epoll");
        addSluice("sluice-io_uring");
        addVirtual("sluice-net-epoll", "net layer", carriers);
        addVirtual("sluice-net-io_uring", "net layer", carriers);
        addVirtual("sluice-own-epoll", "own carriers", carriers);
        addVirtual("sluice-own-io_uring", "own carriers", carriers);
        addVirtual("jdk-virtual", "ServerSocket", carriers);
        addOnRequest("sluice-epoll-poll", "readiness");
        addOnRequest("sluice-io_uring-poll", "readiness");
        addPeer("nio", "JDK Selector");
        addPeer("nio2", "JDK NIO.2");
        addPeer("netty-epoll", "");
        addPeer("netty-io_uring", "");
        specs.add(new ServerSpec("c-epoll", () -> baselines.command("sluice_baseline_epoll"),
                false, ServerCatalog::everyLoad, EnumSet.allOf(Task.class), ""));
        specs.add(new ServerSpec("c-io_uring", () -> baselines.command("sluice_baseline_uring"),
                false, ServerCatalog::everyLoad, EnumSet.allOf(Task.class), ""));
    }

    private static boolean everyLoad(Load load) {
        return true;
    }

    private void addSluice(String name) {
        addPeer(name, "blocks");
        String spinning = name + "-spin";
        specs.add(new ServerSpec(spinning, () -> peerCommand(spinning), true,
                load -> load.connections() == 1, Set.of(), "spins, blocks"));
    }

    private void addVirtual(String name, String note, IntSupplier carriers) {
        specs.add(new ServerSpec(name, () -> {
            List<String> command = new ArrayList<>(peerCommand(name));
            command.add(1, "-Djdk.virtualThreadScheduler.parallelism=" + carriers.getAsInt());
            return command;
        }, true, ServerCatalog::everyLoad, tasks(name), note));
    }

    /** Only where it is asked for by name: the default run has enough to do. */
    private void addOnRequest(String name, String note) {
        addPeer(name, note);
        onRequest.add(name);
    }

    private void addPeer(String name, String note) {
        specs.add(new ServerSpec(name, () -> peerCommand(name), true, ServerCatalog::everyLoad,
                tasks(name), note));
    }

    private static Set<Task> tasks(String name) {
        return Arrays.stream(Task.values()).filter(task -> Peers.names(task).contains(name))
                .collect(Collectors.toSet());
    }

    /** Makes the caches of those that run on a JVM. */
    public void prepareCaches(List<ServerSpec> servers) throws InterruptedException {
        Map<String, List<String>> commands = new LinkedHashMap<>();
        servers.stream().filter(ServerSpec::answers)
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
            String executable = File.separatorChar == '\\' ? "java.exe" : "java";
            command.add(Path.of(System.getProperty("java.home"), "bin", executable).toString());
            command.addAll(JVM_FLAGS);
            if (name.startsWith("sluice-own-")) {
                command.add(FOR_OWN_CARRIERS);
            }
            command.addAll(List.of("-cp", System.getProperty("java.class.path"),
                    PeerMain.class.getName()));
        }
        command.addAll(List.of(name, "--port", "0", "--address", "127.0.0.1"));
        return command;
    }

    /** Whether this is the image of the profile "native": then there is no JVM to start. */
    public static boolean isNativeImage() {
        return System.getProperty("org.graalvm.nativeimage.imagecode") != null;
    }

    /** Those that run unless told otherwise. */
    public List<ServerSpec> byDefault() {
        return specs.stream().filter(spec -> !onRequest.contains(spec.name())).toList();
    }

    public List<ServerSpec> all() {
        return List.copyOf(specs);
    }

    /** A few words on each, by its name. */
    public Map<String, String> notes() {
        return specs.stream().collect(Collectors.toMap(ServerSpec::name, ServerSpec::note,
                (first, second) -> first, LinkedHashMap::new));
    }

    /** The preferred baseline of these. */
    public String baseline() {
        return BASELINES.stream().filter(names()::contains).findFirst().orElseThrow();
    }

    public List<String> names() {
        return specs.stream().map(ServerSpec::name).toList();
    }
}
