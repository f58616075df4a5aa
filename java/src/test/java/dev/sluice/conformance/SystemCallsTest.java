package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import dev.sluice.ReceiveFrom;
import dev.sluice.Send;
import dev.sluice.SendTo;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often an echo server calls the system for each message, counted by strace. */
class SystemCallsTest extends ConformanceTest {
    private static final int CONNECTIONS = 64;
    private static final int MESSAGES_EACH = 200;
    private static final int MESSAGES = CONNECTIONS * MESSAGES_EACH;
    private static final int DATAGRAMS = 8_000;

    /** More than the server has receives, so that it always has datagrams. */
    private static final int DATAGRAMS_IN_FLIGHT = 4 * EchoProcess.RECEIVES;

    /**
     * A receive, a send, and a share of a wait; on io_uring a share of a call that does everything.
     * What comes once is in here as well.
     */
    private double mostCallsPerMessage() {
        return backend == Backend.IO_URING ? 0.35 : 2.2;
    }

    private static final String COUNTED = "trace=epoll_wait,epoll_pwait,epoll_pwait2,epoll_ctl,"
            + "recvfrom,sendto,recvmsg,sendmsg,io_uring_enter";

    @TempDir
    private Path folder;

    @Test
    void anEchoOfManyConnectionsNeedsNoMoreThanAReceiveAndASendEach() throws Exception {
        Path counts = count(String.valueOf(CONNECTIONS), this::exchange);
        assertThat((double) callsOf(counts, "") / MESSAGES)
                .as("calls for each of %d messages", MESSAGES)
                .isPositive().isLessThanOrEqualTo(mostCallsPerMessage());
    }

    /**
     * Only the first receive and the first send of a socket are in the ring. If those behind them took a
     * round each, there would be nearly one for each message.
     */
    @Test
    void severalReceivesOfOneDatagramSocketShareTheRoundsOfTheRing() throws Exception {
        Path counts = count(EchoProcess.DATAGRAMS, this::exchangeDatagrams);
        assertThat((double) callsOf(counts, "") / DATAGRAMS)
                .as("calls for each of %d datagrams", DATAGRAMS)
                .isPositive().isLessThanOrEqualTo(2.4);
        assertThat((double) callsOf(counts, "io_uring_enter") / DATAGRAMS)
                .as("rounds for each of %d datagrams", DATAGRAMS)
                .isLessThanOrEqualTo(0.5);
    }

    /** One entry of the ring receives all datagrams: then no call receives any. */
    @Test
    void aMultishotReceiveOfDatagramsNeedsNoCallForEach() throws Exception {
        Path counts = count(EchoProcess.MULTISHOT, this::exchangeDatagrams);
        assertThat((double) callsOf(counts, "") / DATAGRAMS)
                .as("calls for each of %d datagrams", DATAGRAMS)
                .isPositive().isLessThanOrEqualTo(2.4);
        if (backend == Backend.IO_URING) {
            assertThat(callsOf(counts, "recvfrom") + callsOf(counts, "recvmsg"))
                    .as("receives of %d datagrams", DATAGRAMS)
                    .isLessThanOrEqualTo(DATAGRAMS / 100);
        }
    }

    /**
     * The kernel refuses each send that is not in the ring, after the one that tries the features of
     * io_uring: a full socket is tried now and then.
     */
    @Test
    void aDatagramSocketThatHasNoRoomIsNotTriedForEachSend() throws Exception {
        assumeTrue(backend == Backend.IO_URING, "elsewhere each send is a call");
        Path counts = count(EchoProcess.DATAGRAMS, this::exchangeDatagrams,
                "-e", "inject=sendto:error=EAGAIN:when=2+");
        long tries = callsOf(counts, "sendto");
        assertThat((double) tries / DATAGRAMS).as("tries for each of %d datagrams", DATAGRAMS)
                .isPositive().isLessThanOrEqualTo(0.2);
    }

    /** Exchanges messages with a server of its own process. */
    private interface Exchange {
        void with(Address server) throws Exception;
    }

