package dev.sluice.net;

import dev.sluice.Backend;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A server with a small heap, and clients that send without end, far more than it reads. It must
 * serve the next client, even after those have left. Prints what it did; its exit code is 0 if
 * everything was done.
 */
final class UnreadProcess {
    static final List<String> OPTIONS = List.of("-Xmx64m", "-XX:+UseSerialGC",
            "--add-opens=java.base/java.lang=ALL-UNNAMED");

    private static final int UNREAD = 250;

    /** After this many turns in which a client could write nothing, it counts as stuck. */
    private static final int STUCK = 20;

    private static final long PAUSE_NANOS = 5_000_000;
    private static final int PATIENCE_MILLIS = 60_000;

    private final List<Connection> unread = new ArrayList<>();
    private final List<SocketChannel> clients = new ArrayList<>();
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(64 * 1024);

    private UnreadProcess() {}

    /** The backend, and whether there is a thread per port. */
    public static void main(String[] arguments) throws Exception {
        Backend backend = Backend.valueOf(arguments[0]);
        boolean threadPerPort = Boolean.parseBoolean(arguments[1]);
        try (PortGroup group =
                threadPerPort ? PortGroup.openThreadPerPort(backend) : PortGroup.open(backend)) {
            new UnreadProcess().run(group);
        }
    }

    private void run(PortGroup group) throws IOException {
        try (Listener listener = Listener.open(
                OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(group))) {
            InetSocketAddress address = listener.address().toInetSocketAddress();
            for (int i = 0; i < UNREAD; i++) {
                clients.add(SocketChannel.open(address));
                clients.getLast().configureBlocking(false);
                unread.add(listener.accept());
            }
            writeUntilStuck();
            System.out.println("stuck " + clients.size());
            Thread serving = group.threads().newThread(
                    () -> listener.serve(connection -> connection.transferTo(connection)));
            serving.start();
            echo(address);
            System.out.println("served beside them");
            for (SocketChannel client : clients) {
                client.close();
            }
            unread.forEach(Connection::abort);
            for (int i = 0; i < 10; i++) {
                echo(address);
            }
            System.out.println("served after them");
        }
    }

    private void writeUntilStuck() throws IOException {
        int[] refused = new int[clients.size()];
        while (Arrays.stream(refused).anyMatch(times -> times < STUCK)) {
            for (int i = 0; i < refused.length; i++) {
                chunk.clear();
                refused[i] = clients.get(i).write(chunk) > 0 ? 0 : refused[i] + 1;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static void echo(InetSocketAddress address) throws IOException {
        byte[] message = new byte[10_000];
        Arrays.fill(message, (byte) 7);
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(address, PATIENCE_MILLIS);
            for (int i = 0; i < 10; i++) {
                socket.getOutputStream().write(message);
                if (!Arrays.equals(socket.getInputStream().readNBytes(message.length), message)) {
                    throw new IOException("another answer than was sent");
                }
            }
        }
    }
}
