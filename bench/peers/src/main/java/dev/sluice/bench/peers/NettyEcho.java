package dev.sluice.bench.peers;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;

/** Sends back what it reads. */
@Sharable
final class NettyEcho extends NettyTurns {
    /** The size of the buffers in io_uring's ring: larger buffers did not measure better. */
    static final int RING_BUFFER_BYTES = 16 * 1024;

    /** One handler for all connections. */
    static NettyServer.Handlers handlers() {
        NettyEcho shared = new NettyEcho();
        return () -> shared;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var _ = context.write(message, context.voidPromise());
    }
}
