package dev.sluice.cli.rules;

import static dev.sluice.testing.ImportTable.ROOT;
import static java.util.Map.entry;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.testing.ImportTable;
import dev.sluice.testing.ImportTable.Allowed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The directions in which the packages of the examples, the benchmarks and the command line may
 * import one another. Only the peers import Netty.
 */
class ArchitectureTest {
    /** A line for each package below {@link ImportTable#ROOT}. */
    private static final Map<String, Allowed> IMPORTS = Map.ofEntries(
            entry(".examples", allowed(List.of("", ".net"), "org.slf4j", "javax.net.ssl")),
            entry(".bench", allowed(List.of())),
            entry(".bench.echo", allowed(List.of(""))),
            entry(".bench.peers", allowed(List.of("", ".net", ".bench.echo"), "io.netty..",
                    "com.sun.management", "com.sun.net.httpserver", "javax.net..")),
            entry(".bench.machine", allowed(List.of())),
            entry(".bench.load", allowed(List.of(".bench.machine"), "org.HdrHistogram",
                    "javax.net.ssl")),
            entry(".bench.results", allowed(List.of(".bench", ".bench.load", ".bench.machine",
                    ".bench.peers"),
                    "com.fasterxml.jackson..", "org.HdrHistogram")),
            entry(".bench.report", allowed(List.of(".bench", ".bench.load", ".bench.results"),
                    "org.knowm.xchart..", "javax.imageio")),
            entry(".bench.compare", allowed(List.of(".bench", ".bench.load", ".bench.machine",
                    ".bench.peers", ".bench.report", ".bench.results"), "com.sun.management",
                    "org.HdrHistogram")),
            entry(".bench.jmh", allowed(List.of("", ".bench", ".bench.results", ".internal.ffi",
                    ".internal.ffi.linux", ".internal.linux", ".internal.spi", ".internal.uring"),
                    "org.openjdk.jmh..")),
            entry(".cli", allowed(List.of("", ".bench", ".bench.results", ".cli.compare",
                    ".cli.doctor", ".cli.echo", ".cli.example", ".cli.jmh", ".cli.prove",
                    ".cli.semantics", ".cli.top"), "picocli")),
            entry(".cli.compare", allowed(List.of(".bench", ".bench.compare", ".bench.load",
                    ".bench.machine", ".bench.report", ".bench.results", ".cli", ".cli.prove"),
                    "picocli")),
            entry(".cli.doctor", allowed(List.of(""), "com.fasterxml.jackson..", "picocli",
                    "com.sun.management")),
            entry(".cli.echo", allowed(List.of("", ".bench.echo", ".cli"), "picocli")),
            entry(".cli.example", allowed(List.of("", ".net", ".examples", ".cli"), "picocli")),
            entry(".cli.jmh", allowed(List.of(".bench.jmh", ".bench.report", ".bench.results",
                    ".cli"), "picocli")),
            entry(".cli.prove", allowed(List.of("", ".bench.machine", ".bench.results", ".cli",
                    ".cli.doctor"), "com.fasterxml.jackson..", "picocli")),
            entry(".cli.top", allowed(List.of(".cli"), "picocli", "com.sun.tools.attach",
                    "javax.management..", "jdk.jfr..", "jdk.management.jfr")),
            entry(".cli.semantics", allowed(List.of("", ".bench.results", ".cli", ".cli.doctor"),
                    "com.fasterxml.jackson..", "picocli")));

    private static final ImportTable TABLE = new ImportTable(IMPORTS, new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("jmh_generated"))
            .importPackages(ROOT + ".examples", ROOT + ".bench", ROOT + ".cli"));

    @SuppressWarnings("unused") // named by @FieldSource
    private static final List<String> PACKAGES = TABLE.packages();

    private static Allowed allowed(List<String> ours, String... libraries) {
        return new Allowed(ours, List.of(libraries));
    }

    @ParameterizedTest(name = "dev.sluice{0}")
    @FieldSource("PACKAGES")
    void importsOnlyWhatItsLineNames(String name) {
        TABLE.checkImportsOf(name);
    }

    @Test
    void everyPackageHasItsLine() {
        TABLE.checkPackages();
    }
}
