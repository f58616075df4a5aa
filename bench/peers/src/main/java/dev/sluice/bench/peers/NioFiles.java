package dev.sluice.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Sends of a file by transferTo on the JDK's Selector. */
final class NioFiles {
    private final Path path;
    private @Nullable FileChannel file;

    private NioFiles(Path path) {
        this.path = path;
    }

    static EchoPeer open(InetSocketAddress address, Path path) throws IOException {
        NioFiles files = new NioFiles(path);
        return NioServer.open(address, key -> new Sending(files.file()));
    }

    /** On the server's thread. Lasts as long as the process: all connections share it. */
    private FileChannel file() {
        FileChannel present = file;
        if (present == null) {
            try {
                present = FileChannel.open(path);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            file = present;
        }
        return present;
    }

    /** Reads a number, sends that many bytes, reads the next number. */
    private static final class Sending implements NioServer.Connection {
        private final FileChannel file;
        private final ByteBuffer bytes = ByteBuffer.allocateDirect(Task.COUNT_BYTES);
        private final Demand demand = new Demand();
        private long sent;

        Sending(FileChannel file) {
            this.file = file;
        }

        @Override
        public boolean onReady(SelectionKey key) throws IOException {
            SocketChannel channel = (SocketChannel) key.channel();
            if (!demand.isWhole()) {
                bytes.clear();
                if (channel.read(bytes) < 0) {
                    return false;
                }
                bytes.flip();
                while (bytes.hasRemaining()) {
                    demand.add(bytes.get());
                }
            }
            if (demand.isWhole()) {
                sent += file.transferTo(sent, demand.number() - sent, channel);
                if (sent == demand.number()) {
                    demand.served();
                    sent = 0;
                }
            }
            key.interestOps(demand.isWhole() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            return true;
        }
    }
}
