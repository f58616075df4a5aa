package dev.sluice.conformance;

import dev.sluice.testing.OwnLoopback;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The packets on loopback for one TCP port of this process: tcpdump with a filter on that alone. A
 * datagram to a port of the tap's own marks the end of a capture, so that the absence of a packet
 * shows without waiting for it.
 */
final class WireTap implements AutoCloseable {
    private static final java.util.regex.Pattern LINE = java.util.regex.Pattern.compile(
            "IP [\\d.]+\\.(\\d+) > [\\d.]+: Flags \\[([^]]*)].* length (\\d+).*");
    private static final long LIMIT_SECONDS = 60;

    private final Process tcpdump;
    private final DatagramSocket marker;
    /** From when on the end of tcpdump's output is our own doing. */
    private volatile boolean closed;

    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

    /**
     * One segment.
     *
     * @param fromPort the port of its sender
     * @param flags as tcpdump writes them: S, F, R, P and a dot for ACK
     * @param bytes of data
     */
    record Segment(int fromPort, String flags, int bytes) {
        boolean isFin() {
            return flags.indexOf('F') >= 0;
        }

        boolean isReset() {
            return flags.indexOf('R') >= 0;
        }

        @Override
        public String toString() {
            return fromPort + "[" + flags + "]" + bytes;
        }
    }

    private WireTap(int port) throws IOException, InterruptedException {
        marker = new DatagramSocket(0, OwnLoopback.inet());
        String filter = "host " + OwnLoopback.HOST + " and (tcp port " + port + " or udp port "
                + marker.getLocalPort() + ")";
        tcpdump = new ProcessBuilder(
                "tcpdump", "-i", "lo", "-n", "-t", "-l", "--immediate-mode", "-s", "96", filter)
                .redirectErrorStream(true).start();
        Thread.ofPlatform().daemon().name("wire-tap").start(this::collect);
        awaitLine("listening on");
    }

    /** Begins to capture; skips the test where that cannot be. */
    static WireTap on(int port) throws IOException, InterruptedException {
        Needs.root("tcpdump captures packets");
        Needs.command("tcpdump", "it shows which segments went out");
        Needs.nativeX86("the capture is of this system's loopback");
        return new WireTap(port);
    }

    private void collect() {
        try (BufferedReader output = tcpdump.inputReader(StandardCharsets.US_ASCII)) {
            String line = output.readLine();
            while (line != null) {
                lines.add(line);
                line = output.readLine();
            }
        } catch (IOException failure) {
            if (!closed) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    /** Reads lines up to one that contains the text; the others are kept. */
    private List<String> awaitLine(String text) throws InterruptedException {
        List<String> before = new ArrayList<>();
        while (true) {
            String line = lines.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError(
                        "tcpdump does not say '" + text + "' but " + before);
            }
            if (line.contains(text)) {
                return before;
            }
            before.add(line);
        }
    }

    /** The segments since the last call, up to this moment. */
    List<Segment> segments() throws IOException, InterruptedException {
        byte[] nothing = new byte[1];
        marker.send(new DatagramPacket(
                nothing, 1, marker.getLocalAddress(), marker.getLocalPort()));
        List<Segment> found = new ArrayList<>();
        for (String line : awaitLine("." + marker.getLocalPort() + ": UDP")) {
            var matcher = LINE.matcher(line);
            if (matcher.matches()) {
                found.add(new Segment(Integer.parseInt(matcher.group(1)), matcher.group(2),
                        Integer.parseInt(matcher.group(3))));
            }
        }
        return found;
    }

    @Override
    public void close() {
        closed = true;
        marker.close();
        tcpdump.destroy();
    }
}
