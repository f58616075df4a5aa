package dev.sluice.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: {@code sluice <command> [options]}. */
@Command(name = "sluice", description = "Checks, tries and measures Sluice on this machine.",
        mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "<command>", commandListHeading = "%nCommands:%n",
        footer = {"", "sluice help <command> lists the options of a command."})
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    private Main() {}

    /** Runs the command that the arguments name, and ends the process with its exit code. */
    public static void main(String[] args) {
        boolean showTraces = "1".equals(System.getenv(Failures.DEBUG));
        System.exit(run(commandLine(), new Failures(showTraces), args));
    }

    static CommandLine commandLine() {
        CommandLine top = new CommandLine(new Main());
        for (Class<?> command : Commands.ALL) {
            top.addSubcommand(command);
        }
        top.addSubcommand(new HelpCommand());
        return top;
    }

    static int run(CommandLine top, Failures failures, String... args) {
        top.setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(failures::badUsage)
                .setExecutionExceptionHandler(failures::failed);
        try {
            return top.execute(args);
        } catch (Error error) {
            return failures.failed(error, top);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command, or try: sluice help");
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[]{"sluice " + number(), "Java " + Runtime.version()};
        }

        private static String number() {
            Properties properties = new Properties();
            try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
                if (in == null) {
                    throw new IllegalStateException("version.properties is not in the jar");
                }
                properties.load(in);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return properties.getProperty("version");
        }
    }
}
