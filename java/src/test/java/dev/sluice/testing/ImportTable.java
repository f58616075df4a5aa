package dev.sluice.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which packages below {@value #ROOT} may import which. The table is the whole truth: a package that
 * is not in it fails the check, and so does an import that its line does not name.
 */
public final class ImportTable {
    /** The package that all names are relative to. */
    public static final String ROOT = "dev.sluice";

    private final Map<String, Allowed> lines;
    private final JavaClasses classes;

    /**
     * What a package may import besides itself and java.base.
     *
     * @param ours packages below {@value ImportTable#ROOT}
     * @param libraries packages of others, in ArchUnit's notation
     */
    public record Allowed(List<String> ours, List<String> libraries) {}

    /** Takes a line for each package of the classes, by its name below {@value #ROOT}. */
    public ImportTable(Map<String, Allowed> lines, JavaClasses classes) {
        this.lines = new TreeMap<>(lines);
        this.classes = classes;
    }

    /** The packages of the table. */
    public List<String> packages() {
        return List.copyOf(lines.keySet());
    }

    /** Fails if the package imports what its line does not name. */
    public void checkImportsOf(String name) {
        Allowed allowed = lines.get(name);
        assertThat(allowed).as(name).isNotNull();
        String[] targets = Stream.of(
                Stream.of(ROOT + name, "java..", "org.jspecify.annotations"),
                allowed.ours().stream().map(ours -> ROOT + ours),
                allowed.libraries().stream()).flatMap(part -> part)
                .toArray(String[]::new);
        classes().that().resideInAPackage(ROOT + name)
                .should().onlyDependOnClassesThat().resideInAnyPackage(targets)
                .allowEmptyShould(true)
                .check(classes);
    }

    /** Fails if a package has no line, or a line has no package. */
    public void checkPackages() {
        assertThat(classes.stream().map(JavaClass::getPackageName).distinct()
                .map(name -> name.substring(ROOT.length())))
                .containsExactlyInAnyOrderElementsOf(lines.keySet());
    }
}
