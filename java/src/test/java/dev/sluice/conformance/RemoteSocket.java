package dev.sluice.conformance;

import dev.sluice.Address;
import dev.sluice.testing.OwnLoopback;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A socket of the program .ci/wine-peers.py, whose port the system property {@code sluice.test.peers}
 * names: tests under Wine have their peers outside of it. Reading has a control connection of its
 * own, since it waits.
 */
final class RemoteSocket implements PlainWire, Closeable {
    private static final int PEERS = Integer.getInteger("sluice.test.peers", 0);

    private final Control reading = new Control();
    private final Control control;
    private final long number;
    private final int localPort;
    private boolean closed;

    /** Takes over a socket that the other process named by "number port". */
    private RemoteSocket(Control control, String named) throws IOException {
        String[] words = named.split(" ", -1);
        this.control = control;
        this.number = Long.parseLong(words[0]);
        this.localPort = Integer.parseInt(words[1]);
    }

    static boolean isWanted() {
        return PEERS != 0;
    }

    static RemoteSocket connect(Address to, int receiveBufferBytes) throws IOException {
        Control control = new Control();
        String question = "connect " + to.port() + " " + receiveBufferBytes + " "
                + numberOf(to.toInetSocketAddress().getAddress());
        return new RemoteSocket(control, control.ask(question));
    }

    static RemoteSocket listen(int receiveBufferBytes) throws IOException {
        Control control = new Control();
        return new RemoteSocket(control, control.ask("listen " + receiveBufferBytes + " "
                + numberOf(OwnLoopback.inet())));
    }

    /** An IPv4 address as a number, as the other process reads numbers alone. */
    private static long numberOf(InetAddress address) {
        return Integer.toUnsignedLong(ByteBuffer.wrap(address.getAddress()).getInt());
    }

    RemoteSocket accept() throws IOException {
        String named = reading.ask("accept " + number);
        return new RemoteSocket(new Control(), named);
    }

    @Override
    public int localPort() {
        return localPort;
    }

    @Override
    public int read(byte[] into, int most, Runnable underWay) throws IOException {
        underWay.run();
        int count = Integer.parseInt(reading.ask("read " + number + " " + most));
        reading.in.readFully(into, 0, count);
        return count == 0 ? -1 : count;
    }

    @Override
    public void write(byte[] bytes, int count) throws IOException {
        control.ask("write " + number + " " + count, bytes, count);
    }

    @Override
    public void writeUrgent(char character) throws IOException {
        control.ask("urgent " + number + " " + (int) character);
    }

    @Override
    public void shutdownSend() throws IOException {
        control.ask("shutdown " + number);
    }

    @Override
    public void reset() throws IOException {
        end("abort ");
    }

    @Override
    public void close() throws IOException {
        end("close ");
    }

    private void end(String how) throws IOException {
        if (!closed) {
            closed = true;
            try (Control last = new Control()) {
                last.ask(how + number);
            }
            control.close();
            reading.close();
        }
    }

    /** One connection to the other process: a line asks, a line answers. */
    private static final class Control implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;
        private final OutputStream out;

        Control() throws IOException {
            socket = new Socket(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), PEERS);
            socket.setTcpNoDelay(true);
            in = new DataInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        String ask(String question) throws IOException {
            return ask(question, new byte[0], 0);
        }

        synchronized String ask(String question, byte[] bytes, int count) throws IOException {
            byte[] line = (question + "\n").getBytes(StandardCharsets.US_ASCII);
            byte[] all = new byte[line.length + count];
            System.arraycopy(line, 0, all, 0, line.length);
            System.arraycopy(bytes, 0, all, line.length, count);
            out.write(all);
            String answer = readLine();
            String text = answer.substring(answer.indexOf(' ') + 1);
            return switch (answer.substring(0, answer.indexOf(' '))) {
                case "ok" -> text;
                case "timeout" -> throw new SocketTimeoutException(text);
                case "reset" -> throw new SocketException("Connection reset: " + text);
                default -> throw new IOException(text);
            };
        }

        private String readLine() throws IOException {
            StringBuilder line = new StringBuilder();
            for (byte next = in.readByte(); next != '\n'; next = in.readByte()) {
                line.append((char) next);
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
