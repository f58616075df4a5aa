package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The end of a run's output names what failed, since only the last lines of it may be seen. */
@Timeout(120)
class RunSummaryTest {
    private static final Path PROGRAM =
            Path.of(System.getProperty("sluice.home", ".."), ".ci", "Summary.java");

    @TempDir
    private Path root;

    private List<String> summaryOf(String log) throws Exception {
        Files.writeString(root.resolve("pom.xml"), "");
        Path file = Files.writeString(root.resolve("log"), log);
        Process program = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                PROGRAM.toString(), root.toString(), file.toString())
                .redirectErrorStream(true).start();
        List<String> lines = readAll(program);
        assertThat(program.waitFor()).as("%s", lines).isZero();
        return lines;
    }

    private static List<String> readAll(Process program) throws IOException {
        return new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                .toList();
    }

    /** A report as Surefire writes it. */
    private Path report(String module, String folder, String type, String cases)
            throws IOException {
        Path target = Files.createDirectories(root.resolve(module).resolve("target")
                .resolve(folder));
        Files.writeString(root.resolve(module).resolve("pom.xml"), "");
        return Files.writeString(target.resolve("TEST-" + type + ".xml"), """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuite name="%s"><properties/>%s</testsuite>
                """.formatted(type, cases));
    }

    @Test
    void theTestsThatFailedComeLastWithTheirFirstLine() throws Exception {
        report("java", "surefire-reports", "dev.sluice.WireTest",
                """
                        <testcase name="aResetIsOnTheWire()" classname="dev.sluice.WireTest">
                          <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.\
                        TestAbortedException: Assumption failed: needs root: to capture
                        	at org.junit.jupiter.api.Assumptions.assumeTrue(Assumptions.java:127)]]></skipped>
                        </testcase>
                        <testcase name="passes()" classname="dev.sluice.WireTest"/>
                        """);
        report("bench", "surefire-reports", "dev.sluice.bench.MainTest",
                "<testcase name=\"passes()\" classname=\"dev.sluice.bench.MainTest\"/>");
        report("java", "surefire-reports-wine", "dev.sluice.EchoTest",
                """
                        <testcase name="echoes()[1]" classname="dev.sluice.EchoTest">
                          <error message="echoes() timed out" type="java.util.concurrent.TimeoutException">\
                        <![CDATA[java.util.concurrent.TimeoutException: echoes() timed out
                        	at org.junit.Somewhere]]></error>
                        </testcase>
                        <testcase name="ends()" classname="dev.sluice.EchoTest">
                          <failure type="java.lang.AssertionError"><![CDATA[java.lang.AssertionError:\s

                        expected: 1
                        	at org.junit.Somewhere]]></failure>
                        </testcase>
                        <testcase name="hides()" classname="dev.sluice.EchoTest">
                          <skipped message="under Wine: it hides a thing (https://example.org/page)"/>
                        </testcase>
                        <testcase name="other()" classname="dev.sluice.EchoTest">
                          <skipped message="Disabled on operating system: Windows ==&gt; needs Linux: Unix"/>
                        </testcase>
                        <testcase name="third(Path)" classname="dev.sluice.EchoTest">
                          <skipped message="Assumption failed: needs Linux: tcpdump"/>
                        </testcase>
                        """);
        assertThat(summaryOf("""
                PART Linux
                REPORTS surefire-reports 0
                C tests: 100% passed
                PART Wine
                REPORTS surefire-reports-wine 0
                FAILED PART Wine
                """)).containsExactly(
                "Skipped:",
                "Linux:    1 needs root",
                "Wine:    1 under Wine: it hides a thing (https://example.org/page)",
                "Wine:    2 needs Linux",
                "Tests:",
                "Linux: C tests: 100% passed",
                "Linux: Tests run: 3, Failures: 0, Errors: 0, Skipped: 1",
                "Wine: Tests run: 5, Failures: 1, Errors: 1, Skipped: 3",
                "Failed:",
                "Wine: dev.sluice.EchoTest.echoes()[1]",
                "    java.util.concurrent.TimeoutException: echoes() timed out",
                "Wine: dev.sluice.EchoTest.ends()",
                "    java.lang.AssertionError: expected: 1");
    }

    @Test
    void aReportOfAnEarlierRunDoesNotCount() throws Exception {
        Path old = report("java", "surefire-reports", "dev.sluice.OldTest",
                "<testcase name=\"passes()\" classname=\"dev.sluice.OldTest\"/>");
        Files.setLastModifiedTime(old, FileTime.from(Instant.ofEpochSecond(999)));
        assertThat(summaryOf("""
                PART Linux
                REPORTS surefire-reports 1000
                """)).containsExactly("Skipped:", "Tests:");
    }

    @Test
    void aJvmThatEndedIsReportedWithTheClassThatItRan() throws Exception {
        report("java", "surefire-reports", "dev.sluice.WireTest",
                "<testcase name=\"passes()\" classname=\"dev.sluice.WireTest\"/>");
        assertThat(summaryOf("""
                PART Wine
                REPORTS surefire-reports 0
                [INFO] Running dev.sluice.EchoTest
                [INFO] Running dev.sluice.WireTest
                [ERROR] The forked VM terminated without saying properly goodbye
                [ERROR] Crashed tests:
                [ERROR] Failed to execute goal surefire:test
                [INFO] BUILD FAILURE
                FAILED PART Wine
                """)).endsWith("Failed:", "Wine: The forked VM terminated without saying"
                + " properly goodbye, last seen in dev.sluice.EchoTest");
    }

    @Test
    void aRunThatWasStoppedNamesTheClassThatItRan() throws Exception {
        report("java", "surefire-reports-aarch64", "dev.sluice.WireTest",
                "<testcase name=\"passes()\" classname=\"dev.sluice.WireTest\"/>");
        Files.writeString(root.resolve("java/target/surefire-reports-aarch64/TEST-Half.xml"),
                "<testsuite><testcase");
        assertThat(summaryOf("""
                PART aarch64
                REPORTS surefire-reports-aarch64 0
                [INFO] Running dev.sluice.WireTest
                [INFO] Running dev.sluice.EchoTest
                """)).contains("aarch64: a report is not whole: TEST-Half.xml")
                .endsWith("aarch64: ended while in dev.sluice.EchoTest");
    }

    @Test
    void aBuildThatFailedElsewhereShowsTheGoalAndItsLastLines() throws Exception {
        assertThat(summaryOf("""
                PART Linux
                REPORTS surefire-reports 0
                Windows was not tested: wine is missing
                [ERROR] Failed to execute goal spotless:check
                [ERROR] Failed to execute goal never:shown
                FAILED PART Linux
                """)).endsWith("Tests:", "Linux: Windows was not tested: wine is missing",
                "Linux: Failed to execute goal spotless:check",
                "Last lines of Linux:",
                "    Windows was not tested: wine is missing",
                "    [ERROR] Failed to execute goal spotless:check",
                "    [ERROR] Failed to execute goal never:shown");
    }
}
