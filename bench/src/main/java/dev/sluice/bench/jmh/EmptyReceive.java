package dev.sluice.bench.jmh;

import dev.sluice.Address;
import dev.sluice.CompletionPort;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.SocketType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A receive on a connection without data: a real system call, by each way to make it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EmptyReceive {
    private static final int BYTES = 4096;

    private final MemorySegment memory = Arena.global().allocate(BYTES);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
    private final ServerSocketChannel listener;
    private final SocketChannel channel;
    private final CompletionPort port;
    private final NativeSocket socket;

    /** Connects twice to a listener that never sends. */
    public EmptyReceive() {
        try {
            listener = ServerSocketChannel.open()
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
            channel = SocketChannel.open(address);
            channel.configureBlocking(false);
            port = CompletionPort.open();
            socket = port.socket(SocketType.streamFor(Address.loopback(1)));
            Connect connect = new Connect(socket, Address.loopback(address.getPort()));
            port.submit(connect);
            while (connect.isPending()) {
                port.poll(CompletionPort.FOREVER);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The JDK's own call. */
    @Benchmark
    public int jdkSocketChannel() throws IOException {
        return channel.read(buffer.clear());
    }

    /** Sluice's call that any thread may make. */
    @Benchmark
    public long sluiceTryReceive() throws IOException {
        return socket.tryReceive(memory);
    }

    /** Ends the connections. */
    @TearDown
    public void close() throws IOException {
        channel.close();
        port.close();
        listener.close();
    }
}
