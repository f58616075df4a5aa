package dev.sluice.bench.peers;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.file.Path;

/** Sends of a file by Netty's DefaultFileRegion, which each write has anew, as Netty requires. */
final class NettyFiles extends ChannelInboundHandlerAdapter {
    private final Path file;
    private final Demand demand = new Demand();

    private NettyFiles(Path file) {
        this.file = file;
    }

    /** Returns a way to open a server on that transport. */
    static Peers.FileOpener opener(NettyTransport transport) {
        return (address, file) -> NettyServer.open(
                transport, address, () -> new NettyFiles(file), Task.BUFFER_BYTES);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        while (bytes.isReadable()) {
            demand.add(bytes.readByte());
        }
        bytes.release();
        if (demand.isWhole()) {
            long count = demand.number();
            demand.served();
            var _ = context.writeAndFlush(new DefaultFileRegion(file.toFile(), 0, count));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            var _ = context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close(); // reset by the peer: the end of this connection only
    }
}
