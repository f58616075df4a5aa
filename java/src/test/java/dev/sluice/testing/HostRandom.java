package dev.sluice.testing;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.Provider;
import java.security.SecureRandomSpi;
import java.util.List;
import java.util.Map;

/**
 * Random numbers under Wine, from the Linux below it. Those of the JDK look at the network interfaces
 * first, which ends the process there. Named in src/test/resources/wine.security.
 */
public final class HostRandom extends Provider {
    private static final long serialVersionUID = 1L;

    /** Made by the JDK. */
    public HostRandom() {
        super("HostRandom", "1", "random numbers of the system below Wine");
        putService(
                new Service(this, "SecureRandom", "HostRandom", Source.class.getName(), List.of(),
                        Map.of()));
    }

    /** Reads the random device. */
    public static final class Source extends SecureRandomSpi {
        private static final long serialVersionUID = 1L;

        /** Made by the JDK. */
        public Source() {}

        @Override
        protected void engineSetSeed(byte[] seed) {
            // The device needs no seed.
        }

        @Override
        protected void engineNextBytes(byte[] bytes) {
            try (InputStream device = new FileInputStream("Z:/dev/urandom")) {
                device.readNBytes(bytes, 0, bytes.length);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        protected byte[] engineGenerateSeed(int count) {
            byte[] seed = new byte[count];
            engineNextBytes(seed);
            return seed;
        }
    }
}
