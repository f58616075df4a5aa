package dev.sluice.bench.compare;

import dev.sluice.bench.load.BulkFile;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A file of 200 MB from the server, which the kernel sends without a copy where the server asks for that. */
final class FileLoad implements LoadType {
    private static final String NAME = "file";
    private static final long BYTES = 200_000_000;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String help() {
        return "a file of 200 MB from the server, on one connection, by sendfile and the like";
    }

    @Override
    public Optional<ChosenLoads> parse(String name) {
        return ifNamed(name, () -> ChosenLoads.ofSpecial(load()));
    }

    private static SpecialLoad load() {
        Path file = Path.of(System.getProperty("java.io.tmpdir"), "sluice-compare-" + BYTES);
        return load(file, BYTES);
    }

    /** With a file that the check makes. */
    static SpecialLoad load(Path file, long bytes) {
        return new SpecialLoad(NAME,
                String.format("a file of %,d MB, on one connection", bytes / 1_000_000),
                Task.FILE, List.of("--file", file.toString()), Check.ofFile(file, bytes), 1,
                List.of(new Column("speed", "GB/s", Better.MORE),
                        new Column("CPU", "s/GB", Better.LESS)),
                Pinning.TWO, (server, alone) -> new BulkFile(server, bytes),
                (outcome, cpu) -> List.of((double) outcome.units() / outcome.elapsedNanos(),
                        (double) cpu / outcome.units()));
    }
}
