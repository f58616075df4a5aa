package dev.sluice.cli.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    private final List<Scenario> all = Catalogue.all();

    @Test
    void everyEndingIsTriedInEveryCommonSituation() {
        for (Ending ending : Ending.values()) {
            assertThat(all).filteredOn(scenario -> scenario.ending() == ending)
                    .extracting(Scenario::situation).containsAll(Situation.COMMON)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void anAbortIsNeverExpectedAsACleanEnd() {
        assertThat(all).filteredOn(scenario -> scenario.ending() == Ending.ABORT)
                .allSatisfy(scenario -> {
                    assertThat(scenario.expected().peerEnd())
                            .isIn(PeerEnd.RESET, PeerEnd.EOF_RESET);
                    assertThat(scenario.expected().timeWait()).isEqualTo(TimeWait.NONE);
                    assertThat(scenario.expected().basis()).isEqualTo(Basis.CONTRACT);
                });
    }

    @Test
    void aGracefulCloseIsExpectedAsAnEndUnlessBytesCouldNotBeSent() {
        assertThat(all).filteredOn(scenario -> scenario.ending() == Ending.GRACEFUL)
                .filteredOn(scenario -> scenario.situation() != Situation.PEER_DEAF)
                .allSatisfy(scenario -> assertThat(scenario.expected().peerEnd())
                        .isEqualTo(PeerEnd.EOF));
    }
}
