package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's certificate and key, in the files of PEM that certificate authorities issue. Files that were
 * renewed are used for later connections, without a restart.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>
 */
public final class PemCertificate {
    private static final Logger LOG = LoggerFactory.getLogger(PemCertificate.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Pattern KEY = Pattern.compile(
            "-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);

    private record Loaded(SSLContext context, FileTime chainTime, FileTime keyTime) {}

    private final Path chain;
    private final Path key;

    // Guarded by this.

    private Loaded loaded;
    private long lookedNanos = System.nanoTime();

    private PemCertificate(Path chain, Path key) throws IOException {
        this.chain = chain;
        this.key = key;
        this.loaded = load();
    }

    /**
     * Reads both files.
     *
     * @param chain the server's certificate, then those that lead to the authority's
     * @param key the private key, in the form PKCS #8 without a password
     * @throws IOException if a file cannot be read, or has something else
     */
    public static PemCertificate read(Path chain, Path key) throws IOException {
        return new PemCertificate(chain, key);
    }

    /** Returns the context of the files; a renewal that cannot be read leaves the one before. */
    public synchronized SSLContext context() {
        if (System.nanoTime() - lookedNanos > BETWEEN_LOOKS.toNanos()) {
            lookedNanos = System.nanoTime();
            try {
                if (!loaded.chainTime.equals(Files.getLastModifiedTime(chain))
                        || !loaded.keyTime.equals(Files.getLastModifiedTime(key))) {
                    loaded = load();
                    LOG.info("{} was renewed", chain);
                }
            } catch (IOException unreadable) {
                LOG.warn("{} cannot be renewed", chain, unreadable);
            }
        }
        return loaded.context;
    }

    private Loaded load() throws IOException {
        // Times first: a file that changes meanwhile is read again.
        FileTime chainTime = Files.getLastModifiedTime(chain);
        FileTime keyTime = Files.getLastModifiedTime(key);
        try (InputStream in = Files.newInputStream(chain)) {
            Certificate[] certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(in).toArray(Certificate[]::new);
            if (certificates.length == 0) {
                throw new IOException(chain + ": no certificate in PEM");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            char[] password = {}; // of the entry in memory
            store.setKeyEntry("server", readKey(certificates[0].getPublicKey().getAlgorithm()),
                    password, certificates);
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return new Loaded(context, chainTime, keyTime);
        } catch (GeneralSecurityException unfit) {
            throw new IOException(chain + " with " + key + ": " + unfit.getMessage(), unfit);
        }
    }

    private PrivateKey readKey(String algorithm) throws IOException, GeneralSecurityException {
        Matcher matcher = KEY.matcher(Files.readString(key, US_ASCII));
        if (!matcher.find()) {
            throw new IOException(key + ": no 'BEGIN PRIVATE KEY'; convert it with"
                    + " openssl pkcs8 -topk8 -nodes");
        }
        byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }
}
