package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The variables of sd_listen_fds(3). */
class InheritedSocketTest {
    private static final long PID = 4711;

    private static Map<String, String> with(String fds) {
        return Map.of("LISTEN_PID", "4711", "LISTEN_FDS", fds);
    }

    @Test
    void socketsAreNumberedFromThreeOn() {
        assertThat(InheritedSocket.of(with("2"), PID)).containsExactly(
                new InheritedSocket("unknown", 3), new InheritedSocket("unknown", 4));
    }

    @Test
    void namesAreInTheOrderOfTheNumbers() {
        Map<String, String> environment = Map.of("LISTEN_PID", "4711", "LISTEN_FDS", "3",
                "LISTEN_FDNAMES", "http::admin");
        assertThat(InheritedSocket.of(environment, PID)).containsExactly(
                new InheritedSocket("http", 3), new InheritedSocket("", 4),
                new InheritedSocket("admin", 5));
    }

    @Test
    void thoseOfAnotherProcessAreNotOurs() {
        assertThat(InheritedSocket.of(with("1"), PID + 1)).isEmpty();
    }

    @Test
    void withoutTheVariablesThereAreNone() {
        assertThat(InheritedSocket.of(Map.of(), PID)).isEmpty();
        assertThat(InheritedSocket.of(Map.of("LISTEN_FDS", "1"), PID)).isEmpty();
        assertThat(InheritedSocket.of(Map.of("LISTEN_PID", "4711"), PID)).isEmpty();
        assertThat(InheritedSocket.of(with("0"), PID)).isEmpty();
        assertThat(InheritedSocket.fromEnvironment()).isEqualTo(List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "one", "1 ", "99999999999999999999", "2147483647"})
    void aWrongNumberOfSocketsIsNamed(String fds) {
        assertThatThrownBy(() -> InheritedSocket.of(with(fds), PID))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("LISTEN_FDS=" + fds
                        + " is not a number from 0 to 1,048,576: unset it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-5", "self"})
    void aWrongProcessIsNamed(String pid) {
        Map<String, String> environment = Map.of("LISTEN_PID", pid, "LISTEN_FDS", "1");
        assertThatThrownBy(() -> InheritedSocket.of(environment, PID))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("LISTEN_PID=" + pid + " is not a number of 1 or more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "one", "one:two:three"})
    void namesThatAreNotOneForEachSocketAreRefused(String names) {
        Map<String, String> environment = Map.of("LISTEN_PID", "4711", "LISTEN_FDS", "2",
                "LISTEN_FDNAMES", names);
        assertThatThrownBy(() -> InheritedSocket.of(environment, PID))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("LISTEN_FDNAMES=" + names + " has")
                .hasMessageContaining("a name for each socket");
    }
}
