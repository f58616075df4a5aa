package dev.sluice.bench.compare;

import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.MixedSizes;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import java.util.List;
import java.util.Optional;

/** Messages of several sizes. */
final class MixedLoad implements LoadType {
    @Override
    public String name() {
        return "mixed";
    }

    @Override
    public String help() {
        return "echoes of 64 bytes to 16 KiB on 64 connections";
    }

    @Override
    public Optional<ChosenLoads> parse(String name) {
        return ifNamed(name, () -> ChosenLoads.ofSpecial(load()));
    }

    private static SpecialLoad load() {
        return new SpecialLoad("mixed",
                "64 connections, messages of 64 B (half of them), 512 B, 4 KiB and 16 KiB",
                Task.ECHO, Check.ofEcho(new Load(64, 4096, 1)), 64,
                List.of(new Column("messages", "1/s", Better.MORE),
                        new Column("each way", "MB/s", Better.MORE),
                        new Column("CPU", "ns/message", Better.LESS)),
                Pinning.ONE, (server, alone) -> new MixedSizes(server, 1),
                (outcome, cpu) -> List.of(outcome.unitsPerSecond(), outcome.figures().getFirst(),
                        (double) cpu / outcome.units()));
    }
}
