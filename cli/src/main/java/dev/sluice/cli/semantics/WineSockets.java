package dev.sluice.cli.semantics;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * Sockets of the program .ci/wine-peers.py, a process of Linux that the launcher starts: Wine hides a
 * reset from a receive that was not pending when it came, so the peer must be outside of Wine.
 */
final class WineSockets implements PeerSockets {
    /** The port of that program. */
    static final String PROPERTY = "sluice.peers";

    private final int program;

    WineSockets(int program) {
        this.program = program;
    }

    @Override
    public PeerSocket connect(InetSocketAddress to) throws IOException {
        return new Remote(new Control().ask("connect " + to.getPort() + " 0"));
    }

    @Override
    public Listener listen() throws IOException {
        Remote listening = new Remote(new Control().ask("listen 0"));
        return new Listener() {
            @Override
            public int port() {
                return listening.port;
            }

            @Override
            public PeerSocket accept() throws IOException {
                return new Remote(listening.reading.ask("accept " + listening.number));
            }

            @Override
            public void close() throws IOException {
                listening.close();
            }
        };
    }

    /** A socket of the other process, which named it by "number port". */
    private final class Remote implements PeerSocket {
        private final String number;
        private final int port;
        private final Control reading = new Control();
        private final Control control = new Control();
        private boolean isClosed;

        Remote(String named) throws IOException {
            String[] words = named.split(" ", -1);
            number = words[0];
            port = Integer.parseInt(words[1]);
            control.ask("patience " + number + " " + PATIENCE_MILLIS);
        }

        @Override
        public int read(byte[] bytes, int most) throws IOException {
            int count = Integer.parseInt(reading.ask("read " + number + " " + most));
            reading.in.readFully(bytes, 0, count);
            return count == 0 ? -1 : count;
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            control.ask("write " + number + " " + bytes.length, bytes);
        }

        @Override
        public void shutdownOutput() throws IOException {
            control.ask("shutdown " + number);
        }

        /** Wakes a read that waits: it has a control connection of its own. */
        @Override
        public synchronized void close() throws IOException {
            if (!isClosed) {
                isClosed = true;
                control.ask("close " + number);
                control.close();
                reading.close();
            }
        }
    }

    /** One connection to the other process: a line asks, a line answers. */
    private final class Control implements Closeable {
        private final Socket socket;
        private final DataInputStream in;
        private final OutputStream out;

        Control() throws IOException {
            socket = new Socket(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), program);
            socket.setTcpNoDelay(true);
            in = new DataInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        String ask(String question) throws IOException {
            return ask(question, new byte[0]);
        }

        synchronized String ask(String question, byte[] bytes) throws IOException {
            byte[] line = (question + "\n").getBytes(StandardCharsets.US_ASCII);
            byte[] all = new byte[line.length + bytes.length];
            System.arraycopy(line, 0, all, 0, line.length);
            System.arraycopy(bytes, 0, all, line.length, bytes.length);
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
