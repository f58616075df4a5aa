package dev.sluice.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The directions in which packages may import one another. The table is the whole truth: a package
 * that is not in it fails the test, and so does an import that its line does not name.
 */
class ArchitectureTest {
    private static final String ROOT = "dev.sluice";
    private static final List<String> LOGGING = List.of("org.slf4j..");
    private static final List<String> QUEUES = List.of("org.jctools.queues.atomic..",
            "org.jctools.queues");
    private static final List<String> NOTHING = List.of();

    /** The classes of {@code dev.sluice.net} that use {@code dev.sluice.internal.net}. */
    private static final Set<String> NET_ENTRIES = Set.of("Datagrams", "Dialer", "Listener",
            "ListenerOptions", "PortGroup", "Server");

    private record Allowed(List<String> ours, List<String> libraries) {}

    /** Package below {@link #ROOT} to what it may import; everything may import java.base. */
    private static final Map<String, Allowed> IMPORTS = new TreeMap<>(Map.ofEntries(
            entry(".net", new Allowed(List.of("", ".internal.leaks", ".internal.net.ports",
                    ".internal.net.names", ".internal.net", ".internal.net.connection",
                    ".internal.net.accepting", ".internal.net.serving",
                    ".internal.net.dialling", ".internal.net.datagrams"), NOTHING)),
            entry(".internal.net", new Allowed(List.of("", ".net"),
                    List.of("org.slf4j..", "jdk.jfr"))),
            entry(".internal.net.names", netPart()),
            entry(".internal.net.ports", netPart()),
            entry(".internal.net.connection", netPart(".internal.net.ports")),
            entry(".internal.net.datagrams", netPart(".internal.net.ports",
                    ".internal.net.names")),
            entry(".internal.net.accepting", netPart(".internal.net.ports",
                    ".internal.net.names", ".internal.net.connection")),
            entry(".internal.net.serving", netPart(".internal.net.ports",
                    ".internal.net.connection", ".internal.net.accepting")),
            entry(".internal.net.dialling", netPart(".internal.net.ports",
                    ".internal.net.names", ".internal.net.connection")),
            entry("",
                    new Allowed(List.of(".internal", ".internal.access", ".internal.engine",
                            ".internal.leaks",
                            ".internal.spi"), LOGGING)),
            entry(".internal", new Allowed(List.of(".internal.spi", ".internal.epoll",
                    ".internal.uring", ".internal.iocp"), LOGGING)),
            entry(".internal.engine", new Allowed(List.of(".internal.spi"),
                    Stream.concat(LOGGING.stream(), QUEUES.stream()).toList())),
            entry(".internal.epoll", backend(".internal.linux", ".internal.ffi.linux")),
            entry(".internal.uring", backend(".internal.linux", ".internal.ffi.linux")),
            entry(".internal.iocp", backend(".internal.ffi.windows")),
            entry(".internal.access", new Allowed(List.of(".internal.spi"), NOTHING)),
            entry(".internal.leaks", new Allowed(NOTHING, LOGGING)),
            entry(".internal.linux", new Allowed(
                    List.of(".internal.spi", ".internal.ffi.linux", ".internal.ffi"), LOGGING)),
            entry(".internal.spi", new Allowed(NOTHING, NOTHING)),
            entry(".internal.ffi.linux", new Allowed(List.of(".internal.ffi"), NOTHING)),
            entry(".internal.ffi.windows", new Allowed(List.of(".internal.ffi"), NOTHING)),
            entry(".internal.ffi", new Allowed(NOTHING, NOTHING))));

    @SuppressWarnings("unused") // named by @FieldSource
    private static final List<String> PACKAGES = List.copyOf(IMPORTS.keySet());

    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /** A part of the net layer, which uses the types of {@code dev.sluice.net} and earlier parts. */
    private static Allowed netPart(String... earlier) {
        return new Allowed(Stream.concat(
                Stream.of("", ".net", ".internal.access", ".internal.net", ".internal.leaks",
                        ".internal.spi"),
                Stream.of(earlier)).toList(), LOGGING);
    }

    private static Allowed backend(String... own) {
        return new Allowed(Stream.concat(Stream.of(".internal.spi", ".internal.ffi"),
                Stream.of(own)).toList(), LOGGING);
    }

    @ParameterizedTest(name = "dev.sluice{0}")
    @FieldSource("PACKAGES")
    void importsOnlyWhatItsLineNames(String name) {
        Allowed allowed = IMPORTS.get(name);
        String[] targets = Stream.of(
                Stream.of(ROOT + name, "java..", "org.jspecify.annotations"),
                allowed.ours().stream().map(ours -> ROOT + ours),
                allowed.libraries().stream()).flatMap(targetsOf -> targetsOf)
                .toArray(String[]::new);
        classes().that().resideInAPackage(ROOT + name)
                .should().onlyDependOnClassesThat().resideInAnyPackage(targets)
                .allowEmptyShould(true)
                .check(LIBRARY);
    }

    @Test
    void everyPackageHasItsLine() {
        List<String> unknown = LIBRARY.getPackage(ROOT).getSubpackagesInTree().stream()
                .filter(any -> !any.getClasses().isEmpty())
                .map(JavaPackage::getName)
                .map(name -> name.substring(ROOT.length()))
                .filter(name -> !IMPORTS.containsKey(name))
                .toList();
        assertThat(unknown).isEmpty();
    }

    @Test
    void packagesFormNoCycle() {
        slices().assignedFrom(new Slices()).should().beFreeOfCycles().check(LIBRARY);
    }

    /**
     * Each package is a slice, except that {@code dev.sluice.net} is two: the classes that users
     * call first and that open what is internal, and the types that both sides use.
     */
    private static final class Slices implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            if (!name.equals(ROOT + ".net")) {
                return SliceIdentifier.of(name);
            }
            JavaClass outermost = type;
            while (outermost.getEnclosingClass().isPresent()) {
                outermost = outermost.getEnclosingClass().get();
            }
            return SliceIdentifier.of(name,
                    NET_ENTRIES.contains(outermost.getSimpleName()) ? "entries" : "types");
        }

        @Override
        public String getDescription() {
            return "packages, with the entries and the types of dev.sluice.net apart";
        }
    }

    @Test
    void onlyTheBindingTouchesTheLinker() {
        noClasses().that().resideOutsideOfPackage(ROOT + ".internal.ffi..")
                .should().dependOnClassesThat().haveNameMatching(
                        "java\\.lang\\.foreign\\.(Linker|SymbolLookup)(\\$.*)?")
                .check(LIBRARY);
    }

    @Test
    void noQueueThatNeedsUnsafe() {
        noClasses().should().dependOnClassesThat().resideInAnyPackage("sun.misc..")
                .check(LIBRARY);
    }
}
