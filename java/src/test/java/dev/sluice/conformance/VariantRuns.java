package dev.sluice.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * The suite with several variants, in a few processes side by side: most of its time it waits. Each
 * process runs its variants one after another, since the first one pays for loading and compiling.
 */
final class VariantRuns implements AutoCloseable {
    private static final int PROCESSES = 3;

    /** What one variant's run came to. */
    record Result(int passed, int leftOut, List<String> failures) {}

    private final Map<Variant, CompletableFuture<Result>> results = new LinkedHashMap<>();
    private final List<Process> processes = new ArrayList<>();

    VariantRuns(List<Variant> variants) throws IOException {
        variants.forEach(variant -> results.put(variant, new CompletableFuture<>()));
        for (int i = 0; i < PROCESSES; i++) {
            int first = i;
            start(IntStream.range(0, variants.size())
                    .filter(index -> index % PROCESSES == first)
                    .mapToObj(variants::get).toList());
        }
    }

    /** Waits for the end of its run. */
    Result await(Variant variant) {
        CompletableFuture<Result> result = results.get(variant);
        assert result != null : variant;
        return result.join();
    }

    private void start(List<Variant> variants) throws IOException {
        List<String> program = new ArrayList<>(List.of(
                "-ea", "-Dsluice.test.backends=io_uring", VariantProcess.class.getName()));
        variants.forEach(variant -> program.add(variant.toString()));
        List<String> command = JavaCommand.of(program);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        processes.add(process);
        Thread.ofPlatform().daemon().name("variants").start(() -> read(process, variants));
    }

    private void read(Process process, List<Variant> variants) {
        int done = 0;
        List<String> last = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        try (BufferedReader reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(VariantProcess.RESULT)) {
                    String[] counts = line.split(" ", -1);
                    CompletableFuture<Result> result = results.get(variants.get(done++));
                    assert result != null : variants;
                    result.complete(new Result(Integer.parseInt(counts[1]),
                            Integer.parseInt(counts[2]), List.copyOf(failures)));
                    failures.clear();
                } else if (line.startsWith(VariantProcess.FAILURE)) {
                    failures.add(line);
                } else if (line.startsWith("SKIPPED ")) {
                    System.out.println(line);
                }
                last.add(line);
                last.subList(0, Math.max(0, last.size() - 20)).clear();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            IllegalStateException ended =
                    new IllegalStateException("ended early, with " + failures + " after " + last);
            results.forEach((variant, result) -> {
                if (variants.contains(variant)) {
                    result.completeExceptionally(ended);
                }
            });
        }
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }
}
