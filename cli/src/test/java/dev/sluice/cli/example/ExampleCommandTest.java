package dev.sluice.cli.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples as a person starts and stops them: in a process of their own. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ExampleCommandTest {
    private static Process sluice(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED", "-cp",
                        System.getProperty("java.class.path"), "dev.sluice.cli.Main"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String output(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
        return output;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    echo | hi             | hi            | 1 connections finished, 0 lost, 0 failed, 0 aborted
                    chat | ann            | Your name? *  | 1 connections finished, 0 lost, 0 failed, 0 aborted; dropped
                    http | GET / HTTP/1.0 | HTTP/1.1 200  | 1 connections finished, 0 lost, 0 failed, 0 aborted; 1 req
                    files | GET /none HTTP/1.0 | HTTP/1.1 404 | 1 connections finished, 0 lost, 0 failed, 0 aborted; 0 bytes
                    echo --thread-per-port | hi | hi         | 1 connections finished, 0 lost, 0 failed, 0 aborted
                    game | join ann       | welcome ann   | 1 connections finished, 0 lost, 0 failed, 0 aborted by TCP;
                    """)
    void aServerPrintsItsAddressAndAtCtrlCWhatItDid(
            String name, String line, String answer, String sum) throws Exception {
        Process process = sluice(("example " + name).split(" ", -1));
        try (BufferedReader says = new BufferedReader(
                new InputStreamReader(process.getInputStream(), UTF_8))) {
            String greeting = says.readLine();
            assertThat(greeting)
                    .matches(name.replace(" --thread-per-port", "")
                            + " listens on 127\\.0\\.0\\.1:\\d+ \\(.*\\); Ctrl-C ends it");
            assertThat(greeting.contains(", thread per port)"))
                    .isEqualTo(name.endsWith("--thread-per-port"));
            int port = Integer.parseInt(greeting.replaceAll(".*127\\.0\\.0\\.1:(\\d+).*", "$1"));
            assertThat(says.readLine()).startsWith("try: ").contains("" + port);
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.getOutputStream().write((line + "\n\n").getBytes(UTF_8));
                client.shutdownOutput();
                assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
                        .startsWith(answer);
            }
            process.toHandle().destroy(); // as Ctrl-C does, and leaves the output open
            List<String> rest = says.readAllLines();
            assertThat(rest.getLast()).startsWith(sum);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void dialPrintsTheAddressThatAnsweredAndFailsIfNoneDid() throws Exception {
        Process dial = sluice("example", "dial", "no-such-host.invalid:80");
        assertThat(output(dial)).isEqualTo("no-such-host.invalid:80: no such host\n");
        assertThat(dial.exitValue()).isEqualTo(1);
    }

    @Test
    void misuseIsOneLine() throws Exception {
        Process unknown = sluice("example", "nonsense");
        assertThat(output(unknown))
                .isEqualTo("sluice example: unknown example 'nonsense'; there are"
                        + " chat, dial, discovery, echo, files, game, http, https, proxy, receive, send"
                        + " (see sluice example --help)\n");
        assertThat(unknown.exitValue()).isEqualTo(2);
        Process port = sluice("example", "echo", "--port", "70000");
        assertThat(output(port)).isEqualTo(
                "sluice example echo: port 70000: use 0 to 65535 (see sluice example echo --help)\n");
        assertThat(port.exitValue()).isEqualTo(2);
        Process pem = sluice("example", "https", "--certificate", "none.pem", "--key", "none.pem");
        assertThat(output(pem)).contains("none.pem").hasLineCount(1);
        assertThat(pem.exitValue()).isEqualTo(1);
        Process target = sluice("example", "dial", "localhost");
        assertThat(output(target)).contains("'localhost': use host:port");
        assertThat(target.exitValue()).isEqualTo(2);
    }

    @Test
    void aFileIsSentAndReceived(@TempDir Path folder) throws Exception {
        Path from = Files.write(folder.resolve("from"), new byte[100_000]);
        Path into = folder.resolve("into");
        Process receive = sluice("example", "receive", into.toString());
        try (BufferedReader says = receive.inputReader()) {
            String waits = says.readLine();
            assertThat(waits).startsWith("receive waits at 127.0.0.1:");
            Process send = sluice("example", "send", from.toString(),
                    waits.substring(waits.lastIndexOf(' ') + 1));
            assertThat(output(send)).startsWith("100,000 bytes in ");
            assertThat(send.exitValue()).isZero();
            assertThat(says.readLine()).isEqualTo("100,000 bytes");
            assertThat(receive.waitFor()).isZero();
        } finally {
            receive.destroyForcibly();
        }
        assertThat(Files.mismatch(from, into)).isEqualTo(-1);
        Process again = sluice("example", "receive", into.toString());
        assertThat(output(again)).startsWith("sluice example receive: receive " + into + ": ");
        assertThat(again.exitValue()).isEqualTo(1);
    }

    @Test
    void theChatOnAUnixSocketNamesItsFile(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("chat");
        Process chat = sluice("example", "chat", "--unix", file.toString());
        try (BufferedReader says = chat.inputReader()) {
            assertThat(says.readLine()).startsWith("chat listens on unix:" + file + " (");
            assertThat(says.readLine()).startsWith("try: nc -U " + file);
            chat.toHandle().destroy();
            assertThat(says.readAllLines().getLast()).startsWith("0 connections finished");
        } finally {
            chat.destroyForcibly();
        }
    }

    @Test
    void discoveryPrintsWhatItAnnounces() throws Exception {
        String name = "test-" + ProcessHandle.current().pid();
        Process discovery =
                sluice("example", "discovery", "--announce", name + "=127.0.0.1:7");
        try (BufferedReader says = discovery.inputReader()) {
            String line = says.readLine();
            while (!line.equals("+ " + name + " at 127.0.0.1:7")) {
                line = says.readLine(); // Of other members on this machine.
            }
        } finally {
            discovery.destroyForcibly();
        }
        Process wrong = sluice("example", "discovery", "--announce", "a=nowhere");
        assertThat(output(wrong)).contains("use 127.0.0.1:80");
        assertThat(wrong.exitValue()).isEqualTo(2);
    }
}
