package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Backend;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.PortStatistics;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The counts of system calls in a port's statistics are those that strace sees, by kind. */
class CountedCallsTest extends ConformanceTest {
    private static final int MESSAGES = 40;
    private static final String BEGIN = "from here";
    private static final String END = "to here";

    private static final Map<String, List<String>> KINDS = Map.of(
            "wait", List.of("epoll_wait", "epoll_pwait", "epoll_pwait2"),
            "try", List.of("recvfrom", "sendto", "recvmsg", "sendmsg", "accept4", "connect"),
            "other", List.of("socket", "bind", "listen", "getsockname", "getpeername",
                    "setsockopt", "getsockopt", "shutdown", "epoll_ctl", "io_uring_register"));

    @TempDir
    private Path folder;

    @Test
    void theCountsAreThoseOfStrace() throws Exception {
        TracedProcess.assumePossible("it sees each call");
        Path trace = folder.resolve("trace");
        String calls = "write,io_uring_enter,"
                + String.join(",", KINDS.values().stream().flatMap(List::stream).toList());
        try (TracedProcess process = TracedProcess.start(folder,
                List.of("-o", trace.toString(), "-s", "40", "-e", "trace=" + calls),
                List.of(Traced.class.getName(), backend.toString()))) {
            List<String> counted = process.outputAtEnd(0);
            assertThat(counted).element(2).asString()
                    .isEqualTo(seen(Files.readAllLines(trace)).toString());
        }
    }

    /** The calls between the two lines that the program prints. */
    private static Map<String, Long> seen(List<String> trace) {
        Map<String, Long> counts = new TreeMap<>(
                Map.of("wait", 0L, "submit", 0L, "try", 0L, "other", 0L));
        boolean between = false;
        for (String line : trace) {
            String call = line.replaceFirst("^\\d+\\s+", "");
            if (call.startsWith("write(1, \"")) {
                between = between ? !call.contains(END) : call.contains(BEGIN);
            } else if (between && !call.startsWith("<...")) {
                kindOf(call).ifPresent(kind -> counts.merge(kind, 1L, Long::sum));
            }
        }
        return counts;
    }

    private static Optional<String> kindOf(String call) {
        String name = call.replaceFirst("\\(.*", "");
        if (name.equals("io_uring_enter")) {
            return Optional.of(
                    call.contains("IORING_ENTER_GETEVENTS") ? "wait" : "submit");
        }
        return KINDS.entrySet().stream().filter(kind -> kind.getValue().contains(name))
                .map(Map.Entry::getKey).findFirst();
    }

    /** Runs an echo over one port and prints its counts. Closes are missing: the JVM has its own. */
    static final class Traced {
        private Traced() {}

        public static void main(String[] args) throws Exception {
            PortOptions options = PortOptions.DEFAULT.backend(Backend.named(args[0]));
            try (CompletionPort port = CompletionPort.open(options)) {
                Loop loop = new Loop(port);
                exchange(loop); // so that every class is loaded
                System.out.println(BEGIN);
                PortStatistics before = port.statistics();
                int closes = exchange(loop);
                PortStatistics after = port.statistics();
                System.out.println(END);
                System.out.println(new TreeMap<>(Map.of(
                        "wait", after.waitCalls() - before.waitCalls(),
                        "submit", after.submitCalls() - before.submitCalls(),
                        "try", after.tryCalls() - before.tryCalls(),
                        "other", after.otherCalls() - before.otherCalls() - closes)));
            }
        }

        /** Returns the number of descriptors that were closed. */
        private static int exchange(Loop loop) throws Exception {
            CompletionPort port = loop.port();
            NativeSocket listener = port.listen(OwnLoopback.at(0));
            Accept accept = loop.submit(new Accept(listener));
            NativeSocket client = port.socket(SocketType.TCP4).set(SockOpt.NODELAY, true);
            loop.run(new Connect(client, listener.localAddress()));
            NativeSocket server = loop.await(accept).accepted();
            MemorySegment bytes = Pattern.allocate(port, 8);
            for (int i = 0; i < MESSAGES; i++) {
                Receive receive = loop.submit(new Receive(server).buffer(bytes));
                loop.run(new Send(client).buffer(bytes));
                loop.await(receive);
                assertThat(server.tryReceive(bytes)).isEqualTo(NativeSocket.WOULD_BLOCK);
            }
            loop.run(Close.immediate(client));
            loop.run(Close.abort(server));
            loop.run(Close.immediate(listener));
            return 3;
        }
    }
}
