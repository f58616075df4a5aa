package dev.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.bench.load.Load;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChosenLoadsTest {
    @Test
    void withoutNamesTheStandardLoadsRun() {
        assertThat(ChosenLoads.parse(List.of(), false).echo()).isEqualTo(Load.STANDARD);
        assertThat(ChosenLoads.parse(List.of(), false).special()).extracting(SpecialLoad::name)
                .containsExactly("proxy", "udp-many", "udp-one");
    }

    @Test
    void namesOfAllKindsMayBeMixed() {
        ChosenLoads chosen = ChosenLoads.parse(
                List.of("64x64", "CHURN", "rate500", "idle", "bulk", "64x64", "fan-out", "mixed",
                        "udp-bulk", "tls", "file"),
                true);
        assertThat(chosen.echo()).containsExactly(new Load(64, 64, 1));
        assertThat(chosen.special()).extracting(SpecialLoad::name).containsExactly("churn-close",
                "churn-half-close", "churn-abort", "rate500", "bulk-echo", "bulk-receive",
                "bulk-send", "fan-out", "mixed", "udp-bulk", "tls-64x64", "tls-64x16384",
                "tls-handshakes", "tls-resumed", "file");
        assertThat(chosen.fresh()).containsExactly(FreshLoad.IDLE);
        assertThat(chosen.counts()).isTrue();
    }

    @Test
    void serversThatEchoAreNotNeededByLoadsOfOtherTasks() {
        assertThat(ChosenLoads.parse(List.of("fan-out"), false).echoes()).isFalse();
        assertThat(ChosenLoads.parse(List.of("fan-out"), true).echoes()).isTrue();
        assertThat(ChosenLoads.parse(List.of("bulk1g"), false).echoes()).isTrue();
    }

    @Test
    void loadsThatStartServersAnewNeedNoWarmOnes() {
        ChosenLoads chosen = ChosenLoads.parse(List.of("first", "idle", "first"), false);
        assertThat(chosen.fresh()).containsExactly(FreshLoad.FIRST, FreshLoad.IDLE);
        assertThat(chosen.echoes()).isFalse();
    }

    @Test
    void aLoadThatIsNotPinnedNeedsServersOfItsOwn() {
        ChosenLoads chosen = ChosenLoads.parse(List.of("64x64-unpinned", "proxy"), false);
        assertThat(chosen.echoes()).isFalse();
        assertThat(chosen.echo(Load.Place.UNPINNED)).extracting(Load::name)
                .containsExactly("64x64-unpinned");
    }

    @Test
    void theQuickOnesAreAmongTheStandardOnes() {
        assertThat(ChosenLoads.STANDARD).containsAll(ChosenLoads.QUICK);
        assertThat(ChosenLoads.parse(ChosenLoads.QUICK, false).special())
                .extracting(SpecialLoad::name).containsExactly("proxy");
    }

    @Test
    void theMessageForAnUnknownNameListsTheNames() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChosenLoads.parse(List.of("chrun"), false))
                .withMessageContaining("chrun").withMessageContaining("churn, ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChosenLoads.parse(List.of("rate0"), false))
                .withMessageContaining("rate");
    }
}
