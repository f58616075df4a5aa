package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.conformance.JavaCommand;
import dev.sluice.conformance.Needs;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is dropped without a close is reported: counted, in one line for each kind. */
@Timeout(300)
class DroppedTest {
    private static final String REPORT = "dropped without a close";

    /** The number of collections within which a report of a closed object would have come. */
    private static final int COLLECTIONS = 60;

    /** Returns the lines of the program up to the one at which the predicate held. */
    private static List<String> run(List<String> program, Predicate<List<String>> enough)
            throws IOException {
        Needs.linux("garbage collections of a process of its own");
        Process process = new ProcessBuilder(JavaCommand.of(program))
                .redirectErrorStream(true).start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = process.inputReader()) {
            String line = reader.readLine();
            while (line != null) {
                lines.add(line);
                if (enough.test(lines)) {
                    return lines;
                }
                line = reader.readLine();
            }
        } finally {
            process.destroyForcibly();
        }
        throw new AssertionError("it ended after " + lines);
    }

    private static List<String> reports(List<String> lines) {
        return lines.stream().filter(line -> line.contains(REPORT)).toList();
    }

    @Test
    void eachKindThatIsDroppedIsReportedInOneLineWithItsCount() throws Exception {
        List<String> lines = run(List.of(DroppedProcess.class.getName(), "dropped"),
                soFar -> reports(soFar).size() >= 5);
        List<String> reports = reports(lines);
        assertThat(reports).allMatch(line -> line.contains("WARN"));
        assertThat(reports).allMatch(line -> line.contains("-Dsluice.leaks=stack"));
        for (String kind : List.of("1 completion port(s)", "1 port group(s)", "1 listener(s)",
                "1 datagram socket(s)", "20 connection(s)")) {
            assertThat(reports).filteredOn(line -> line.contains(kind)).as(kind).hasSize(1);
        }
    }

    @Test
    void thePlaceWhereItWasOpenedIsShownWhereAskedFor() throws Exception {
        List<String> lines = run(
                List.of("-Dsluice.leaks=stack", DroppedProcess.class.getName(), "dropped"),
                soFar -> soFar.stream().anyMatch(line -> line.contains("dropConnections")));
        assertThat(lines).anyMatch(line -> line.contains("it was opened here"));
    }

    @Test
    void whatIsClosedIsNotReported() throws Exception {
        List<String> lines = run(List.of(DroppedProcess.class.getName(), "closed"),
                soFar -> soFar.stream().filter("collected"::equals).count() > COLLECTIONS);
        assertThat(reports(lines)).isEmpty();
    }
}
