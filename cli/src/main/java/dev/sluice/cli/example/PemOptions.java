package dev.sluice.cli.example;

import dev.sluice.cli.CommandFailure;
import dev.sluice.examples.PemCertificate;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The certificate of an example server. */
final class PemOptions {
    @Option(names = "--certificate", paramLabel = "F", required = true,
            description = "The server's certificate and its chain, in PEM.")
    private Path chain = Path.of("");

    @Option(names = "--key", paramLabel = "F", required = true,
            description = "Its private key, in PEM (PKCS #8).")
    private Path key = Path.of("");

    /** Made by picocli, which then fills in the options. */
    PemOptions() {}

    PemCertificate read() {
        try {
            return PemCertificate.read(chain, key);
        } catch (IOException unreadable) {
            throw new CommandFailure("certificate: " + unreadable, unreadable);
        }
    }
}
