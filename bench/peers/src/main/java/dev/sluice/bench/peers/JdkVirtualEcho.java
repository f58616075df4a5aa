package dev.sluice.bench.peers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ServerSocketFactory;

/** The JDK's ServerSocket with a virtual thread per connection, each with a buffer of its own. */
final class JdkVirtualEcho {
    private static final int BACKLOG = 4096;
    private static final int BUFFER_BYTES = 16 * 1024;

    private final ServerSocket listener;
    private final Thread thread;
    private final Behaviour behaviour;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** Serves one connection until its end. */
    @FunctionalInterface
    interface Behaviour {
        void serve(Socket socket) throws IOException;
    }

    /** A socket's streams, which Socket would create again at each call. */
    private record Streams(InputStream in, OutputStream out) implements BlockingTasks.Stream {
        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return in.read(into, offset, length);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            out.write(from, offset, length);
        }
    }

    private JdkVirtualEcho(ServerSocket listener, Behaviour behaviour) {
        this.listener = listener;
        this.behaviour = behaviour;
        this.thread = Thread.ofVirtual().name("jdk-virtual-echo").unstarted(this::acceptAll);
    }

    /** Creates a socket that does not listen yet. */
    @FunctionalInterface
    private interface Listening {
        ServerSocket create() throws IOException;
    }

    static EchoPeer open(InetSocketAddress address) throws IOException {
        return open(address, JdkVirtualEcho::echo);
    }

    /** Returns once it listens; each connection speaks TLS. */
    static EchoPeer openTls(InetSocketAddress address) throws IOException {
        BlockingTasks.Behaviour behaviour = BlockingTasks.of(Task.TLS);
        ServerSocketFactory sockets = BenchTls.serverContext().getServerSocketFactory();
        return open(address, sockets::createServerSocket, socket -> behaviour.serve(
                new Streams(socket.getInputStream(), socket.getOutputStream())));
    }

    /** Returns a way to open a server with another task. */
    static Peers.Opener opener(Task task) {
        return address -> {
            BlockingTasks.Behaviour behaviour = BlockingTasks.of(task);
            return open(address, socket -> behaviour.serve(
                    new Streams(socket.getInputStream(), socket.getOutputStream())));
        };
    }

    /** Listens, and serves each connection by that behaviour on a thread of its own. */
    static EchoPeer open(InetSocketAddress address, Behaviour behaviour)
            throws IOException {
        return open(address, ServerSocket::new, behaviour);
    }

    private static EchoPeer open(InetSocketAddress address, Listening listening,
            Behaviour behaviour) throws IOException {
        ServerSocket listener = listening.create();
        try {
            listener.setReuseAddress(true);
            listener.bind(address, BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        JdkVirtualEcho server = new JdkVirtualEcho(listener, behaviour);
        server.thread.start();
        return new RunningPeer((InetSocketAddress) listener.getLocalSocketAddress(),
                server.thread, server::stop);
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException("accept failed", e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            behaviour.serve(socket);
        } catch (IOException e) {
            open.remove(socket); // reset by the peer: the end of this connection only
        } finally {
            open.remove(socket);
        }
    }

    private static void echo(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            out.write(buffer, 0, count);
        }
    }

    private void stop() {
        try {
            listener.close();
            Threads.join(thread);
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a close failed", e);
        }
    }
}
