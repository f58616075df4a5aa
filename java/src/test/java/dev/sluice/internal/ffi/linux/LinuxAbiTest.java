package dev.sluice.internal.ffi.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.ffi.AbiProof;
import dev.sluice.internal.ffi.AbiRecord;
import dev.sluice.internal.ffi.Architecture;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every number of the Linux bindings against the recorded output of the C compiler. */
@Tag("aarch64")
class LinuxAbiTest {
    static List<Class<?>> classesWithNumbers() throws Exception {
        return AbiProof.classesBeside(Libc.class).stream()
                .filter(type -> !AbiProof.numbers(type).isEmpty())
                .toList();
    }

    private static AbiRecord recordOfThisArchitecture() throws Exception {
        return AbiRecord.load("linux-" + Architecture.CURRENT.name().toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @MethodSource("classesWithNumbers")
    void agreesWithC(Class<?> type) throws Exception {
        assertThat(AbiProof.findings(type, recordOfThisArchitecture())).isEmpty();
    }

    @Test
    void findsAllLayoutsAndConstants() throws Exception {
        assertThat(classesWithNumbers())
                .contains(EpollEvent.class, IoUringSqe.class, Errno.class, UringConstants.class)
                .hasSizeGreaterThan(30);
    }

    /** The recorded file covers the layouts in full: one of them forgotten here is found. */
    @Test
    void everyRecordedStructureHasItsLayout() throws Exception {
        List<String> layouts = classesWithNumbers().stream()
                .flatMap(type -> List.of(type.getFields()).stream())
                .filter(field -> field.getName().equals("STRUCT"))
                .map(LinuxAbiTest::text)
                .toList();
        assertThat(recordOfThisArchitecture().structs().keySet())
                .containsExactlyInAnyOrderElementsOf(layouts);
    }

    private static String text(Field field) {
        try {
            return (String) field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aWrongNumberIsFound() throws Exception {
        assertThat(AbiProof.findings(WrongLayout.class, recordOfThisArchitecture()))
                .containsExactlyInAnyOrder(
                        "WrongLayout.SIZE is 17, in C 16",
                        "WrongLayout.IOV_LEN is 4, in C 8",
                        "WrongLayout.IOV_COUNT is 0, in C null");
        assertThat(AbiProof.findings(WrongConstants.class, recordOfThisArchitecture()))
                .containsExactlyInAnyOrder(
                        "WrongConstants.EPERM is 2, in C 1",
                        "WrongConstants.EUNHEARDOF is 7, in C null");
    }

    static final class WrongLayout {
        public static final String STRUCT = "struct iovec";
        public static final int SIZE = 17;
        public static final int IOV_BASE = 0;
        public static final int IOV_LEN = 4;
        public static final int IOV_COUNT = 0;

        private WrongLayout() {}
    }

    static final class WrongConstants {
        public static final int EPERM = 2;
        public static final int ENOENT = 2;
        public static final int EUNHEARDOF = 7;

        private WrongConstants() {}
    }
}
