package dev.sluice.conformance;

import dev.sluice.Address;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The JDK's socket inside a {@link PlainPeer}; each call may block. */
interface PlainWire {
    /**
     * As {@link java.io.InputStream#read(byte[], int, int)}, from the beginning of the chunk.
     *
     * @param underWay told when the system has the read, or is about to
     */
    int read(byte[] chunk, int most, Runnable underWay) throws IOException;

    void write(byte[] chunk, int count) throws IOException;

    /** Sends one byte with MSG_OOB. */
    void writeUrgent(char character) throws IOException;

    void shutdownSend() throws IOException;

    /** Closes with a reset: linger of zero seconds. */
    void reset() throws IOException;

    void close() throws IOException;

    int localPort() throws IOException;

    /** A blocking java.net.Socket. */
    record Blocking(Socket socket) implements PlainWire {
        static Blocking of(Socket socket) throws IOException {
            socket.setSoTimeout(PlainPeer.PATIENCE_MILLIS);
            return new Blocking(socket);
        }

        static Blocking connect(Address to, int receiveBufferBytes) throws IOException {
            Socket socket = new Socket();
            if (receiveBufferBytes > 0) {
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            socket.connect(to.toInetSocketAddress(), PlainPeer.PATIENCE_MILLIS);
            return of(socket);
        }

        @Override
        public int read(byte[] chunk, int most, Runnable underWay) throws IOException {
            underWay.run();
            return socket.getInputStream().read(chunk, 0, most);
        }

        @Override
        public void write(byte[] chunk, int count) throws IOException {
            socket.getOutputStream().write(chunk, 0, count);
        }

        @Override
        public void writeUrgent(char character) throws IOException {
            socket.sendUrgentData(character);
        }

        @Override
        public void shutdownSend() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }

        @Override
        public int localPort() {
            return socket.getLocalPort();
        }
    }

    /**
     * A channel of NIO.2, for Windows: its read is pending in the kernel while it waits, and Wine
     * reports a reset only then. The JDK has no SO_LINGER for it.
     */
    record Asynchronous(AsynchronousSocketChannel channel) implements PlainWire {
        static Asynchronous connect(Address to, int receiveBufferBytes) throws IOException {
            AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
            if (receiveBufferBytes > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
            }
            await(channel.connect(to.toInetSocketAddress()));
            return new Asynchronous(channel);
        }

        static <T> T await(Future<T> future) throws IOException {
            try {
                return future.get(PlainPeer.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (ExecutionException failure) {
                throw new IOException(failure.getCause().getMessage(), failure.getCause());
            } catch (TimeoutException silence) {
                throw new SocketTimeoutException("no answer in time");
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException(interrupted);
            }
        }

        @Override
        public int read(byte[] chunk, int most, Runnable underWay) throws IOException {
            Future<Integer> count = channel.read(ByteBuffer.wrap(chunk, 0, most));
            underWay.run();
            return await(count);
        }

        @Override
        public void write(byte[] chunk, int count) throws IOException {
            ByteBuffer left = ByteBuffer.wrap(chunk, 0, count);
            while (left.hasRemaining()) {
                await(channel.write(left));
            }
        }

        @Override
        public void writeUrgent(char character) {
            throw new UnsupportedOperationException("NIO.2 has no urgent data");
        }

        @Override
        public void shutdownSend() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public void reset() {
            throw new UnsupportedOperationException("NIO.2 has no SO_LINGER");
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        @Override
        public int localPort() throws IOException {
            return ((InetSocketAddress) channel.getLocalAddress()).getPort();
        }
    }
}
