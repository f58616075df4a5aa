package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A native image knows only the call shapes that META-INF/native-image registers: this compares
 * them with those that the binding links.
 */
class ReachabilityMetadataTest {
    private static final String FILE =
            "/META-INF/native-image/dev.sluice/sluice/reachability-metadata.json";
    private static final Pattern SHAPE = Pattern.compile("\\bshape\\((\\d+)[,)]");

    /** The one shape with memory of the heap. */
    private static final String HEAP_SHAPE = "heapShape(\"errno\")";

    private static final Pattern REGISTERED = Pattern.compile(
            "\\{\\s*\"returnType\"\\s*:\\s*\"(\\w+)\"\\s*,\\s*\"parameterTypes\"\\s*:\\s*\\[([^]]*)]"
                    + "\\s*,\\s*\"options\"\\s*:\\s*\\{((?:[^{}]|\\{[^}]*})*)}\\s*}");

    private static List<Path> sources() throws IOException {
        Path here = Path.of("").toAbsolutePath();
        Path root = Files.isDirectory(here.resolve("java")) ? here : here.getParent();
        try (Stream<Path> tree = Files.walk(root.resolve("java/src/main/java"))) {
            return tree.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    /** As the binding links them: all parameters and the result are longs, the state is captured. */
    private static Set<String> linked() throws IOException {
        Set<String> shapes = new TreeSet<>();
        for (Path source : sources()) {
            String text = Files.readString(source);
            if (text.contains(HEAP_SHAPE)) {
                shapes.add(shape("jlong", "jlong,jlong,void*,jlong,jlong,jlong,jlong",
                        "captureCallState:true,critical:{allowHeapAccess:true}"));
            }
            Matcher matcher = SHAPE.matcher(text);
            while (matcher.find()) {
                shapes.add(shape("jlong", IntStream.range(0, Integer.parseInt(matcher.group(1)))
                        .mapToObj(i -> "jlong").collect(Collectors.joining(",")),
                        "captureCallState:true"));
            }
        }
        return shapes;
    }

    private static String shape(String result, String parameters, String options) {
        return result + "(" + parameters + ") " + options;
    }

    private static String metadata() throws IOException {
        try (InputStream in = ReachabilityMetadataTest.class.getResourceAsStream(FILE)) {
            assertThat(in).as(FILE).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Set<String> registered() throws IOException {
        Set<String> shapes = new TreeSet<>();
        Matcher matcher = REGISTERED.matcher(metadata());
        while (matcher.find()) {
            shapes.add(shape(matcher.group(1), plain(matcher.group(2)), plain(matcher.group(3))));
        }
        return shapes;
    }

    private static String plain(String json) {
        return json.replaceAll("[\\s\"]", "");
    }

    @Test
    void everyLinkedShapeIsRegisteredAndNoOther() throws IOException {
        assertThat(linked()).hasSizeGreaterThan(2);
        assertThat(registered()).isEqualTo(linked());
    }

    @Test
    void nothingInTheFileEscapesTheComparison() throws IOException {
        assertThat(metadata().split("\"returnType\"", -1)).hasSize(registered().size() + 1);
        assertThat(metadata()).doesNotContain("upcalls");
    }

    /** Else a shape could be linked that the text of the sources does not show. */
    @Test
    void downcallsAreLinkedInOnePlace() throws IOException {
        List<String> places = new ArrayList<>();
        for (Path source : sources()) {
            if (Files.readString(source).contains("downcallHandle(")) {
                places.add(source.getFileName().toString());
            }
        }
        assertThat(places).containsExactly("NativeLinker.java");
    }
}
