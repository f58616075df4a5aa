package dev.sluice.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.sluice.testing.RegisteredFiles;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A native image contains only the calls and files that META-INF names: this test compares them with
 * what the code uses, on machines without GraalVM too.
 */
class ReachabilityMetadataTest {
    private static final String OWN =
            "META-INF/native-image/dev.sluice/sluice-bench/reachability-metadata.json";

    private static final String OF_PEERS =
            "META-INF/native-image/dev.sluice/sluice-bench-peers/reachability-metadata.json";

    private static String resource(String name) throws IOException {
        try (InputStream in =
                ReachabilityMetadataTest.class.getClassLoader().getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String word(MemoryLayout layout) {
        if (layout instanceof AddressLayout) {
            return "void*";
        }
        return "j" + ((ValueLayout) layout).carrier();
    }

    private static String shape(FunctionDescriptor descriptor) {
        return word(descriptor.returnLayout().orElseThrow()) + descriptor.argumentLayouts().stream()
                .map(ReachabilityMetadataTest::word).toList();
    }

    @Test
    void everyCallOfTheGeneratorIsRegistered() throws Exception {
        Map<String, Object> metadata = JSON.std.mapFrom(resource(OWN));
        Set<String> registered = new TreeSet<>();
        for (Object call : (List<?>) ((Map<?, ?>) metadata.get("foreign")).get("downcalls")) {
            Map<?, ?> downcall = (Map<?, ?>) call;
            registered.add(downcall.get("returnType") + "" + downcall.get("parameterTypes"));
        }
        assertThat(registered).containsExactlyElementsOf(Stream.concat(
                Posix.SHAPES.stream(), Win32.Shapes.ALL.stream())
                .map(ReachabilityMetadataTest::shape).collect(Collectors.toCollection(
                        TreeSet::new)));
    }

    @Test
    void everyFileInTheJarIsRegistered() throws Exception {
        RegisteredFiles.check(resource(OWN),
                Path.of(System.getProperty("sluice.home"), "bench/src/main/resources"));
        RegisteredFiles.check(resource(OF_PEERS),
                Path.of(System.getProperty("sluice.home"), "bench/peers/src/main/resources"));
    }
}
