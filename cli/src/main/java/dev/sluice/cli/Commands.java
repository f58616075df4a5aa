package dev.sluice.cli;

import java.util.List;

/** The one list of subcommands: a new command is added here and nowhere else. */
final class Commands {
    /** Classes annotated with picocli's {@code @Command}, in the order in which help shows them. */
    static final List<Class<?>> ALL = List.of(
            dev.sluice.cli.compare.CompareCommand.class,
            dev.sluice.cli.compare.MergeCommand.class,
            dev.sluice.cli.jmh.JmhCommand.class,
            dev.sluice.cli.echo.EchoCommand.class,
            dev.sluice.cli.example.ExampleCommand.class,
            dev.sluice.cli.semantics.SemanticsCommand.class,
            dev.sluice.cli.doctor.DoctorCommand.class,
            dev.sluice.cli.prove.ProveCommand.class,
            dev.sluice.cli.top.TopCommand.class);

    private Commands() {}
}
