package dev.sluice.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRequestsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: here\r\n\r\n";
    private static final String POST =
            "POST /x HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\n\r\n\r\nx";

    private final HttpRequests requests = new HttpRequests();

    private int parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return requests.parse(bytes, bytes.length);
    }

    @Test
    void aRequestMayBeSplitAtAnyByte() {
        String both = GET + POST + GET;
        for (int i = 1; i < both.length(); i++) {
            HttpRequests split = new HttpRequests();
            byte[] first = both.substring(0, i).getBytes(StandardCharsets.US_ASCII);
            byte[] second = both.substring(i).getBytes(StandardCharsets.US_ASCII);
            int early = split.parse(first, first.length);
            assertThat(early).isEqualTo(i < GET.length()
                    ? 0
                    : i < GET.length() + POST.length() ? 1 : 2);
            assertThat(early + split.parse(second, second.length)).isEqualTo(3);
            assertThat(split.isOver()).isFalse();
        }
    }

    @Test
    void eachByteMayComeAlone() {
        int ended = 0;
        for (byte next : (GET + POST).getBytes(StandardCharsets.US_ASCII)) {
            ended += requests.parse(new byte[]{next}, 1);
        }
        assertThat(ended).isEqualTo(2);
    }

    @Test
    void requestsMayComeTogether() {
        assertThat(parse(GET.repeat(1000))).isEqualTo(1000);
    }

    @Test
    void onlyTheBytesThatCameCount() {
        byte[] bytes = Arrays.copyOf(GET.getBytes(StandardCharsets.US_ASCII), 1000);
        assertThat(requests.parse(bytes, GET.length() - 1)).isZero();
    }

    @Test
    void longHeadersAreTakenUpToALimit() {
        assertThat(parse("GET / HTTP/1.1\r\nX: " + "y".repeat(8000) + "\r\n\r\n")).isEqualTo(1);
        assertThat(parse("GET / HTTP/1.1\r\nX: " + "y".repeat(9000) + "\r\n\r\n")).isZero();
        assertThat(requests.isRefused()).isTrue();
    }

    @Test
    void whatFollowsTheLastRequestIsIgnored() {
        assertThat(parse("GET / HTTP/1.1\r\nCONNECTION: Close\r\n\r\n" + GET)).isEqualTo(1);
        assertThat(requests.isOver()).isTrue();
        assertThat(requests.isRefused()).isFalse();
        assertThat(parse(GET)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /\r\n\r\n", "GET / HTTP/1.0\r\n\r\n", " / HTTP/1.1\r\n\r\n",
        "GET  HTTP/1.1\r\n\r\n", "nonsense\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\n: no name\r\n\r\n", "GET / HTTP/1.1\r\nname : space\r\n\r\n",
        "GET / HTTP/1.1\r\n folded: line\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: \r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"})
    void whatIsNoRequestIsRefused(String text) {
        assertThat(parse(text)).isZero();
        assertThat(requests.isOver()).isTrue();
        assertThat(requests.isRefused()).isTrue();
    }
}
