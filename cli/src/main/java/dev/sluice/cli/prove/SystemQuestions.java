package dev.sluice.cli.prove;

import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.Delay;
import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.bench.machine.Machine;
import dev.sluice.bench.machine.Snapshot;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** About listeners, datagrams, time, and what else a system may or may not have. */
final class SystemQuestions {
    private static final int BACKLOG = 1000;
    private static final int CLIENTS = 400;
    private static final Duration CLIENT_TIME = Duration.ofSeconds(2);
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int WAITS = 50;
    private static final long BUSY_NANOS = 300_000_000L;
    private static final long SETTLE_MILLIS = 100;

    static final List<OpenQuestion> ALL = List.of(
            new OpenQuestion("clients in a backlog of " + BACKLOG, SystemQuestions::backlog),
            new OpenQuestion("a listener bound again beside its live connection",
                    SystemQuestions::restart),
            new OpenQuestion("options that an accept inherits", SystemQuestions::inheritance),
            new OpenQuestion("datagram to a port without a socket", SystemQuestions::datagram),
            new OpenQuestion("waits of 1 ms", SystemQuestions::ticks),
            new OpenQuestion("CPU time of a thread that is busy for 300 ms", SystemQuestions::cpu),
            new OpenQuestion("Unix sockets of the JDK", SystemQuestions::unix));

    private SystemQuestions() {}

    private static String backlog(Workbench bench) throws IOException {
        NativeSocket listener = bench.port().listen(Address.loopback(0), BACKLOG);
        List<Connect> connects = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            connects.add(new Connect(bench.stream(), listener.localAddress())
                    .timeout(CLIENT_TIME));
            bench.port().submit(connects.getLast());
        }
        bench.await("the connects", () -> connects.stream().noneMatch(Connect::isPending));
        long connected = connects.stream().filter(Connect::isOk).count();
        return connected + " of " + CLIENTS + " connected while nobody accepted"
                + connects.stream().filter(connect -> !connect.isOk()).findFirst()
                        .map(connect -> ", others " + connect.status()).orElse("");
    }

    private static String restart(Workbench bench) throws IOException {
        NativeSocket listener = bench.listener();
        Address address = listener.localAddress();
        Workbench.Pair pair = bench.pair(listener);
        bench.run(Close.immediate(listener));
        String beside = bind(bench, address);
        bench.run(Close.immediate(pair.server()));
        bench.readToEnd(pair.client());
        bench.run(Close.immediate(pair.client()));
        return beside + "; after a local close first " + bind(bench, address);
    }

    private static String bind(Workbench bench, Address address) throws IOException {
        try {
            bench.run(Close.immediate(bench.port().listen(address)));
            return "bound";
        } catch (IOException refused) {
            return "refused: " + refused.getMessage();
        }
    }

    private static String inheritance(Workbench bench) throws IOException {
        NativeSocket listener = bench.listener();
        int before = bench.pair(listener).server().get(SockOpt.RCVBUF);
        listener.set(SockOpt.RCVBUF, BUFFER_BYTES).set(SockOpt.NODELAY, true)
                .set(SockOpt.KEEPALIVE, true);
        NativeSocket accepted = bench.pair(listener).server();
        return "RCVBUF " + accepted.get(SockOpt.RCVBUF) + " (listener "
                + listener.get(SockOpt.RCVBUF) + ", before " + before + "), NODELAY "
                + accepted.get(SockOpt.NODELAY) + ", KEEPALIVE "
                + accepted.get(SockOpt.KEEPALIVE);
    }

    private static String datagram(Workbench bench) throws IOException {
        NativeSocket nobody = bench.port().datagrams(Address.loopback(0));
        Address free = nobody.localAddress();
        bench.run(Close.immediate(nobody));
        NativeSocket socket = bench.port().socket(SocketType.UDP4);
        bench.succeed(new Connect(socket, free));
        bench.succeed(new Send(socket).buffer(bench.memory(10)));
        bench.pass(SETTLE_MILLIS);
        Receive first = bench.run(
                new Receive(socket).buffer(bench.memory(10)).timeout(CLIENT_TIME));
        Receive second = bench.run(
                new Receive(socket).buffer(bench.memory(10)).timeout(Duration.ofMillis(200)));
        return "first receive " + first.status() + ", second " + second.status();
    }

    private static String ticks(Workbench bench) throws IOException {
        long[] nanos = new long[WAITS];
        for (int i = 0; i < WAITS; i++) {
            long startNanos = System.nanoTime();
            bench.run(new Delay(Duration.ofMillis(1)));
            nanos[i] = System.nanoTime() - startNanos;
        }
        Arrays.sort(nanos);
        return "median " + Workbench.millis(nanos[WAITS / 2]) + ", longest "
                + Workbench.millis(nanos[WAITS - 1]);
    }

    private static String cpu(Workbench bench) throws IOException {
        Machine machine = Machine.here();
        long pid = ProcessHandle.current().pid();
        Snapshot before = machine.snapshot(pid);
        long startNanos = System.nanoTime();
        while (System.nanoTime() - startNanos < BUSY_NANOS) {
            Thread.onSpinWait();
        }
        Snapshot after = machine.snapshot(pid);
        return "process " + Workbench.millis(after.usedSince(before, pid)) + ", all processors "
                + Workbench.millis(after.busyNanos() - before.busyNanos())
                + (machine.notes().isEmpty() ? "" : "; " + String.join("; ", machine.notes()));
    }

    private static String unix(Workbench bench) throws IOException {
        Path folder = Files.createTempDirectory("sluice-prove");
        Path file = folder.resolve("s");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(file));
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(file));
                    SocketChannel server = listener.accept()) {
                client.write(ByteBuffer.wrap(new byte[]{7}));
                ByteBuffer into = ByteBuffer.allocate(1);
                server.read(into);
                return into.get(0) == 7 ? "a byte came" : "another byte came";
            }
        } catch (UnsupportedOperationException missing) {
            return "not supported: " + missing.getMessage();
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }
}
