package dev.sluice.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Requests of HTTP/1.1 on lasting connections, some of them in flight on each. Each answer is checked
 * and followed by the next request. The unit is a request.
 */
public final class Requests implements Exchange {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final long STALL_MILLIS = 10_000;

    /** How long a server has time to answer too early. */
    private static final int EARLY_MILLIS = 100;

    private final Selector selector = Selector.open();
    private final List<Client> clients = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer requests;
    private final Consumer<SelectionKey> action = this::onReady;
    private final int pipelined;
    private long endNanos;
    private long lastNanos;
    private long answered;
    private int inFlight;

    /** A connection. */
    private static final class Client {
        private final SelectionKey key;
        private final SocketChannel channel;
        private final HttpAnswers answers = new HttpAnswers();
        private int unsentBytes;
        private int awaited;

        Client(SelectionKey key) {
            this.key = key;
            this.channel = (SocketChannel) key.channel();
        }
    }

    /** Connects, for so many requests in flight on each connection. */
    public Requests(InetSocketAddress server, int connections, int pipelined) throws IOException {
        this.pipelined = pipelined;
        this.requests = ByteBuffer.allocateDirect(pipelined * HttpAnswers.REQUEST.length);
        for (int i = 0; i < pipelined; i++) {
            requests.put(HttpAnswers.REQUEST);
        }
        try {
            for (int i = 0; i < connections; i++) {
                SelectionKey key = GeneratorSocket.connect(server, selector);
                Client client = new Client(key);
                key.attach(client);
                clients.add(client);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /**
     * Sends one request byte by byte, and as many as are named at once: no answer comes before the end
     * of its request, and each request has one.
     */
    public static void check(InetSocketAddress server, int pipelined) throws IOException {
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            socket.setTcpNoDelay(true);
            byte[] request = HttpAnswers.REQUEST;
            for (int i = 0; i < request.length - 1; i++) {
                socket.getOutputStream().write(request[i]);
            }
            requireSilence(socket);
            socket.setSoTimeout((int) STALL_MILLIS);
            socket.getOutputStream().write(request[request.length - 1]);
            HttpAnswers answers = new HttpAnswers();
            await(socket, answers, 1);
            byte[] many = new byte[request.length * pipelined];
            for (int i = 0; i < pipelined; i++) {
                System.arraycopy(request, 0, many, i * request.length, request.length);
            }
            socket.getOutputStream().write(many);
            await(socket, answers, pipelined);
        }
    }

    private static void requireSilence(Socket socket) throws IOException {
        socket.setSoTimeout(EARLY_MILLIS);
        int early;
        try {
            early = socket.getInputStream().read();
        } catch (SocketTimeoutException expected) {
            return;
        }
        throw new ByteCheckException(early < 0
                ? "the server closed within a request"
                : "the server answered before the end of a request");
    }

    private static void await(Socket socket, HttpAnswers answers, int wanted) throws IOException {
        byte[] bytes = new byte[BUFFER_BYTES];
        int ended = 0;
        while (ended < wanted) {
            int count = socket.getInputStream().read(bytes);
            if (count < 0) {
                throw new EOFException("the server closed the connection");
            }
            ended += answers.take(ByteBuffer.wrap(bytes, 0, count));
        }
        if (ended > wanted) {
            throw new ByteCheckException("more answers than requests");
        }
    }

    @Override
    public Outcome run(long durationNanos) throws IOException {
        long startNanos = System.nanoTime();
        endNanos = startNanos + durationNanos;
        lastNanos = startNanos;
        answered = 0;
        for (Client client : clients) {
            send(client, pipelined);
        }
        while (inFlight > 0) {
            if (select() == 0) {
                throw new IOException("no answer to " + inFlight + " requests");
            }
        }
        return new Outcome(answered, lastNanos - startNanos, List.of());
    }

    private int select() throws IOException {
        try {
            return selector.select(action, STALL_MILLIS);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void send(Client client, int count) throws IOException {
        client.awaited += count;
        inFlight += count;
        boolean blocked = client.unsentBytes > 0;
        client.unsentBytes += count * HttpAnswers.REQUEST.length;
        if (!blocked) {
            flush(client);
        }
    }

    private void flush(Client client) throws IOException {
        int start = requests.capacity() - client.unsentBytes; // all requests are equal
        client.unsentBytes -= client.channel.write(
                requests.limit(requests.capacity()).position(start));
        client.key.interestOps(client.unsentBytes == 0
                ? SelectionKey.OP_READ
                : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    private void onReady(SelectionKey key) {
        Client client = (Client) key.attachment();
        try {
            if (key.isWritable()) {
                flush(client);
            }
            if (key.isReadable()) {
                onReadable(client);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void onReadable(Client client) throws IOException {
        if (client.channel.read(buffer.clear()) < 0) {
            throw new EOFException("the server closed a connection");
        }
        int ended = client.answers.take(buffer.flip());
        if (ended == 0) {
            return;
        }
        client.awaited -= ended;
        if (client.awaited < 0) {
            throw new ByteCheckException("more answers than requests");
        }
        lastNanos = System.nanoTime();
        answered += ended;
        inFlight -= ended;
        if (lastNanos - endNanos < 0) {
            send(client, ended);
        }
    }

    @Override
    public void close() throws IOException {
        for (Client client : clients) {
            client.channel.close();
        }
        selector.close();
    }
}
