package dev.sluice.examples;

import dev.sluice.net.Server;
import java.time.Duration;

/** A server that runs until it is stopped. */
public interface Example {
    /** How long connections may continue after a stop before they are aborted. */
    Duration GRACE = Duration.ofSeconds(2);

    /** Stops it and waits for its connections to end. Returns a line that sums up what it did. */
    String stop();

    /** How the connections of a server ended, in words. */
    static String ended(Server.Report report) {
        return String.format("%,d connections finished, %,d lost, %,d failed, %,d aborted",
                report.finished(), report.lost(), report.failed(), report.aborted());
    }
}
