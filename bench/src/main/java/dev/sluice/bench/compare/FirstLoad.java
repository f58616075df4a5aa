package dev.sluice.bench.compare;

import java.util.Optional;

/** The first messages of a process; {@link FirstMessages} measures them. */
final class FirstLoad implements LoadType {
    @Override
    public String name() {
        return FirstMessages.NAME;
    }

    @Override
    public String help() {
        return "CPU and time from the start of a process to its 1st, 100th\n"
                + "and 10,000th echo; a second for each start";
    }

    @Override
    public Optional<ChosenLoads> parse(String name) {
        return ifNamed(name, () -> ChosenLoads.ofFresh(FreshLoad.FIRST));
    }
}
