package dev.sluice.conformance;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Some classes of the suite, run once more: here with other settings, or as a process of its own. */
final class SuitePart {
    private SuitePart() {}

    /** Takes names of classes; prints how many tests passed, and ends with 1 if one failed. */
    public static void main(String[] args) throws ClassNotFoundException {
        List<Class<?>> classes = new ArrayList<>();
        for (String name : args) {
            classes.add(Class.forName(name));
        }
        TestExecutionSummary summary = run(classes);
        System.out.println("passed " + summary.getTestsSucceededCount());
        PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
        summary.printFailuresTo(out, 20);
        System.exit(summary.getFailures().isEmpty() ? 0 : 1);
    }

    static TestExecutionSummary run(List<Class<?>> classes) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(classes.stream().map(type -> selectClass(type)).toList())
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        // What is skipped here was skipped in the run of all classes as well, and told there.
        LauncherConfig quiet = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .build();
        LauncherFactory.create(quiet).execute(request, listener);
        return listener.getSummary();
    }
}
