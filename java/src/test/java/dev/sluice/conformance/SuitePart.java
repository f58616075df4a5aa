package dev.sluice.conformance;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.lang.reflect.Modifier;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.commons.support.ReflectionSupport;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Classes of the suite, run once more: here with other settings, or as a process of its own. */
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

    /** All classes of the suite, those added later too. */
    static List<Class<?>> whole() {
        return ReflectionSupport.findAllClassesInPackage(
                SuitePart.class.getPackageName(),
                type -> ConformanceTest.class.isAssignableFrom(type)
                        && type.getSimpleName().endsWith("Test")
                        && !Modifier.isAbstract(type.getModifiers()),
                name -> true);
    }

    /** Runs them one after another; the listeners hear of it besides. */
    static TestExecutionSummary run(List<Class<?>> classes, TestExecutionListener... listeners) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(classes.stream().map(type -> selectClass(type)).toList())
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        // The run of all classes skips the same tests, and reports them.
        LauncherConfig quiet = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .build();
        Launcher launcher = LauncherFactory.create(quiet);
        launcher.registerTestExecutionListeners(listener);
        for (TestExecutionListener each : listeners) {
            launcher.registerTestExecutionListeners(each);
        }
        launcher.execute(request);
        return listener.getSummary();
    }
}
