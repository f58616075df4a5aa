package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAnswersTest {
    private static final String ANSWER = String.join("\r\n", "HTTP/1.1 200 OK", "Date: today",
            "Content-length: 13", "", "Hello, World!");

    private final HttpAnswers answers = new HttpAnswers();

    private int take(String text) throws IOException {
        return answers.take(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void answersMayComeInAnyPieces() throws IOException {
        for (int i = 0; i < ANSWER.length(); i++) {
            assertThat(take(ANSWER.substring(0, i))).isZero();
            assertThat(take(ANSWER.substring(i) + ANSWER)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 404 Not Found\r\nContent-Length: 13\r\n\r\nHello, World!",
        "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nHello, World",
        "HTTP/1.1 200 OK\r\n\r\nHello, World!",
        "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\nHello, Wurld!",
        "HTTP/1.1 200 OK\nContent-Length: 13\r\n\r\nHello, World!",
        "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\nHello, World!more\r\n"})
    void anAnswerThatIsNotTheExpectedOneFails(String text) {
        assertThatExceptionOfType(ByteCheckException.class).isThrownBy(() -> take(text));
    }
}
