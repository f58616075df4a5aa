package dev.sluice.conformance;

import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The packets on loopback for one TCP port of this process. */
final class WireTap implements AutoCloseable {
    private static final java.util.regex.Pattern LINE = java.util.regex.Pattern.compile(
            "IP [\\d.]+\\.(\\d+) > [\\d.]+: Flags \\[([^]]*)].* length (\\d+).*");

    private final PacketCapture capture;

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
        capture = new PacketCapture("host " + OwnLoopback.HOST + " and tcp port " + port);
    }

    /** Begins to capture; skips the test where that cannot be. */
    static WireTap on(int port) throws IOException, InterruptedException {
        return new WireTap(port);
    }

    /** The segments since the last call, up to this moment. */
    List<Segment> segments() throws IOException, InterruptedException {
        List<Segment> found = new ArrayList<>();
        for (String line : capture.lines()) {
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
        capture.close();
    }
}
