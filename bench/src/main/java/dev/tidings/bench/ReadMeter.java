package dev.tidings.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** The first element of a subscriber's pipeline: counts what each read from the socket brought. */
final class ReadMeter extends ChannelInboundHandlerAdapter {
    private final Meter meter;

    ReadMeter(Meter meter) {
        this.meter = meter;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        meter.read(((ByteBuf) bytes).readableBytes());
        context.fireChannelRead(bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        meter.readComplete();
        context.fireChannelReadComplete();
    }
}
