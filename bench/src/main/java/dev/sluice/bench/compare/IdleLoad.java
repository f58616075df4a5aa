package dev.sluice.bench.compare;

import java.util.Optional;

/** The memory of connections that do nothing; {@link IdleMemory} measures it. */
final class IdleLoad implements LoadType {
    @Override
    public String name() {
        return IdleMemory.NAME;
    }

    @Override
    public String help() {
        return "memory of 1,000 and 10,000 connections that do nothing; a minute a server";
    }

    @Override
    public Optional<ChosenLoads> parse(String name) {
        return ifNamed(name, () -> ChosenLoads.ofFresh(FreshLoad.IDLE));
    }
}
