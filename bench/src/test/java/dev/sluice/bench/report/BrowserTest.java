package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.bench.peers.Peers;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Results;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser. */
class BrowserTest {
    private static final int SECONDS = 300;
    private static final int PHONE_WIDTH = 390;
    private static final List<String> SERVERS = Stream.concat(
            Stream.of("c-epoll", "c-io_uring", "c-iocp"), Peers.names(Task.ECHO).stream()).toList();
    private static final String DARK = "--blink-settings=preferredColorScheme=0";

    private static final int DESK_WIDTH = 1200;

    /**
     * Shows the page in a frame of a width and writes what it finds into its title. Bars and points
     * have the colours of their rows as fill or stroke; what else a drawing has is not a row's.
     */
    private static final String PROBE = """
            <!DOCTYPE html><title>nothing</title>
            <iframe src="report.html" width="WIDTH" height="800" style="border:0"></iframe>
            <script>
            window.onload = () => {
              const page = document.querySelector('iframe').contentDocument;
              const view = page.defaultView;
              const drawings = [...page.querySelectorAll('figure svg')];
              const style = view.getComputedStyle(page.body);
              const text = page.querySelector('figure svg path');
              const variables = new Map();
              for (const name of NAMES) {
                const probe = page.createElement('i');
                probe.style.color = 'var(' + name + ')';
                page.body.append(probe);
                variables.set(view.getComputedStyle(probe).color, name);
                probe.remove();
              }
              const inks = drawing => new Set([...drawing.querySelectorAll('*')].flatMap(part => {
                const look = view.getComputedStyle(part);
                return [look.fill, look.stroke].filter(color => variables.has(color));
              })).size;
              const scrolls = [...page.querySelectorAll('.scroll')];
              document.title = JSON.stringify({
                width: page.documentElement.scrollWidth,
                drawn: drawings.filter(one => one.getBoundingClientRect().width > 300
                    && one.getBoundingClientRect().height > 60).length,
                outside: [...page.querySelectorAll('body *')].filter(part =>
                    !part.closest('table') && !part.closest('svg')
                    && part.getBoundingClientRect().right > view.innerWidth + .5).length,
                captions: [...page.querySelectorAll('caption span')].filter(words =>
                    words.getBoundingClientRect().right > view.innerWidth).length,
                cut: scrolls.filter(one => one.scrollWidth > one.clientWidth).length,
                colors: variables.size,
                fewest: Math.min(...drawings.map(inks)),
                background: style.backgroundColor,
                color: style.color,
                ink: view.getComputedStyle(text).fill});
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
        write(Samples.results(List.of(Samples.load(Samples.slices(8)))));
    }

    private void write(Results results) throws IOException {
        ReportPage.write(List.of(new Run("", results)), Map.of(), folder.resolve("report.html"));
    }

    /** A page with every server that there can be. */
    private void writeCrowdedPage() throws IOException {
        write(Samples.results(List.of(Samples.crowded(SERVERS)),
                Samples.crowdedSections(SERVERS)));
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
        return probe(PHONE_WIDTH, options);
    }

    private String probe(int width, String... options) throws Exception {
        String names = Stream.of(ReportColor.values()).filter(ink -> ink.name().contains("_"))
                .map(ink -> "'" + ink.variable() + "'").collect(Collectors.joining(",", "[", "]"));
        Files.writeString(folder.resolve("probe.html"),
                PROBE.replace("WIDTH", Integer.toString(width)).replace("NAMES", names));
        List<String> all = new ArrayList<>(List.of("--dump-dom", "--virtual-time-budget=5000"));
        all.add("--window-size=" + (width + 100) + ",900");
        all.addAll(List.of(options));
        String dom = browse("probe.html", all.toArray(String[]::new));
        return dom.replaceAll("(?s).*<title>(.*?)</title>.*", "$1");
    }

    @Test
    void aPhoneShowsThePageWithoutScrollingSideways() throws Exception {
        assertThat(probe()).contains("\"width\":" + PHONE_WIDTH).contains("\"drawn\":5");
    }

    @Test
    void nothingIsWiderThanThePageWhateverTheTablesHold() throws Exception {
        writeCrowdedPage();
        assertThat(probe(PHONE_WIDTH)).contains("\"width\":" + PHONE_WIDTH, "\"outside\":0",
                "\"captions\":0");
        assertThat(probe(DESK_WIDTH)).contains("\"width\":" + DESK_WIDTH, "\"outside\":0",
                "\"cut\":0");
    }

    @Test
    void rowsOfAPlotHaveColorsOfTheirOwn() throws Exception {
        writeCrowdedPage();
        String rows = "\"fewest\":" + SERVERS.size();
        long inks = Stream.of(ReportColor.values()).filter(ink -> ink.name().contains("_")).count();
        assertThat(probe(DESK_WIDTH)).contains("\"colors\":" + inks, rows);
        assertThat(probe(DESK_WIDTH, DARK)).contains("\"colors\":" + inks, rows);
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
                bars += image.getRGB(x, y) == ReportColor.JDK_0.awt().getRGB() ? 1 : 0;
            }
        }
        assertThat(bars).as("pixels of the nio bar").isGreaterThan(500);
    }
}
