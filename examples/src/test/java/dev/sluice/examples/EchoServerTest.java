package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EchoServerTest extends ExampleTest {
    private EchoServer echo;

    @BeforeEach
    void start() {
        echo = EchoServer.start(listener);
    }

    @AfterEach
    void stop() {
        echo.stop();
    }

    @Test
    void everyByteComesBackThenTheEnd() throws Exception {
        byte[] sent = new byte[1_000_000];
        new Random(1).nextBytes(sent);
        try (Socket client = connect()) {
            Thread.ofVirtual().start(() -> {
                try {
                    client.getOutputStream().write(sent);
                    client.shutdownOutput();
                } catch (java.io.IOException failure) {
                    throw new java.io.UncheckedIOException(failure);
                }
            });
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(sent);
        }
        assertThat(echo.stop()).isEqualTo("1 connections finished, 0 lost, 0 failed, 0 aborted");
    }

    @Test
    void nc() throws Exception {
        RealClient.requireNc();
        RealClient.Ended ended =
                RealClient.run("hello\nthere\n", "nc", "-N", "127.0.0.1", port() + "");
        assertThat(ended.success()).isEqualTo("hello\nthere\n");
    }

    @Test
    void pythonAsyncio() throws Exception {
        assertThat(RealClient.python("echo", port())).contains("20 connections");
    }

    @Test
    void go() throws Exception {
        assertThat(RealClient.go("echo", port())).contains("20 connections");
    }

    @Test
    void node() throws Exception {
        assertThat(RealClient.node("echo", port())).contains("20 connections");
    }
}
