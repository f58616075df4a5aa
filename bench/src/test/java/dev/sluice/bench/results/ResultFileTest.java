package dev.sluice.bench.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {
    @TempDir
    Path folder;

    private final Results results = Samples.results(List.of(Samples.load(Samples.slices(8))));

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        Path file = folder.resolve("results.json");
        ResultFile.write(results, file);
        assertThat(ResultFile.read(file)).isEqualTo(results);
        assertThat(folder).isDirectoryContaining(path -> path.equals(file))
                .isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void theFileCarriesASchemaVersionAndSummaries() throws IOException {
        Path file = folder.resolve("results.json");
        ResultFile.write(results, file);
        Map<String, Object> map = JSON.std.mapFrom(Files.readString(file));
        assertThat(map).containsEntry("schemaVersion", ResultFile.SCHEMA_VERSION);
        assertThat(Files.readString(file)).contains("\"cpuRatio\"", "\"is95\" : true");
    }

    @Test
    void anotherSchemaVersionIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("new.json"), "{\"schemaVersion\": 99}");
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> ResultFile.read(file))
                .withMessageContaining("99");
    }
}
