package dev.sluice.bench;

import java.util.List;

/** The one list of subcommands: a new command is added here and nowhere else. */
final class Commands {
    /** Classes annotated with picocli's {@code @Command}, in the order in which help shows them. */
    static final List<Class<?>> ALL = List.of(
            dev.sluice.bench.compare.CompareCommand.class,
            dev.sluice.bench.compare.MergeCommand.class,
            dev.sluice.bench.jmh.JmhCommand.class,
            dev.sluice.bench.echo.EchoCommand.class,
            dev.sluice.bench.example.ExampleCommand.class,
            dev.sluice.bench.semantics.SemanticsCommand.class,
            dev.sluice.bench.doctor.DoctorCommand.class);

    private Commands() {}
}
