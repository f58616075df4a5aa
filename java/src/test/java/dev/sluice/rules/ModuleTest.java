package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.spi.Outcome;
import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The library as a named module; all other tests run it from the class path. */
class ModuleTest {
    private static final String NAME = "dev.sluice";

    @Test
    void exportsNothingInternal() throws URISyntaxException {
        assertThat(descriptor().exports())
                .noneMatch(exported -> exported.source().startsWith(NAME + ".internal"));
        assertThat(descriptor().opens()).isEmpty();
    }

    @Test
    void requiresLittle() throws URISyntaxException {
        assertThat(descriptor().requires()).extracting(ModuleDescriptor.Requires::name)
                .containsExactlyInAnyOrder("java.base", "org.slf4j", "org.jctools.core",
                        "org.jspecify", "jdk.jfr");
    }

    @Test
    void resolvesAndLoadsAsANamedModule() throws Exception {
        ModuleFinder finder = ModuleFinder.of(Stream.concat(Stream.of(library()), libraries())
                .toArray(Path[]::new));
        Configuration configuration = ModuleLayer.boot().configuration()
                .resolve(finder, ModuleFinder.of(), Set.of(NAME));
        ModuleLayer layer = ModuleLayer.defineModulesWithOneLoader(configuration,
                List.of(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader()).layer();
        Class<?> outcome = layer.findLoader(NAME).loadClass(Outcome.class.getName());
        assertThat(outcome.getModule().getName()).isEqualTo(NAME);
        assertThat(outcome.getEnumConstants()).hasSameSizeAs(Outcome.values());
    }

    private static ModuleDescriptor descriptor() throws URISyntaxException {
        return ModuleFinder.of(library()).find(NAME).orElseThrow().descriptor();
    }

    private static Path library() throws URISyntaxException {
        return Path.of(Outcome.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static Stream<Path> libraries() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.contains("slf4j-api") || entry.contains("jctools-core"))
                .map(Path::of);
    }
}
