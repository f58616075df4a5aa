package dev.sluice.net;

import com.sun.management.ThreadMXBean;
import dev.sluice.Backend;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * An echo server that prints the least number of bytes which it allocates for a message of one size.
 * The least of several windows counts: a compilation may charge one of them with something, an
 * allocation for each message is in all.
 */
final class EchoProcess {
    private static final int WINDOWS = 60;
    private static final int MESSAGES = 500;
    private static final int BUFFER = 16 * 1024;
    private static final Duration LONG = Duration.ofHours(1);

    /** Deadlines that move with each message. */
    private static final Duration MOVING = Duration.ofMinutes(10);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final SocketChannel client;
    private final ByteBuffer message;
    private final int enough;

    private EchoProcess(SocketChannel client, int bytes, int enough) {
        this.client = client;
        this.message = ByteBuffer.allocateDirect(bytes);
        this.enough = enough;
    }

    /** The backend, whether there is a thread per port, the size, what is few enough, and how. */
    public static void main(String[] arguments) throws Exception {
        Backend backend = Backend.valueOf(arguments[0]);
        boolean threadPerPort = Boolean.parseBoolean(arguments[1]);
        int bytes = Integer.parseInt(arguments[2]);
        int enough = Integer.parseInt(arguments[3]);
        try (PortGroup group = threadPerPort
                ? PortGroup.openThreadPerPort(backend)
                : PortGroup.open(backend);
                Listener listener = Listener.open(
                        OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(group));
                SocketChannel client = SocketChannel.open(
                        listener.address().toInetSocketAddress())) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            // Handlers run on the port of their connection.
            ConnectionHandler echo = arguments[4].equals("transfer")
                    ? EchoProcess::transfer
                    : EchoProcess::serve;
            Thread serving = Thread.ofVirtual().start(() -> listener.serve(echo));
            System.out.println("least " + new EchoProcess(client, bytes, enough).leastOfAWindow());
            assert serving.isAlive() : "the server has ended";
        }
    }

    private static void transfer(Connection connection) throws IOException {
        connection.transferTo(connection);
    }

    private static void serve(Connection connection) throws IOException {
        connection.idleTimeout(LONG);
        byte[] buffer = new byte[BUFFER];
        int count = connection.read(buffer);
        while (count >= 0) {
            connection.writeDeadline(MOVING);
            connection.write(buffer, 0, count);
            connection.readDeadline(MOVING);
            count = connection.read(buffer);
        }
    }

    private long leastOfAWindow() throws IOException {
        long least = Long.MAX_VALUE;
        for (int window = 0; window < WINDOWS && least > enough; window++) {
            long before = allocatedByOthers();
            for (int i = 0; i < MESSAGES; i++) {
                exchange();
            }
            least = Math.min(least, (allocatedByOthers() - before) / MESSAGES);
        }
        return least;
    }

    private long allocatedByOthers() {
        return threads.getTotalThreadAllocatedBytes() - threads.getCurrentThreadAllocatedBytes();
    }

    private void exchange() throws IOException {
        message.clear();
        while (message.hasRemaining()) {
            client.write(message);
        }
        message.clear();
        while (message.hasRemaining()) {
            if (client.read(message) < 0) {
                throw new IOException("the server has ended the connection");
            }
        }
    }
}
