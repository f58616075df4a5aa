package dev.sluice.bench.peers;

import static io.netty.handler.codec.http.HttpHeaderNames.CONNECTION;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_TYPE;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;

/** Answers requests by Netty's codec. */
final class NettyRequests extends NettyTurns {
    private static final ByteBuf BODY = Unpooled.unreleasableBuffer(Unpooled.directBuffer()
            .writeBytes("Hello, World!".getBytes(StandardCharsets.US_ASCII))).asReadOnly();

    private boolean keepsAlive = true;

    private NettyRequests() {}

    /** The codec and this handler for each connection. */
    static NettyServer.Handlers handlers() {
        return () -> new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new HttpServerCodec(), new NettyRequests());
            }
        };
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            answer(context, (HttpObject) message);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void answer(ChannelHandlerContext context, HttpObject message) {
        if (message.decoderResult().isFailure()) {
            respond(context, HttpResponseStatus.BAD_REQUEST, Unpooled.EMPTY_BUFFER, false);
            return;
        }
        if (message instanceof HttpRequest request) {
            keepsAlive = HttpUtil.isKeepAlive(request);
        }
        if (message instanceof LastHttpContent) {
            respond(context, HttpResponseStatus.OK, BODY.duplicate(), keepsAlive);
        }
    }

    private static void respond(ChannelHandlerContext context, HttpResponseStatus status,
            ByteBuf body, boolean keepsAlive) {
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers().set(CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
                .setInt(CONTENT_LENGTH, body.readableBytes());
        if (keepsAlive) {
            var _ = context.write(response, context.voidPromise());
        } else {
            response.headers().set(CONNECTION, HttpHeaderValues.CLOSE);
            context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
