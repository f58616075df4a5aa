package dev.sluice.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RequestKind;
import java.lang.reflect.Field;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinuxErrorsTest {
    @ParameterizedTest
    @CsvSource({
        "ECANCELED, CANCELLED", "ETIMEDOUT, TIMED_OUT", "ECONNRESET, RESET",
        "ECONNABORTED, ABORTED", "EPIPE, BROKEN_PIPE", "ECONNREFUSED, REFUSED",
        "EHOSTUNREACH, UNREACHABLE", "ENETUNREACH, UNREACHABLE", "EHOSTDOWN, UNREACHABLE",
        "ENETDOWN, UNREACHABLE", "EADDRINUSE, ADDRESS_IN_USE",
        "EADDRNOTAVAIL, ADDRESS_UNAVAILABLE", "ENODEV, ADDRESS_UNAVAILABLE",
        "ENOTCONN, NOT_CONNECTED", "EMSGSIZE, MESSAGE_TOO_BIG",
        "EMFILE, OUT_OF_DESCRIPTORS", "ENFILE, OUT_OF_DESCRIPTORS", "ENOBUFS, OUT_OF_MEMORY",
        "ENOMEM, OUT_OF_MEMORY", "EOPNOTSUPP, UNSUPPORTED", "EPROTONOSUPPORT, UNSUPPORTED",
        "EAFNOSUPPORT, UNSUPPORTED", "ENOPROTOOPT, UNSUPPORTED", "ENOSYS, UNSUPPORTED",
        "EACCES, PERMISSION", "EPERM, PERMISSION", "EINVAL, INVALID", "EBADF, INVALID",
        "ENOTSOCK, INVALID", "EFAULT, INVALID", "EISCONN, INVALID", "EALREADY, INVALID",
        "EDESTADDRREQ, NOT_CONNECTED", "EXFULL, UNKNOWN"})
    void anErrorHasItsPortableWord(String name, Outcome outcome) throws Exception {
        int errno = Errno.class.getField(name).getInt(null);
        assertThat(LinuxErrors.outcomeOf(errno)).isEqualTo(outcome);
        assertThat(LinuxErrors.outcomeOf(RequestKind.RECEIVE, errno)).isEqualTo(outcome);
    }

    @Test
    void noErrorIsOk() {
        assertThat(LinuxErrors.outcomeOf(0)).isEqualTo(Outcome.OK);
    }

    @Test
    void anUnheardOfNumberIsUnknownAndKeepsItsNumber() {
        assertThat(LinuxErrors.outcomeOf(4000)).isEqualTo(Outcome.UNKNOWN);
        assertThat(LinuxErrors.nameOf(4000)).isEqualTo("errno 4000");
        assertThat(LinuxErrors.describe(4000)).isEqualTo("errno 4000");
    }

    @Test
    void connectingWhereNoSocketLiesIsRefused() {
        assertThat(LinuxErrors.outcomeOf(RequestKind.CONNECT, Errno.ENOENT))
                .isEqualTo(Outcome.REFUSED);
        assertThat(LinuxErrors.outcomeOf(RequestKind.CONNECT, Errno.EAGAIN))
                .isEqualTo(Outcome.ADDRESS_UNAVAILABLE);
        assertThat(LinuxErrors.outcomeOf(Errno.ENOENT)).isEqualTo(Outcome.ADDRESS_UNAVAILABLE);
    }

    /** These come from our own side alone: no error number may pretend them. */
    @Test
    void noErrorNumberMeansWhatOnlyWeCanKnow() {
        Set<Outcome> ours = EnumSet.of(
                Outcome.EOF, Outcome.CLOSED_LOCALLY, Outcome.DEADLINE, Outcome.NO_BUFFERS);
        for (int errno = 0; errno < 4096; errno++) {
            for (RequestKind kind : RequestKind.values()) {
                assertThat(LinuxErrors.outcomeOf(kind, errno)).isNotIn(ours);
            }
        }
    }

    @Test
    void everyErrorHasItsNameAndText() throws Exception {
        for (Field field : Errno.class.getFields()) {
            int errno = field.getInt(null);
            assertThat(LinuxErrors.nameOf(errno)).isEqualTo(field.getName());
            assertThat(LinuxErrors.describe(errno))
                    .matches(field.getName() + " \\(" + errno + "\\): [A-Z.].+");
        }
        assertThat(LinuxErrors.describe(98)).isEqualTo("EADDRINUSE (98): Address already in use");
    }

    @Test
    void acceptContinuesAfterTheErrorOfOneConnection() {
        assertThat(LinuxErrors.isTransientAcceptError(Errno.ECONNABORTED)).isTrue();
        assertThat(LinuxErrors.isTransientAcceptError(Errno.EPROTO)).isTrue();
        assertThat(LinuxErrors.isTransientAcceptError(Errno.EMFILE)).isFalse();
        assertThat(LinuxErrors.isTransientAcceptError(Errno.EINVAL)).isFalse();
        // The listener may be no stream socket at all: trying again would never end.
        assertThat(LinuxErrors.isTransientAcceptError(Errno.EOPNOTSUPP)).isFalse();
    }
}
