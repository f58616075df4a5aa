package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteCheckTest {
    private static final Load LOAD = new Load(4, 64, 2);
    private static final long SEED = 42;
    private static final long LONG_ENOUGH_MILLIS = 10_000;

    private static long check(TestServer.Behaviour behaviour, Load load, long timeoutMillis)
            throws IOException {
        try (TestServer server = new TestServer(behaviour)) {
            return ByteCheck.run(server.address(), load, SEED, timeoutMillis);
        }
    }

    /** Echoes, changed by what the function does with each chunk. */
    private static TestServer.Behaviour changed(Change change) {
        return (in, out) -> {
            byte[] chunk = new byte[1000];
            int read = in.read(chunk);
            while (read >= 0) {
                change.apply(chunk, read, out);
                read = in.read(chunk);
            }
        };
    }

    private interface Change {
        void apply(byte[] chunk, int length, OutputStream out) throws IOException;
    }

    /** Does something else to the first chunk of the first connection. */
    private static Change once(Change bad) {
        AtomicBoolean done = new AtomicBoolean();
        return (chunk, length, out) -> {
            if (done.compareAndSet(false, true)) {
                bad.apply(chunk, length, out);
            } else {
                out.write(chunk, 0, length);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"1x64", "100x64", "3x16384", "8x64p16", "1x1"})
    void aServerThatEchoesPasses(String load) throws IOException {
        long checked = check(InputStream::transferTo, Load.parse(load), LONG_ENOUGH_MILLIS);
        assertThat(checked).isGreaterThan(4L * Load.parse(load).messageBytes());
    }

    @Test
    void aChangedByteIsFound() {
        Change flip = (chunk, length, out) -> {
            chunk[length / 2] ^= 1;
            out.write(chunk, 0, length);
        };
        assertThatExceptionOfType(ByteCheckException.class)
                .isThrownBy(() -> check(changed(once(flip)), LOAD, LONG_ENOUGH_MILLIS))
                .withMessageContaining("came back changed");
    }

    @Test
    void aDroppedByteIsFound() {
        Change drop = (chunk, length, out) -> out.write(chunk, 1, length - 1);
        assertThatExceptionOfType(ByteCheckException.class)
                .isThrownBy(() -> check(changed(once(drop)), LOAD, LONG_ENOUGH_MILLIS));
    }

    @Test
    void aByteTooMuchAtTheEndIsFound() {
        TestServer.Behaviour extra = (in, out) -> {
            in.transferTo(out);
            out.write(0);
        };
        assertThatExceptionOfType(ByteCheckException.class)
                .isThrownBy(() -> check(extra, LOAD, LONG_ENOUGH_MILLIS))
                .withMessageContaining("more came back");
    }

    @Test
    void anEchoThatEndsEarlyIsFound() {
        TestServer.Behaviour lazy = (in, out) -> {
            byte[] all = in.readAllBytes();
            out.write(all, 0, all.length - 1);
        };
        assertThatExceptionOfType(ByteCheckException.class)
                .isThrownBy(() -> check(lazy, LOAD, LONG_ENOUGH_MILLIS))
                .withMessageContaining("ended early");
    }

    @Test
    void aServerThatKeepsSilentIsGivenUp() {
        CountDownLatch testIsDone = new CountDownLatch(1);
        TestServer.Behaviour silent = (in, out) -> {
            in.readAllBytes();
            awaitUninterruptibly(testIsDone);
        };
        assertThatExceptionOfType(ByteCheckException.class)
                .isThrownBy(() -> check(silent, LOAD, 200))
                .withMessageContaining("nothing comes back any more");
        testIsDone.countDown();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
