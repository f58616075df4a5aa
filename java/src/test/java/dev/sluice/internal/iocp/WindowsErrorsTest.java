package dev.sluice.internal.iocp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.ffi.windows.NtStatus;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RequestKind;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each row of the tables in docs/windows.md, and that no row is missing there. */
class WindowsErrorsTest {
    private static final Path DOCUMENT =
            Path.of(System.getProperty("sluice.home", ".."), "docs", "windows.md");

    record StatusRow(String status, String code) {}

    record CodeRow(String code, String kind, Outcome outcome) {}

    private static List<String[]> rows(String first) throws IOException {
        List<String[]> rows = new ArrayList<>();
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("| " + first)) {
                String[] cells = line.substring(1, line.length() - 1).split("\\|", -1);
                rows.add(Stream.of(cells).map(String::strip).toArray(String[]::new));
            }
        }
        return rows;
    }

    static List<StatusRow> statuses() throws IOException {
        return rows("STATUS_").stream().map(cells -> new StatusRow(cells[0], cells[1])).toList();
    }

    static List<CodeRow> codes() throws IOException {
        return Stream.concat(rows("WSA").stream(), rows("ERROR_").stream())
                .map(cells -> new CodeRow(cells[0], cells[1], Outcome.valueOf(cells[2])))
                .toList();
    }

    private static int number(Class<?> type, String name) throws ReflectiveOperationException {
        return type.getField(name).getInt(null);
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void aStatusOfAPacketHasItsCode(StatusRow row) throws Exception {
        assertThat(WindowsErrors.codeOf(number(NtStatus.class, row.status())))
                .isEqualTo(number(WinError.class, row.code()));
    }

    @ParameterizedTest
    @MethodSource("codes")
    void aCodeHasItsPortableWord(CodeRow row) throws Exception {
        int code = number(WinError.class, row.code());
        switch (row.kind()) {
            case "any" -> assertThat(WindowsErrors.outcomeOf(code)).isEqualTo(row.outcome());
            case "datagrams" -> {
                assertThat(WindowsErrors.outcomeOf(RequestKind.RECEIVE_FROM, code, false))
                        .isEqualTo(row.outcome());
                assertThat(WindowsErrors.outcomeOf(RequestKind.SEND, code, false))
                        .isEqualTo(row.outcome());
            }
            default -> assertThat(
                    WindowsErrors.outcomeOf(RequestKind.valueOf(row.kind()), code, true))
                    .isEqualTo(row.outcome());
        }
    }

    @Test
    void everyKnownCodeHasItsRow() throws Exception {
        List<String> listed = codes().stream().map(CodeRow::code).toList();
        List<String> missing = new ArrayList<>();
        for (Field field : WinError.class.getFields()) {
            boolean known = WindowsErrors.outcomeOf(field.getInt(null)) != Outcome.UNKNOWN
                    && field.getInt(null) != 0;
            if (known && !listed.contains(field.getName())) {
                missing.add(field.getName());
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyTranslatedStatusHasItsRow() throws Exception {
        List<String> listed = statuses().stream().map(StatusRow::status).toList();
        List<String> missing = new ArrayList<>();
        for (Field field : NtStatus.class.getFields()) {
            int status = field.getInt(null);
            int code = WindowsErrors.codeOf(status);
            boolean translated = code != status && code != 0;
            if (translated && !listed.contains(field.getName())) {
                missing.add(field.getName());
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void aCodeOfTheSystemThatADriverMadeAStatusOfIsThatCode() {
        assertThat(WindowsErrors.codeOf(0xC007_04D2)).isEqualTo(WinError.ERROR_PORT_UNREACHABLE);
        assertThat(WindowsErrors.codeOf(0xC007_2746)).isEqualTo(WinError.WSAECONNRESET);
        assertThat(WindowsErrors.codeOf(0x8007_0040)).isEqualTo(WinError.ERROR_NETNAME_DELETED);
        assertThat(WindowsErrors.codeOf(0xC017_0040)).isEqualTo(0xC017_0040);
    }

    @Test
    void informationIsNoFailure() {
        assertThat(WindowsErrors.codeOf(NtStatus.STATUS_RECEIVE_PARTIAL)).isZero();
        assertThat(WindowsErrors.codeOf(NtStatus.STATUS_RECEIVE_EXPEDITED)).isZero();
        assertThat(WindowsErrors.codeOf(NtStatus.STATUS_RECEIVE_PARTIAL_EXPEDITED)).isZero();
        assertThat(WindowsErrors.codeOf(NtStatus.STATUS_TIMEOUT)).isEqualTo(WinError.WSAETIMEDOUT);
    }

    /** The rows in which this table once differed from those of Microsoft's win-net-test and of libuv. */
    @ParameterizedTest
    @CsvSource({"STATUS_LINK_FAILED, WSAECONNRESET", "STATUS_TOO_MANY_ADDRESSES, WSAENOBUFS",
        "STATUS_BAD_NETWORK_PATH, WSAENETUNREACH", "STATUS_PROTOCOL_UNREACHABLE, WSAENETUNREACH",
        "STATUS_HOPLIMIT_EXCEEDED, WSAENETRESET", "STATUS_SHARING_VIOLATION, WSAEADDRINUSE",
        "STATUS_OBJECT_TYPE_MISMATCH, WSAENOTSOCK", "STATUS_NO_SUCH_DEVICE, WSAENETDOWN",
        "STATUS_REQUEST_NOT_ACCEPTED, WSAEWOULDBLOCK", "STATUS_PIPE_DISCONNECTED, WSAESHUTDOWN"})
    void theTableIsThatOfTheSystemsOwnLibraries(String status, String code) throws Exception {
        assertThat(WindowsErrors.codeOf(number(NtStatus.class, status)))
                .isEqualTo(number(WinError.class, code));
    }

    @Test
    void anUnheardOfNumberIsUnknownAndKeepsItsNumber() {
        assertThat(WindowsErrors.codeOf(0xC0DE1234)).isEqualTo(0xC0DE1234);
        assertThat(WindowsErrors.outcomeOf(0xC0DE1234)).isEqualTo(Outcome.UNKNOWN);
        assertThat(WindowsErrors.describe(0xC0DE1234)).isEqualTo("NTSTATUS 0xC0DE1234");
        assertThat(WindowsErrors.nameOf(54321)).isEqualTo("Windows error 54321");
    }

    @Test
    void aMessageHasNameNumberAndText() {
        assertThat(WindowsErrors.describe(WinError.WSAEADDRINUSE))
                .isEqualTo("WSAEADDRINUSE (10048): Address already in use");
        assertThat(WindowsErrors.nameOf(WinError.ERROR_NETNAME_DELETED))
                .isEqualTo("ERROR_NETNAME_DELETED");
    }

    @Test
    void everyCodeThatMeansSomethingHasAText() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Field field : WinError.class.getFields()) {
            int code = field.getInt(null);
            boolean meant = WindowsErrors.outcomeOf(code) != Outcome.UNKNOWN && code != 0;
            if (meant && !WindowsErrors.nameOf(code).equals(field.getName())) {
                wrong.add(field.getName() + " is " + WindowsErrors.nameOf(code));
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** What was done by ourselves is known to the engine alone, so no code may pretend it. */
    @Test
    void noCodeMeansWhatOnlyWeCanKnow() throws Exception {
        Set<Outcome> ours = EnumSet.of(
                Outcome.CANCELLED, Outcome.CLOSED_LOCALLY, Outcome.DEADLINE, Outcome.NO_BUFFERS);
        for (Field field : WinError.class.getFields()) {
            for (RequestKind kind : RequestKind.values()) {
                assertThat(WindowsErrors.outcomeOf(kind, field.getInt(null), true))
                        .as(field.getName()).isNotIn(ours);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "WSAECONNRESET", "WSAECONNABORTED", "WSAENETRESET", "WSAENOTCONN", "ERROR_NETNAME_DELETED",
        "ERROR_SEM_TIMEOUT", "ERROR_CONNECTION_ABORTED", "WSAETIMEDOUT"})
    void aConnectionThatIsGoneBeforeItsAcceptDoesNotEndTheListener(String name)
            throws Exception {
        assertThat(WindowsErrors.isTransientAcceptError(number(WinError.class, name))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"WSAEMFILE", "WSAEINVAL", "WSAENOTSOCK", "WSAENOBUFS",
        "ERROR_OPERATION_ABORTED"})
    void otherFailuresEndTheAccept(String name) throws Exception {
        assertThat(WindowsErrors.isTransientAcceptError(number(WinError.class, name))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"STATUS_CANCELLED", "STATUS_REQUEST_ABORTED", "STATUS_HANDLES_CLOSED"})
    void theEndsOfACancelAreRecognised(String name) throws Exception {
        int code = WindowsErrors.codeOf(number(NtStatus.class, name));
        assertThat(WindowsErrors.isCancel(code)).isTrue();
        assertThat(WindowsErrors.isCancel(WinError.ERROR_NETNAME_DELETED)).isTrue();
        assertThat(WindowsErrors.isCancel(WinError.WSAECONNRESET)).isFalse();
    }
}
