package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Talks to the servers that the documents show, which print where they listen. */
final class EchoClient {
    private static final byte[] MESSAGE = "over the sluice".getBytes(StandardCharsets.US_ASCII);

    private EchoClient() {}

    /** The same program at a free port: a fixed one may be taken on the machine that runs tests. */
    static String atAnyPort(String source) {
        assertThat(source).contains("7777");
        return source.replace("7777", "0");
    }

    /** Reads the line in which a server prints its address. */
    static int portOf(DocumentedProgram server) throws IOException {
        String line = server.line();
        assertThat(line).startsWith("listening on 127.0.0.1:");
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    /** Sends a message and reads it back. */
    static void exchange(Socket client) throws IOException {
        client.getOutputStream().write(MESSAGE);
        assertThat(client.getInputStream().readNBytes(MESSAGE.length)).isEqualTo(MESSAGE);
    }

    /** Runs a program that echoes, and ends a connection from this side. */
    static void assertEchoes(Path folder, List<String> options, String source)
            throws IOException {
        try (DocumentedProgram program =
                DocumentedProgram.start(folder, options, atAnyPort(source));
                Socket client = connect(portOf(program))) {
            exchange(client);
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).as("its end after ours").isEqualTo(-1);
            assertThat(program.isAlive()).isTrue();
        }
    }

    /** Runs a program at any port that sends each datagram back. */
    static void assertEchoesDatagrams(Path folder, String source) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (DocumentedProgram server = DocumentedProgram.start(folder, source);
                DatagramSocket socket = new DatagramSocket(0, loopback)) {
            socket.send(new DatagramPacket(MESSAGE, MESSAGE.length, loopback, portOf(server)));
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            socket.receive(answer);
            assertThat(Arrays.copyOf(answer.getData(), answer.getLength())).isEqualTo(MESSAGE);
        }
    }
}
