package dev.sluice.conformance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;

/** The IP headers of the packets on loopback that go to or come from one port. */
final class HeaderTap implements AutoCloseable {
    private static final java.util.regex.Pattern HOPS =
            java.util.regex.Pattern.compile("\\b(?:ttl|hlim) (\\d+)");
    private static final java.util.regex.Pattern TRAFFIC_CLASS =
            java.util.regex.Pattern.compile("\\b(?:tos|class) 0x([0-9a-f]+)");
    private static final java.util.regex.Pattern PORTS =
            java.util.regex.Pattern.compile("[0-9a-f:.]+\\.(\\d+) > [0-9a-f:.]+\\.\\d+: ");

    private final PacketCapture capture;

    /**
     * One packet.
     *
     * @param fromPort the port of its sender
     * @param hops time to live, or hop limit
     * @param octet the type of service, or the traffic class
     */
    record Header(int fromPort, int hops, int octet) {}

    private HeaderTap(int port) throws IOException, InterruptedException {
        capture = new PacketCapture("port " + port, "-v");
    }

    /** Begins to capture; skips the test where that cannot be. */
    static HeaderTap on(int port) throws IOException, InterruptedException {
        return new HeaderTap(port);
    }

    /** The packets of a sender since the last call, up to this moment. */
    List<Header> headersFrom(int port) throws IOException, InterruptedException {
        List<Header> found = new ArrayList<>();
        String header = "";
        for (String line : capture.lines()) {
            // Of IPv4 the ports are on a line of their own, behind that of the header.
            header = line.startsWith("IP") ? line : header;
            Matcher ports = PORTS.matcher(line);
            if (ports.find() && Integer.parseInt(ports.group(1)) == port) {
                found.add(new Header(port, number(HOPS, header, 10),
                        number(TRAFFIC_CLASS, header, 16)));
            }
        }
        return found;
    }

    /** A traffic class of 0 is not printed for IPv6. */
    private static int number(java.util.regex.Pattern pattern, String header, int radix) {
        Matcher matcher = pattern.matcher(header);
        return matcher.find() ? Integer.parseInt(matcher.group(1), radix) : 0;
    }

    @Override
    public void close() {
        capture.close();
    }
}
