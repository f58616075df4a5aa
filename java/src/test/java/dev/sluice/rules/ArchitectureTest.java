package dev.sluice.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static dev.sluice.testing.ImportTable.ROOT;
import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.sluice.testing.ImportTable;
import dev.sluice.testing.ImportTable.Allowed;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The directions in which packages may import one another, without a cycle.
 */
class ArchitectureTest {
    private static final List<String> LOGGING = List.of("org.slf4j..");
    private static final List<String> QUEUES = List.of("org.jctools.queues.atomic..",
            "org.jctools.queues");
    private static final List<String> TLS_ENGINE = List.of("javax.net.ssl");
    private static final List<String> RECORDER = List.of("jdk.jfr");
    private static final List<String> NOTHING = List.of();

    /** The classes of {@code dev.sluice.net} that use {@code dev.sluice.internal.net}. */
    private static final Set<String> NET_ENTRIES = Set.of("ConnectionPool", "Datagrams",
            "DatagramsOptions", "Dialer", "Listener", "ListenerHandOver",
            "ListenerOptions", "PortGroup", "Server", "Tls");

    /** A line for each package below {@link ImportTable#ROOT}. */
    private static final Map<String, Allowed> IMPORTS = Map.ofEntries(
            entry(".net", new Allowed(List.of("", ".internal.leaks", ".internal.net.ports",
                    ".internal.net.names", ".internal.net", ".internal.net.connection",
                    ".internal.net.accepting", ".internal.net.serving",
                    ".internal.net.dialling", ".internal.net.datagrams",
                    ".internal.net.pool", ".internal.net.tls"), TLS_ENGINE)),
            entry(".internal.net", new Allowed(List.of("", ".net", ".internal.recording"),
                    Stream.concat(LOGGING.stream(), RECORDER.stream()).toList())),
            entry(".internal.net.names", netPart()),
            entry(".internal.net.pool", netPart()),
            entry(".internal.net.tls", new Allowed(List.of("", ".net", ".internal.net"),
                    Stream.of(LOGGING, TLS_ENGINE).flatMap(List::stream).toList())),
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
                            ".internal.leaks", ".internal.recording",
                            ".internal.spi"),
                            Stream.concat(LOGGING.stream(), RECORDER.stream()).toList())),
            entry(".internal", new Allowed(List.of(".internal.spi", ".internal.epoll",
                    ".internal.uring", ".internal.iocp"), LOGGING)),
            entry(".internal.engine", new Allowed(List.of(".internal.spi"),
                    Stream.concat(LOGGING.stream(), QUEUES.stream()).toList())),
            entry(".internal.epoll", backend(".internal.linux", ".internal.ffi.linux")),
            entry(".internal.uring", backend(".internal.linux", ".internal.ffi.linux")),
            entry(".internal.iocp", backend(".internal.ffi.windows")),
            entry(".internal.access", new Allowed(List.of(".internal.spi"), NOTHING)),
            entry(".internal.recording", new Allowed(NOTHING, RECORDER)),
            entry(".internal.leaks", new Allowed(NOTHING, LOGGING)),
            entry(".internal.linux", new Allowed(
                    List.of(".internal.spi", ".internal.ffi.linux", ".internal.ffi"), LOGGING)),
            entry(".internal.spi", new Allowed(NOTHING, NOTHING)),
            entry(".internal.ffi.linux", new Allowed(List.of(".internal.ffi"), NOTHING)),
            entry(".internal.ffi.windows", new Allowed(List.of(".internal.ffi"), NOTHING)),
            entry(".internal.ffi", new Allowed(NOTHING, NOTHING)));

    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    private static final ImportTable TABLE = new ImportTable(IMPORTS, LIBRARY);

    @SuppressWarnings("unused") // named by @FieldSource
    private static final List<String> PACKAGES = TABLE.packages();

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
        TABLE.checkImportsOf(name);
    }

    @Test
    void everyPackageHasItsLine() {
        TABLE.checkPackages();
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
