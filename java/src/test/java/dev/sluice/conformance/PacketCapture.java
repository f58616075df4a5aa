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
 * tcpdump on loopback with a filter of the test's own. A datagram to a port of the capture's own marks the
 * end of what was captured, so that the absence of a packet shows without waiting for it.
 */
final class PacketCapture implements AutoCloseable {
    private static final long LIMIT_SECONDS = 60;

    private final Process tcpdump;
    private final DatagramSocket marker;
    /** From when on the end of tcpdump's output is our own doing. */
    private volatile boolean closed;

    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

    /** Begins to capture what the filter lets through; skips the test where that cannot be. */
    PacketCapture(String filter, String... flags) throws IOException, InterruptedException {
        Needs.root("tcpdump captures packets");
        Needs.command("tcpdump", "it shows which packets went out");
        Needs.nativeX86("the capture is of this system's loopback");
        marker = new DatagramSocket(0, OwnLoopback.inet());
        List<String> command = new ArrayList<>(List.of(
                "tcpdump", "-i", "lo", "-n", "-t", "-l", "--immediate-mode", "-s", "96"));
        command.addAll(List.of(flags));
        command.add("(" + filter + ") or (host " + OwnLoopback.HOST + " and udp port "
                + marker.getLocalPort() + ")");
        tcpdump = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread.ofPlatform().daemon().name("capture").start(this::collect);
        awaitLine("listening on");
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

    /** The lines since the last call, up to this moment. */
    List<String> lines() throws IOException, InterruptedException {
        byte[] nothing = new byte[1];
        marker.send(new DatagramPacket(
                nothing, 1, marker.getLocalAddress(), marker.getLocalPort()));
        return awaitLine("." + marker.getLocalPort() + ": UDP");
    }

    @Override
    public void close() {
        closed = true;
        marker.close();
        tcpdump.destroy();
    }
}
