package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Status;
import dev.sluice.internal.net.IdleCheck;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The same with the JDK's engine, Conscrypt's, and that of OpenSSL by netty-tcnative. */
class TlsProvidersTest extends TlsFixture {
    private static final int MILLION = 1_000_000;

    private static byte[] random() {
        byte[] bytes = new byte[MILLION];
        new Random(MILLION).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({"JDK, JDK", "CONSCRYPT, CONSCRYPT", "OPENSSL, OPENSSL", "CONSCRYPT, JDK",
        "JDK, CONSCRYPT", "OPENSSL, JDK", "JDK, OPENSSL"})
    void aMillionBytesEachWayAtTheSameTimeArriveWhole(TlsProvider dials, TlsProvider serves)
            throws Exception {
        dials.assumeLoaded();
        serves.assumeLoaded();
        byte[] bytes = random();
        try (TlsPair pair = pairOf(dials.client(), serves.server())) {
            CompletableFuture<Long> echoed = background(
                    () -> pair.server().transferTo(pair.server()));
            CompletableFuture<Boolean> written = background(() -> {
                for (int at = 0, length = 1; at < bytes.length; at += length, length += 997) {
                    length = Math.min(length, bytes.length - at);
                    pair.client().write(bytes, at, length);
                }
                return true;
            });
            byte[] read = new byte[MILLION];
            pair.client().readFully(read);
            assertThat(read).isEqualTo(bytes);
            assertThat(result(written)).isTrue();
            assertThat(pair.client().session().getProtocol()).isEqualTo("TLSv1.3");
            pair.client().close();
            assertThat(result(echoed)).isEqualTo(MILLION);
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterCloseNotifyTheOtherDirectionContinuesOrFailsAndNeverEnds(TlsProvider provider)
            throws Exception {
        provider.assumeLoaded();
        try (TlsPair pair = shaken(provider.client(), serving)) { // The JDK's server does not end too.
            pair.client().write(new byte[]{1, 2, 3});
            pair.client().closeWrite();
            byte[] three = new byte[3];
            pair.server().readFully(three);
            assertThat(three).containsExactly(1, 2, 3);
            assertThat(pair.server().read(three)).isEqualTo(-1);
            if (provider != TlsProvider.JDK) {
                assertThatThrownBy(() -> pair.client().read(three))
                        .isInstanceOfSatisfying(NetException.class,
                                failure -> assertThat(failure.status())
                                        .isEqualTo(Status.UNSUPPORTED))
                        .hasMessageContaining("closeWrite()");
                return;
            }
            pair.server().write(new byte[]{4});
            assertThat(pair.client().read(three)).isEqualTo(1);
            assertThat(three[0]).isEqualTo((byte) 4);
            pair.server().closeWrite();
            assertThat(pair.client().read(three)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEndWithoutCloseNotifyIsALoss(TlsProvider provider) throws Exception {
        provider.assumeLoaded();
        try (TlsPair pair = shaken(provider.client(), provider.server())) {
            pair.client().write(new byte[]{7});
            pair.below().client().closeWrite();
            byte[] two = new byte[2];
            assertThat(pair.server().read(two)).isEqualTo(1);
            assertThatThrownBy(() -> pair.server().read(two))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("without close_notify");
        }
    }

    @ParameterizedTest
    @EnumSource
    void bothSidesAgreeOnAProtocol(TlsProvider provider) throws Exception {
        provider.assumeLoaded();
        try (TlsPair pair = shaken(provider.client("h2", "http/1.1"),
                provider.server("http/1.1"))) {
            assertThat(pair.client().applicationProtocol()).isEqualTo("http/1.1");
            assertThat(pair.server().applicationProtocol()).isEqualTo("http/1.1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void smallReadsGetALargeRecordInPartsAndNothingIsLeft(TlsProvider provider) throws Exception {
        provider.assumeLoaded();
        byte[] bytes = new byte[16_000];
        new Random(16).nextBytes(bytes);
        try (TlsPair pair = shaken(provider.client(), provider.server())) {
            pair.server().write(bytes);
            byte[] read = new byte[bytes.length];
            for (int at = 0; at < read.length; at += 100) {
                pair.client().readFully(read, at, 100);
            }
            assertThat(read).isEqualTo(bytes);
            pair.client().write(new byte[]{1});
            assertThat(pair.server().read(new byte[1])).isEqualTo(1);
            assertThat(((IdleCheck) pair.server()).isQuiet()).isTrue();
            pair.client().write(new byte[]{1, 2});
            assertThat(pair.server().read(new byte[1])).isEqualTo(1);
            assertThat(((IdleCheck) pair.server()).isQuiet()).isFalse();
            assertThat(pair.server().read(new byte[1])).isEqualTo(1);
        }
    }

    /** Code in C must not touch what another thread may free; what is held is used where it is. */
    @ParameterizedTest
    @EnumSource
    void memoryOfEachKindIsReadAndWritten(TlsProvider provider) throws Exception {
        provider.assumeLoaded();
        byte[] bytes = random();
        try (TlsPair pair = shaken(provider.client(), provider.server());
                Arena shared = Arena.ofShared();
                Arena another = Arena.ofShared()) {
            MemorySegment from = shared.allocate(50_000);
            from.copyFrom(MemorySegment.ofArray(bytes).asSlice(0, 50_000));
            MemorySegment into = another.allocate(50_000);
            ByteBuffer direct = ByteBuffer.allocateDirect(50_000).put(bytes, 50_000, 50_000).flip();
            CompletableFuture<Boolean> written = background(() -> {
                pair.server().write(from);
                pair.server().write(ByteBuffer.wrap(bytes, 0, 3), direct, from.asByteBuffer());
                return true;
            });
            for (long filled = 0; filled < into.byteSize();) {
                filled += pair.client().read(into.asSlice(filled));
            }
            assertThat(into.mismatch(from)).isEqualTo(-1);
            byte[] three = new byte[3];
            pair.client().readFully(three);
            assertThat(three).containsExactly(bytes[0], bytes[1], bytes[2]);
            ByteBuffer held = ByteBuffer.allocateDirect(50_000);
            while (held.hasRemaining()) {
                assertThat(pair.client().read(held)).isPositive();
            }
            assertThat(held.flip()).isEqualTo(direct.rewind());
            byte[] rest = new byte[50_000];
            pair.client().readFully(rest);
            assertThat(MemorySegment.ofArray(rest).mismatch(from)).isEqualTo(-1);
            assertThat(result(written)).isTrue();
            assertThat(pair.client().read(ByteBuffer.allocate(0))).isZero();
            ByteBuffer readOnly = ByteBuffer.allocate(1).asReadOnlyBuffer();
            assertThatThrownBy(() -> pair.client().read(readOnly))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("read-only");
        }
    }
}
