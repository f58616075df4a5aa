package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.source.tree.CatchTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the style asks of every source file, beyond what the formatter and javac check. */
class SourceShapeTest {
    private static final int MOST_LINES_IN_A_FILE = 500;
    private static final int MOST_LINES_IN_A_METHOD = 70;
    private static final Set<String> CATCH_ALL = Set.of("Throwable", "Error", "Exception",
            "RuntimeException");

    @Test
    void filesAreShort() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path source : sources()) {
            long lines = Files.readString(source).lines().count();
            if (lines > MOST_LINES_IN_A_FILE) {
                tooLong.add(source + ": " + lines + " lines");
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void methodsAreShortAndNothingCaughtIsHidden() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assumeTrue(compiler != null, "this Java runtime has no compiler to read the sources with");
        List<String> findings = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(null, files, null, List.of("-proc:none"),
                    null, files.getJavaFileObjectsFromPaths(sources()));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new Reader(unit, positions, findings).scan(unit, null);
            }
        }
        assertThat(findings).isEmpty();
    }

    private static List<Path> sources() {
        Path here = Path.of("").toAbsolutePath();
        Path root = Files.isDirectory(here.resolve("java")) ? here : here.getParent();
        return Stream
                .of("java/src", "micrometer/src", "examples/src", "bench/peers/src", "bench/src",
                        "cli/src")
                .map(root::resolve).filter(Files::isDirectory)
                .flatMap(SourceShapeTest::javaFilesBelow).toList();
    }

    private static Stream<Path> javaFilesBelow(Path folder) {
        try (Stream<Path> tree = Files.walk(folder)) {
            return tree.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Reader extends TreePathScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> findings;

        Reader(CompilationUnitTree unit, SourcePositions positions, List<String> findings) {
            this.unit = unit;
            this.positions = positions;
            this.findings = findings;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
            long lines = lastLine(method) - firstLine(method) + 1;
            if (lines > MOST_LINES_IN_A_METHOD) {
                report(method, "method " + method.getName() + " has " + lines + " lines");
            }
            return super.visitMethod(method, null);
        }

        @Override
        public @Nullable Void visitCatch(CatchTree caught, @Nullable Void unused) {
            if (caught.getBlock().getStatements().isEmpty()
                    && CATCH_ALL.contains(caught.getParameter().getType().toString())) {
                report(caught, "catches everything and says nothing");
            }
            return super.visitCatch(caught, null);
        }

        private long firstLine(Tree tree) {
            return unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree));
        }

        private long lastLine(Tree tree) {
            return unit.getLineMap().getLineNumber(positions.getEndPosition(unit, tree));
        }

        private void report(Tree tree, String what) {
            findings.add(Path.of(unit.getSourceFile().getName()).getFileName() + ":"
                    + firstLine(tree) + " " + what);
        }
    }
}
