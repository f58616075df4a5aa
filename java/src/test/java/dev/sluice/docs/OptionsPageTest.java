package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.PortOptions;
import dev.sluice.SockOpt;
import dev.sluice.net.DatagramsOptions;
import dev.sluice.net.Dialer;
import dev.sluice.net.ListenerOptions;
import dev.sluice.testing.Document;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page of options has every option. */
class OptionsPageTest {
    private static final Path ROOT = Path.of(System.getProperty("sluice.home"));
    private static final Pattern PROPERTY = Pattern.compile("\"(sluice\\.[a-z_.]*[a-z])\"");

    private String page = "";

    @BeforeEach
    void read() throws IOException {
        page = Document.read(ROOT.resolve("docs/options.md"));
    }

    @Test
    void everySocketOptionIsThere() {
        List<String> names = Arrays.stream(SockOpt.class.getFields())
                .map(field -> "`" + field.getName() + "`").toList();
        assertThat(names).hasSizeGreaterThan(15);
        assertThat(page).contains(names);
    }

    @Test
    void everyOptionOfAPortIsThere() {
        assertThat(changesOf(PortOptions.class)).hasSizeGreaterThan(5)
                .allSatisfy(name -> assertThat(page).contains("`" + name + "("));
    }

    @Test
    void everyOptionOfAListenerAndADialerIsThere() {
        for (Class<?> options : List.of(
                ListenerOptions.class, Dialer.class, DatagramsOptions.class)) {
            String prefix = "`" + options.getSimpleName() + ".";
            assertThat(changesOf(options)).hasSizeGreaterThan(2)
                    .allSatisfy(name -> assertThat(page).contains(prefix + name + "("));
        }
    }

    /** The methods that return a changed copy. */
    private static Set<String> changesOf(Class<?> options) {
        Set<String> names = new TreeSet<>();
        for (Method method : options.getMethods()) {
            if (!Modifier.isStatic(method.getModifiers()) && method.getParameterCount() > 0
                    && method.getReturnType() == options) {
                names.add(method.getName());
            }
        }
        return names;
    }

    @Test
    void everyPropertyOfTheLibraryIsThere() throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve("java/src/main/java"))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
                Matcher matcher = PROPERTY.matcher(Document.read(file));
                while (matcher.find()) {
                    names.add(matcher.group(1));
                }
            }
        }
        assertThat(names).hasSizeGreaterThan(2);
        assertThat(page).contains(names);
    }
}
