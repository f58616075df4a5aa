package dev.sluice.examples;

import dev.sluice.Address;
import dev.sluice.net.Connection;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection to a player, for the loop of a game: no method blocks. */
sealed interface GameLink {
    Logger LOG = LoggerFactory.getLogger(GameLink.class);

    /** Sends a line soon; a player that is slow to read misses some. */
    void send(String line);

    /** Ends the link after what was sent. */
    void end();

    /** Ends the link of a player that is gone. */
    void abort();

    /** A player by TCP. */
    record Tcp(Connection connection, LineQueue queue) implements GameLink {
        @Override
        public void send(String line) {
            queue.replaceOldest(line);
        }

        @Override
        public void end() {
            queue.end();
        }

        @Override
        public void abort() {
            // A player that does not answer would not read the end of the stream either.
            connection.abort();
        }
    }

    /** A player by UDP: all datagrams from one address are equal links, so they are one player. */
    record Udp(Address address, BlockingQueue<Mail> mails) implements GameLink {
        /** A datagram that waits to be sent. */
        record Mail(Address to, String line) {}

        @Override
        public void send(String line) {
            if (!mails.offer(new Mail(address, line))) {
                LOG.debug("lost a datagram to {}: too many wait to be sent", address);
            }
        }

        @Override
        public void end() {
            // UDP has no connection to end.
        }

        @Override
        public void abort() {
            // UDP has no connection to end.
        }
    }
}
