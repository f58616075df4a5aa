package dev.sluice.bench.compare;

import dev.sluice.bench.load.Exchange;
import dev.sluice.bench.load.TlsHandshakes;
import dev.sluice.bench.load.TlsMessages;
import dev.sluice.bench.peers.BenchTls;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An echo through TLS 1.3 by the JDK's engine: small messages, large ones, and handshakes. */
final class TlsLoads implements LoadType {
    private static final String NAME = "tls";
    private static final int CONNECTIONS = 64;
    private static final int SMALL_BYTES = 64;
    private static final int LARGE_BYTES = 16 * 1024;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double BYTES_PER_MEBIBYTE = 1 << 20;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String help() {
        return "echo through TLS on 64 connections, 64 B and 16 KiB; handshakes, full and\n"
                + "resumed; against SSLSocket and Netty, all by the JDK's engine";
    }

    @Override
    public Optional<ChosenLoads> parse(String name) {
        return ifNamed(name, () -> ChosenLoads.ofSpecial(messages(), mebibytes(),
                handshakes(false), handshakes(true)));
    }

    private static Check check(SpecialLoad.Opener opener) {
        return new Check("every byte of an echo, before the measurement and in each slice",
                (server, seed) -> {
                    try (Exchange exchange = opener.open(server, false)) {
                        exchange.run(0);
                    }
                });
    }

    static SpecialLoad messages() {
        SpecialLoad.Opener opener =
                (server, alone) -> new TlsMessages(server, BenchTls.clientContext(), CONNECTIONS,
                        SMALL_BYTES);
        return new SpecialLoad(NAME + "-" + CONNECTIONS + "x" + SMALL_BYTES, String.format(
                Locale.ROOT, "echo of %d bytes through TLS on %d connections", SMALL_BYTES,
                CONNECTIONS),
                Task.TLS, check(opener), CONNECTIONS,
                List.of(new Column("messages", "1/s", Better.MORE),
                        new Column("CPU", "\u00b5s/message", Better.LESS)),
                Pinning.ONE, opener, (outcome, cpu) -> List.of(outcome.unitsPerSecond(),
                        cpu / NANOS_PER_MICRO / outcome.units()));
    }

    static SpecialLoad mebibytes() {
        SpecialLoad.Opener opener =
                (server, alone) -> new TlsMessages(server, BenchTls.clientContext(), CONNECTIONS,
                        LARGE_BYTES);
        double messageMebibytes = LARGE_BYTES / BYTES_PER_MEBIBYTE;
        return new SpecialLoad(NAME + "-" + CONNECTIONS + "x" + LARGE_BYTES, String.format(
                Locale.ROOT, "echo of %,d bytes through TLS on %d connections", LARGE_BYTES,
                CONNECTIONS),
                Task.TLS, check(opener), CONNECTIONS,
                List.of(new Column("each way", "MiB/s", Better.MORE),
                        new Column("CPU", "\u00b5s/MiB", Better.LESS)),
                Pinning.ONE, opener,
                (outcome, cpu) -> List.of(outcome.unitsPerSecond() * messageMebibytes,
                        cpu / NANOS_PER_MICRO / (outcome.units() * messageMebibytes)));
    }

    static SpecialLoad handshakes(boolean resumed) {
        SpecialLoad.Opener opener =
                (server, alone) -> new TlsHandshakes(server, BenchTls.clientContext(), resumed);
        return new SpecialLoad(NAME + (resumed ? "-resumed" : "-handshakes"),
                "connect, " + (resumed ? "resume the session before" : "a full handshake")
                        + ", one message of 64 bytes, close_notify; one connection at a time",
                Task.TLS, check(opener), 1,
                List.of(new Column("connections", "1/s", Better.MORE),
                        new Column("CPU", "\u00b5s/connection", Better.LESS)),
                Pinning.ONE, opener, (outcome, cpu) -> List.of(outcome.unitsPerSecond(),
                        cpu / NANOS_PER_MICRO / outcome.units()));
    }
}
