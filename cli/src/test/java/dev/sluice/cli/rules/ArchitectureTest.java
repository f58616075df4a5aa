package dev.sluice.cli.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The directions in which the packages of the examples, the benchmarks and the command line may
 * import one another. A package that is not in the table fails the test, and so does an import that
 * its line does not name. Only the peers import Netty.
 */
class ArchitectureTest {
    private static final String ROOT = "dev.sluice";

    private record Allowed(List<String> ours, List<String> libraries) {}

    /** Package below {@link #ROOT} to what it may import; everything may import java.base. */
    private static final Map<String, Allowed> IMPORTS = new TreeMap<>(Map.ofEntries(
            entry(".examples", allowed(List.of("", ".net"), "org.slf4j")),
            entry(".bench", allowed(List.of())),
            entry(".bench.echo", allowed(List.of(""))),
            entry(".bench.peers", allowed(List.of("", ".net", ".bench.echo"), "io.netty..",
                    "com.sun.management")),
            entry(".bench.load", allowed(List.of(), "org.HdrHistogram")),
            entry(".bench.results", allowed(List.of(".bench", ".bench.load", ".bench.peers"),
                    "com.fasterxml.jackson..", "org.HdrHistogram")),
            entry(".bench.report", allowed(List.of(".bench", ".bench.load", ".bench.results"),
                    "org.knowm.xchart..", "javax.imageio")),
            entry(".bench.compare", allowed(List.of(".bench", ".bench.load", ".bench.peers",
                    ".bench.report", ".bench.results"), "com.sun.management",
                    "org.HdrHistogram")),
            entry(".bench.jmh", allowed(List.of("", ".bench", ".bench.results", ".internal.ffi",
                    ".internal.ffi.linux", ".internal.linux", ".internal.spi", ".internal.uring"),
                    "org.openjdk.jmh..")),
            entry(".cli", allowed(List.of("", ".bench", ".bench.results", ".cli.compare",
                    ".cli.doctor", ".cli.echo", ".cli.example", ".cli.jmh", ".cli.semantics"),
                    "picocli")),
            entry(".cli.compare", allowed(List.of(".bench", ".bench.compare", ".bench.load",
                    ".bench.report", ".bench.results", ".cli", ".cli.doctor"), "picocli")),
            entry(".cli.doctor", allowed(List.of(""), "com.fasterxml.jackson..", "picocli",
                    "com.sun.management")),
            entry(".cli.echo", allowed(List.of("", ".bench.echo", ".cli"), "picocli")),
            entry(".cli.example", allowed(List.of("", ".net", ".examples", ".cli"), "picocli")),
            entry(".cli.jmh", allowed(List.of(".bench.jmh", ".bench.report", ".bench.results",
                    ".cli"), "picocli")),
            entry(".cli.semantics", allowed(List.of("", ".bench.results", ".cli", ".cli.doctor"),
                    "com.fasterxml.jackson..", "picocli"))));

    @SuppressWarnings("unused") // named by @FieldSource
    private static final List<String> PACKAGES = List.copyOf(IMPORTS.keySet());

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("jmh_generated"))
            .importPackages(ROOT + ".examples", ROOT + ".bench", ROOT + ".cli");

    private static Allowed allowed(List<String> ours, String... libraries) {
        return new Allowed(ours, List.of(libraries));
    }

    @ParameterizedTest(name = "dev.sluice{0}")
    @FieldSource("PACKAGES")
    void importsOnlyWhatItsLineNames(String name) {
        Allowed allowed = IMPORTS.get(name);
        String[] targets = Stream.of(
                Stream.of(ROOT + name, "java..", "org.jspecify.annotations"),
                allowed.ours().stream().map(ours -> ROOT + ours),
                allowed.libraries().stream()).flatMap(part -> part)
                .toArray(String[]::new);
        classes().that().resideInAPackage(ROOT + name)
                .should().onlyDependOnClassesThat().resideInAnyPackage(targets)
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void everyPackageHasItsLine() {
        assertThat(CLASSES.stream().map(JavaClass::getPackageName).distinct()
                .filter(name -> name.startsWith(ROOT))
                .map(name -> name.substring(ROOT.length())))
                .containsExactlyInAnyOrderElementsOf(IMPORTS.keySet());
    }
}
