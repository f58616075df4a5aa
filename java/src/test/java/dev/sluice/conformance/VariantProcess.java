package dev.sluice.conformance;

import dev.sluice.testing.SkipReport;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The whole suite, once for each variant that is named, in a process of its own. */
final class VariantProcess {
    /** Begins the line that ends a variant's run: how many passed, and were left out. */
    static final String RESULT = "RESULT ";

    /** Begins a line that reports a failure. */
    static final String FAILURE = "FAILURE ";

    private VariantProcess() {}

    public static void main(String[] args) {
        List<Class<?>> classes = SuitePart.whole();
        for (String text : args) {
            Variant variant = Variant.parse(text);
            variant.set();
            run(classes, variant);
            variant.clear();
        }
        System.exit(0);
    }

    private static void run(List<Class<?>> classes, Variant variant) {
        Report report = new Report(variant);
        TestExecutionSummary summary = SuitePart.run(classes, report);
        System.out.println(RESULT + summary.getTestsSucceededCount() + " " + report.leftOut);
    }

    /**
     * Reports which test runs, in case it hangs, which one failed, and which mean nothing with the
     * variant. The run of all classes reports tests that are skipped for another cause.
     */
    private static final class Report implements TestExecutionListener {
        private static final int PLACES = 8;

        private final SkipReport skips = new SkipReport();
        private final Variant variant;
        private int leftOut;

        Report(Variant variant) {
            this.variant = variant;
        }

        @Override
        public void executionStarted(TestIdentifier test) {
            System.out.println("RUNS " + test.getUniqueId());
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            if (reason.startsWith(VariantLimits.WITH)) {
                leftOut++;
                skips.executionSkipped(test, reason);
            }
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                Throwable cause = result.getThrowable().orElseThrow();
                String places = Arrays.stream(cause.getStackTrace()).limit(PLACES)
                        .map(place -> " at " + place).collect(Collectors.joining());
                System.out.println(FAILURE + test.getUniqueId() + " with " + variant + ": "
                        + cause.toString().replaceAll("\\s+", " ") + places);
            }
        }
    }
}