    /** Returns the file with the calls of a server, which ends with the exchange. */
    private Path count(String service, Exchange exchange, String... options) throws Exception {
        Needs.linux("strace counts the calls");
        Needs.command("strace", "it counts the calls");
        Needs.nativeX86("strace does not see through an emulator");
        Path counts = folder.resolve("counts");
        Process server = start(counts, service, options);
        try {
            BufferedReader output = server.inputReader(StandardCharsets.US_ASCII);
            String address = output.readLine();
            assumeTrue(address != null, () -> "needs leave to trace a process: " + errors());
            exchange.with(Address.parse(address));
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).as("the server ended").isTrue();
            assertThat(server.exitValue()).isZero();
        } finally {
            server.destroyForcibly();
        }
        return counts;
    }

    private void exchangeDatagrams(Address server) throws Exception {
        NativeSocket socket = port.datagrams(OwnLoopback.at(0));
        int[] sent = {0};
        int[] received = {0};
        for (int i = 0; i < DATAGRAMS_IN_FLIGHT; i++) {
            SendTo send = new SendTo(socket).buffer(Pattern.allocate(port, 16)).to(server);
            ReceiveFrom receive = new ReceiveFrom(socket).buffer(port.allocate(64).segment());
            Runnable next = () -> {
                boolean over = !send.isPending() && !receive.isPending();
                if (over && sent[0] < DATAGRAMS) {
                    sent[0]++;
                    port.submit(receive);
                    port.submit(send);
                }
            };
            send.onCompletion(event -> next.run());
            receive.onCompletion(event -> {
                if (event.isOk()) {
                    received[0]++;
                    next.run();
                }
            });
            port.submit(receive);
            port.submit(send);
            sent[0]++;
        }
        loop.until("the datagrams", () -> received[0] == DATAGRAMS);
        MemorySegment none = port.allocate(1).segment().asSlice(0, 0);
        loop.run(new SendTo(socket).buffer(none).to(server));
    }

    private Process start(Path counts, String service, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "strace", "-f", "-qq", "-c", "-e", COUNTED, "-o", counts.toString()));
        command.addAll(List.of(options));
        command.addAll(JavaCommand.of(List.of(
                "-XX:TieredStopAtLevel=1", "-Xshare:auto", EchoProcess.class.getName(),
                backend.toString(), service)));
        return new ProcessBuilder(command).redirectError(folder.resolve("errors").toFile())
                .start();
    }

    private String errors() {
        try {
            return Files.readString(folder.resolve("errors"));
        } catch (IOException failure) {
            return failure.toString();
        }
    }

    private void exchange(Address server) throws Exception {
        List<Receive> receives = new ArrayList<>();
        List<Connect> connects = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            NativeSocket socket = port.socket(SocketType.TCP4);
            connects.add(loop.submit(new Connect(socket, server)));
        }
        loop.until("the connections", () -> connects.stream().noneMatch(Connect::isPending));
        int[] left = {CONNECTIONS};
        for (Connect connect : connects) {
            assertThat(connect.status()).isEqualTo(Status.OK);
            receives.add(pingPong(connect.socket(), left));
        }
        loop.until("the messages", () -> left[0] == 0);
        for (Receive each : receives) {
            loop.submit(Close.abort(each.socket()));
        }
    }

    /** One message at a time, so many times; no answer may be cut, the messages are small. */
    private Receive pingPong(NativeSocket socket, int[] left) {
        MemorySegment buffer = Pattern.allocate(port, 16);
        int[] rounds = {MESSAGES_EACH};
        Send send = new Send(socket).buffer(buffer);
        Receive receive = new Receive(socket).buffer(buffer);
        send.onCompletion(event -> port.submit(receive));
        receive.onCompletion(event -> {
            assertThat(event.bytes()).isEqualTo(16);
            if (--rounds[0] > 0) {
                port.submit(send);
            } else {
                left[0]--;
            }
        });
        port.submit(send);
        return receive;
    }

    /** The sum of the column "calls" of what strace -c writes, of one call or of all if it is empty. */
    private static long callsOf(Path counts, String call) throws IOException {
        long total = 0;
        for (String line : Files.readAllLines(counts)) {
            String[] fields = line.strip().split("\\s+", -1);
            String name = fields[fields.length - 1];
            boolean row = fields.length >= 5 && fields[0].matches("[0-9.]+")
                    && !name.equals("total") && (call.isEmpty() || name.equals(call));
            total += row ? Long.parseLong(fields[3]) : 0;
        }
        return total;
    }
}
