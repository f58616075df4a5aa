package dev.sluice.bench.results;

import java.util.List;
import java.util.SequencedMap;

/**
 * All results of a comparison.
 *
 * @param environment the machine
 * @param settings the settings
 * @param unavailable the servers that did not run, with the reason
 * @param loads the loads that ran
 * @param sections what was measured beside the loads
 * @param notes what else the reader must know, such as a load that was left out
 */
public record Results(Environment environment, Settings settings,
        SequencedMap<String, String> unavailable, List<LoadResult> loads, List<Section> sections,
        List<String> notes) {
    /** True if nothing has been measured. */
    public boolean isEmpty() {
        return loads.isEmpty() && sections.isEmpty();
    }
}
