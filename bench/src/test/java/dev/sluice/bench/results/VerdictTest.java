package dev.sluice.bench.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import dev.sluice.bench.results.Section.Row;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static Row row(String name, double cpu) {
        return new Row(name, List.of(Collections.nCopies(8, cpu)));
    }

    private static Map<String, Verdict> of(Row... rows) {
        return Verdict.of(new Section("load", "title", "", "nio",
                List.of(new Column("CPU", "ns", Better.LESS)), List.of(rows), List.of()));
    }

    @Test
    void lessCpuThanARivalIsAWinAndMoreALoss() {
        assertThat(of(row("sluice-epoll", 20), row("nio", 30), row("netty-epoll", 10)))
                .containsEntry("sluice-epoll",
                        new Verdict(List.of("nio"), List.of("netty-epoll"), List.of()));
    }

    /** Else a row would win by what it leaves out. */
    @Test
    void aRowWithoutTimeOutsIsComparedWithItsKindAlone() {
        assertThat(of(row("sluice-net-epoll", 20), row("sluice-net-epoll-untimed", 10),
                row("jdk-virtual", 15), row("jdk-virtual-untimed", 5)))
                .containsEntry("sluice-net-epoll",
                        new Verdict(List.of(), List.of("jdk-virtual"), List.of()))
                .containsEntry("sluice-net-epoll-untimed",
                        new Verdict(List.of(), List.of("jdk-virtual-untimed"), List.of()));
    }

    @Test
    void aRowHasNoVerdictWhereTheClockOfItsRivalStoodStill() {
        assertThat(of(row("sluice-iocp", 20), row("nio", 0))).isEmpty();
    }
}
