package dev.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineProgramsTest {
    @TempDir
    Path folder;

    private Path program(String path) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    @Test
    void theBuildOfTheProjectIsFound() throws Exception {
        Path file = program("target/native/baseline/server");
        assertThat(new BaselinePrograms(null, folder).command("server")).first()
                .isEqualTo(file.toString());
    }

    @Test
    void theFolderOfTheEnvironmentComesFirst() throws Exception {
        program("target/native/baseline/server");
        Path file = program("elsewhere/server");
        assertThat(new BaselinePrograms(folder.resolve("elsewhere"), folder).command("server"))
                .first().isEqualTo(file.toString());
    }

    @Test
    void withoutSourcesTheReasonNamesThem() {
        assertThatExceptionOfType(ServerUnavailableException.class)
                .isThrownBy(() -> new BaselinePrograms(null, folder).command("server"))
                .withMessageContaining("native/baseline");
    }

    @Test
    void aWrongFolderInTheEnvironmentIsNamed() {
        assertThatExceptionOfType(ServerUnavailableException.class)
                .isThrownBy(() -> new BaselinePrograms(folder, folder).command("server"))
                .withMessageContaining(BaselinePrograms.FOLDER_VARIABLE);
    }
}
