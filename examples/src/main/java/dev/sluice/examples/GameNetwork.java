package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.net.CancelledException;
import dev.sluice.net.ClosedException;
import dev.sluice.net.Connection;
import dev.sluice.net.Datagram;
import dev.sluice.net.Datagrams;
import dev.sluice.net.Listener;
import dev.sluice.net.NetException;
import dev.sluice.net.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the players of a game send, by TCP in lines and by UDP in datagrams, in one bounded queue. Each
 * connection has a virtual thread that reads and one that writes; the datagrams of all have one each.
 */
final class GameNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(GameNetwork.class);
    private static final int MOST_MESSAGE_BYTES = 256;
    private static final int MOST_QUEUED = 10_000;
    private static final int MOST_NEWS_QUEUED = 16;

    private final BlockingQueue<Input> inputs = new ArrayBlockingQueue<>(MOST_QUEUED);
    private final BlockingQueue<GameLink.Udp.Mail> mails = new ArrayBlockingQueue<>(MOST_QUEUED);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Server server;
    private final Datagrams datagrams;

    /** What a player sent. */
    record Input(GameLink player, String text) {}

    GameNetwork(Listener listener, Datagrams datagrams) {
        this.server = Server.on(listener, this::serve);
        this.datagrams = datagrams;
    }

    void start() {
        server.start();
        threads.execute(this::receiveDatagrams);
        threads.execute(this::sendDatagrams);
    }

    /** Returns what came since the last call; does not block. */
    List<Input> arrived() {
        List<Input> arrived = new ArrayList<>();
        inputs.drainTo(arrived);
        return arrived;
    }

    private void serve(Connection connection) throws IOException {
        LineQueue queue = new LineQueue(connection, MOST_NEWS_QUEUED);
        threads.execute(() -> read(connection, new GameLink.Tcp(connection, queue)));
        queue.write();
    }

    private void read(Connection connection, GameLink player) {
        LineReader lines = new LineReader(connection, MOST_MESSAGE_BYTES);
        try {
            try {
                for (String line = lines.read(); line != null; line = lines.read()) {
                    inputs.put(new Input(player, line)); // blocks while the loop is behind
                }
            } catch (IOException lost) {
                LOG.debug("lost {}", connection, lost);
            }
            inputs.put(new Input(player, "leave")); // answered after the lines before it
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void receiveDatagrams() {
        byte[] buffer = new byte[MOST_MESSAGE_BYTES];
        while (true) {
            try {
                Datagram datagram = datagrams.receive(buffer);
                String text = new String(buffer, 0, datagram.length(), UTF_8);
                GameLink player = new GameLink.Udp(datagram.source(), mails);
                if (datagram.truncated() || !inputs.offer(new Input(player, text))) {
                    LOG.debug("ignored a datagram from {}", datagram.source());
                }
            } catch (ClosedException | CancelledException end) {
                return;
            } catch (NetException failure) {
                LOG.debug("{} continues", datagrams, failure); // it concerns one of many players
            }
        }
    }

    private void sendDatagrams() {
        while (true) {
            try {
                GameLink.Udp.Mail mail = mails.take();
                byte[] bytes = (mail.line() + "\n").getBytes(UTF_8);
                datagrams.send(bytes, 0, bytes.length, mail.to());
            } catch (InterruptedException | ClosedException | CancelledException end) {
                return;
            } catch (NetException failure) {
                LOG.debug("{} continues", datagrams, failure);
            }
        }
    }

    /** Closes everything, and returns how the connections ended. */
    Server.Report stop(Duration grace) {
        Server.Report ended = server.stop(grace);
        threads.shutdownNow();
        threads.close();
        datagrams.close();
        return ended;
    }
}
