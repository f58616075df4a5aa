package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.bench.results.Samples;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser. */
class BrowserTest {
    private static final int SECONDS = 120;
    private static final int PHONE_WIDTH = 390;
    private static final String DARK = "--blink-settings=preferredColorScheme=0";

    /** Shows the page in a frame of a phone's width and writes what it finds into its title. */
    private static final String PROBE = """
            <!DOCTYPE html><title>nothing</title>
            <iframe src="report.html" width="390" height="800" style="border:0"></iframe>
            <script>
            window.onload = () => {
              const page = document.querySelector('iframe').contentDocument;
              const drawings = [...page.querySelectorAll('figure svg')];
              const style = page.defaultView.getComputedStyle(page.body);
              const text = page.querySelector('figure svg path');
              document.title = JSON.stringify({
                width: page.documentElement.scrollWidth,
                drawn: drawings.filter(one => one.getBoundingClientRect().width > 300
                    && one.getBoundingClientRect().height > 60).length,
                background: style.backgroundColor,
                color: style.color,
                ink: page.defaultView.getComputedStyle(text).fill});
            };
            </script>
            """;

    @TempDir
    Path folder;

    private Path browser;

    @BeforeEach
    void writePage() throws IOException {
        Optional<Path> found = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(entry -> Path.of(entry, name)))
                .filter(Files::isExecutable).findFirst();
        assumeTrue(found.isPresent(), "no chromium in the PATH (Debian: chromium)");
        assumeTrue(ReportPageTest.hasFonts(), "Java finds no fonts here");
        browser = found.get();
        ReportPage.write(
                List.of(new Run("", Samples.results(List.of(Samples.load(Samples.slices(8)))))),
                Map.of(), folder.resolve("report.html"));
    }

    private String browse(String page, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(browser.toString(), "--headless",
                "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
                "--no-first-run", "--allow-file-access-from-files",
                "--user-data-dir=" + folder.resolve("profile")));
        command.addAll(List.of(options));
        command.add(folder.resolve(page).toUri().toString());
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command).redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("the browser ends").isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    private String probe(String... options) throws Exception {
        Files.writeString(folder.resolve("probe.html"), PROBE);
        List<String> all = new ArrayList<>(List.of("--dump-dom", "--virtual-time-budget=5000"));
        all.addAll(List.of(options));
        String dom = browse("probe.html", all.toArray(String[]::new));
        return dom.replaceAll("(?s).*<title>(.*?)</title>.*", "$1");
    }

    @Test
    void aPhoneShowsThePageWithoutScrollingSideways() throws Exception {
        assertThat(probe()).contains("\"width\":" + PHONE_WIDTH).contains("\"drawn\":5");
    }

    @Test
    void textAndPlotsAreDarkOnLight() throws Exception {
        assertThat(probe()).contains("\"background\":\"rgb(255, 255, 255)\"",
                "\"color\":\"rgb(31, 35, 40)\"", "\"ink\":\"rgb(31, 35, 40)\"");
    }

    @Test
    void textAndPlotsAreLightOnDarkWhereTheReaderWantsThat() throws Exception {
        assertThat(probe(DARK)).contains("\"background\":\"rgb(13, 17, 23)\"",
                "\"color\":\"rgb(230, 237, 243)\"", "\"ink\":\"rgb(230, 237, 243)\"");
    }

    @Test
    void aPictureOfItHasThePlotsColors() throws Exception {
        Path picture = folder.resolve("page.png");
        browse("report.html", "--window-size=1000,1600", "--screenshot=" + picture);
        var image = ImageIO.read(picture.toFile());
        long bars = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                bars += image.getRGB(x, y) == Ink.JDK_0.color().getRGB() ? 1 : 0;
            }
        }
        assertThat(bars).as("pixels of the nio bar").isGreaterThan(500);
    }
}
