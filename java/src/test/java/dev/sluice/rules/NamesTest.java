package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.CompletionPort;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The public types of the library have simple names that java.base does not have. So a program may
 * import both modules whole ({@code import module}, JLS 7.5.5), or {@code dev.sluice.*} beside {@code
 * java.net.*} and {@code java.util.*}, and every name means one type.
 */
class NamesTest {
    private static final String LIBRARY = "dev.sluice";
    private static final String CLASS_FILE = ".class";

    /** Names that the library may share with java.base, each with its reason. There is none. */
    private static final Set<String> EXCEPTIONS = Set.of();

    @Test
    void noPublicTypeHasANameOfJavaBase() throws Exception {
        Set<String> ours = publicNamesOf(library());
        assertThat(ours).contains("CompletionPort", "NativeSocket", "Connection");
        Set<String> theirs =
                publicNamesOf(ModuleFinder.ofSystem().find("java.base").orElseThrow());
        assertThat(theirs)
                .contains("Socket", "SocketException", "SocketOption", "Timer",
                        "CompletionHandler");
        ours.retainAll(theirs);
        assertThat(ours).isEqualTo(EXCEPTIONS);
    }

    private static ModuleReference library() throws URISyntaxException {
        Path classes = Path.of(CompletionPort.class.getProtectionDomain().getCodeSource()
                .getLocation().toURI());
        return ModuleFinder.of(classes).find(LIBRARY).orElseThrow();
    }

    /** Simple names of the public top-level types in the packages that a module exports to all. */
    private static Set<String> publicNamesOf(ModuleReference module) throws IOException {
        Set<String> packages = module.descriptor().exports().stream()
                .filter(exported -> !exported.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
        try (ModuleReader reader = module.open(); Stream<String> files = reader.list()) {
            return files.filter(file -> file.endsWith(CLASS_FILE) && !file.contains("$"))
                    .map(file -> file.substring(0, file.length() - CLASS_FILE.length())
                            .replace('/', '.'))
                    .filter(name -> packages.contains(packageOf(name)) && isPublic(name))
                    .map(name -> name.substring(name.lastIndexOf('.') + 1))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static String packageOf(String className) {
        return className.substring(0, Math.max(className.lastIndexOf('.'), 0));
    }

    private static boolean isPublic(String className) {
        if (className.endsWith(".package-info")) {
            return false;
        }
        try {
            Class<?> type = Class.forName(className, false, NamesTest.class.getClassLoader());
            return Modifier.isPublic(type.getModifiers());
        } catch (ClassNotFoundException missing) {
            throw new AssertionError(className + " is listed by its module but absent", missing);
        }
    }
}
