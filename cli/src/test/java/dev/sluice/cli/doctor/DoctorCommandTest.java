package dev.sluice.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DoctorCommandTest {
    private final StringWriter out = new StringWriter();

    @Test
    void itDescribesThisMachineOnATerminal() {
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("System", System.getProperty("os.version"), "Java",
                "Backends", "io_uring", "epoll", "iocp", "Default", "Limits", "Tools");
        assertThat(out.toString().lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @Test
    void jsonHasAVersionAndTheSame() throws Exception {
        assertThat(run("--json")).isZero();
        Map<String, Object> json = JSON.std.mapFrom(out.toString());
        assertThat(json).containsOnlyKeys("schemaVersion", "system", "java", "backends", "default",
                "limits", "tools");
        assertThat(json).containsEntry("schemaVersion", DiagnosisJson.SCHEMA_VERSION);
        assertThat(json.get("system")).asInstanceOf(
                org.assertj.core.api.InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("processors", Runtime.getRuntime().availableProcessors());
        assertThat(json.get("backends").toString()).contains("name=io_uring", "name=epoll",
                "name=iocp");
    }

    private int run(String... args) {
        return new CommandLine(new DoctorCommand()).setOut(new PrintWriter(out)).execute(args);
    }
}
