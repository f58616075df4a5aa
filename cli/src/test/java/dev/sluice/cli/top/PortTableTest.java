package dev.sluice.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rates between two samples, and how they look. */
class PortTableTest {
    private static final Instant START = Instant.parse("2026-11-30T12:00:00Z");

    /** A port after some half seconds, in each of which it did the same. */
    private static Sample sample(int port, int halves) {
        return new Sample(START.plusMillis(500L * halves), "port " + port, "sluice-net-" + port,
                "epoll", 10 * port, 20, 0, 64, 3, 100L * halves, 1_500L * halves, 50L * halves, 0,
                3_000L * halves, 2L * halves, 7, Duration.ofMillis(375L * halves),
                Duration.ofNanos(1_234_000));
    }

    private static PortRow row(int port) {
        return PortRow.between(sample(port, 2), sample(port, 4));
    }

    @Test
    void ratesArePerSecondAndSizesThoseOfTheLaterSample() {
        PortRow row = row(1);
        assertThat(row.events()).isEqualTo(3_000);
        assertThat(row.polls()).isEqualTo(200);
        assertThat(row.waitCalls()).isEqualTo(100);
        assertThat(row.tryCalls()).isEqualTo(6_000);
        assertThat(row.otherCalls()).isEqualTo(4);
        assertThat(row.asleep()).isEqualTo(0.75);
        assertThat(row.sockets()).isEqualTo(10);
    }

    @Test
    void aPortHasATitleAndARow() {
        assertThat(PortTable.lines(List.of(row(1)), 200)).containsExactly(
                "PORT  THREAD        BACKEND  SOCKETS  OPS  EVENTS/s  ASLEEP  LONGEST  TASKS"
                        + "  BUFFERS  POLLS/s  WAITS/s  SUBMITS/s  TRIES/s  OTHER/s  FAILED ACCEPTS",
                "   1  sluice-net-1  epoll         10   20     3,000     75%   1.2 ms      0"
                        + "     3/64      200      100          0    6,000      4.0               7");
    }

    @Test
    void severalPortsHaveASum() {
        List<String> lines = PortTable.lines(List.of(row(1), row(12)), 200);
        assertThat(lines).hasSize(4);
        assertThat(lines.get(2)).startsWith("  12  sluice-net-12  epoll        120");
        assertThat(lines.get(3)).startsWith(" all  ").contains("130", "6/128", "12,000", "75%");
    }

    @Test
    void aNarrowTerminalShowsWholeColumnsOnly() {
        assertThat(PortTable.lines(List.of(row(1)), 60)).containsExactly(
                "PORT  THREAD        BACKEND  SOCKETS  OPS  EVENTS/s  ASLEEP",
                "   1  sluice-net-1  epoll         10   20     3,000     75%");
        assertThat(PortTable.lines(List.of(row(1)), 1)).containsExactly("PORT", "   1");
    }

    @Test
    void aTerminalIsOverwrittenAndAPipeGetsPlainText() {
        List<String> table = List.of("TITLE", "row");
        assertThat(shownTwice(true, table))
                .startsWith("\u001b[2J\u001b[H").contains("\u001b[7mTITLE\u001b[0m")
                .endsWith("\u001b[J");
        assertThat(shownTwice(false, table)).doesNotContain("\u001b");
        assertThat(shownTwice(false, table).lines())
                .containsExactly("top", "TITLE", "row", "", "top", "TITLE", "row");
    }

    private static String shownTwice(boolean terminal, List<String> table) {
        StringWriter out = new StringWriter();
        Screen screen = new Screen(new PrintWriter(out), terminal);
        screen.show("top", table);
        screen.show("top", table);
        return out.toString();
    }
}
