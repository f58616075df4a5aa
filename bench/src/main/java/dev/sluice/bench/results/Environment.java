package dev.sluice.bench.results;

import dev.sluice.bench.machine.Machine;
import dev.sluice.bench.peers.Peers;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The machine and the programs that were measured.
 *
 * @param date when the comparison began, UTC
 * @param processor the model, and whether it is a virtual one
 * @param processors how many of them this process may use
 * @param governor the frequency governor, or a note that none is visible
 * @param kernel the operating system and its version
 * @param java the virtual machine
 * @param netty its version
 * @param commit the commit of the project, with a plus if files differ from it; unknown outside of
 *     git
 */
public record Environment(String date, String processor, int processors, String governor,
        String kernel, String java, String netty, String commit) {
    /** Describes this machine. */
    public static Environment here() {
        return new Environment(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Machine.here().processorModel(),
                Runtime.getRuntime().availableProcessors(),
                Machine.here().frequencyGovernor(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vendor.version", System.getProperty("java.vendor")) + " ("
                        + Runtime.version() + ")",
                Peers.nettyVersion(),
                Commit.here());
    }
}
