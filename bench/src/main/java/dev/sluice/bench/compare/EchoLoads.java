package dev.sluice.bench.compare;

import dev.sluice.bench.load.Load;
import java.util.Optional;

/** Messages of one size in a closed loop; {@link LoadRun} checks every byte in a pass of its own. */
final class EchoLoads implements LoadType {
    @Override
    public String name() {
        return "CONNECTIONSxBYTES[pN]";
    }

    @Override
    public String help() {
        return "echoes of one size, N in flight on each connection;\n"
                + "with -unpinned behind it no processor is bound";
    }

    @Override
    public Optional<ChosenLoads> parse(String name) {
        return Load.isName(name)
                ? Optional.of(ChosenLoads.ofEcho(Load.parse(name)))
                : Optional.empty();
    }
}
