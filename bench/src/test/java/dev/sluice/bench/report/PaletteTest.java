package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaletteTest {
    @Test
    void rowsOfOnePlotDifferAndRelativesAreAlike() {
        List<String> names = List.of("c-epoll", "sluice-epoll", "sluice-epoll-spin",
                "sluice-io_uring", "sluice-io_uring-spin", "sluice-net-epoll",
                "sluice-net-io_uring", "sluice-tpp-epoll", "sluice-tpp-io_uring",
                "sluice-epoll-poll", "sluice-io_uring-poll", "nio");
        Palette palette = new Palette(List.of(names));
        assertThat(names.stream().map(palette::of)).doesNotHaveDuplicates();
        assertThat(names.subList(1, 9)).extracting(name -> palette.of(name).name())
                .allMatch(color -> color.startsWith("SLUICE_"));
    }

    @Test
    void oneStrangerForEachColorDiffers() {
        int colors = (int) Arrays.stream(ReportColor.values())
                .filter(color -> color.name().contains("_"))
                .count();
        List<String> names = IntStream.range(0, colors + 1).mapToObj(i -> "call" + i).toList();
        Palette palette = new Palette(List.of(names.subList(0, colors), names));
        assertThat(names.subList(0, colors).stream().map(palette::of)).doesNotHaveDuplicates();
        assertThat(palette.of(names.getLast())).isEqualTo(ReportColor.OTHER_0);
    }

    @Test
    void aNameHasOneColorInAllPlots() {
        Palette palette = new Palette(List.of(List.of("nio", "a"), List.of("b", "a"),
                List.of("c", "b")));
        assertThat(palette.of("a")).isNotEqualTo(palette.of("b"));
        assertThat(palette.of("b")).isNotEqualTo(palette.of("c"));
    }
}
