package io.millrace.server.toy;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.security.Principal;
import io.millrace.server.listener.ListenException;
import io.millrace.server.listener.Listener;
import io.millrace.server.listener.ListenerContext;
import io.millrace.server.security.Session;
import io.millrace.server.settings.ListenAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A protocol of lines: {@code put TOPIC VALUE} and {@code tail TOPIC}, both of partition 0. */
final class LineListener implements Listener {

  private final ListenAddress address;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private Channel serverChannel;

  private LineListener(ListenAddress address) {
    this.address = address;
  }

  static LineListener open(ListenAddress address, int maxLineBytes, ListenerContext context)
      throws ListenException {
    LineListener listener = new LineListener(address);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    listener.connections.add(channel);
                    Session session = new Session(Principal.ANONYMOUS, channel.remoteAddress());
                    channel
                        .pipeline()
                        .addLast(new LineBasedFrameDecoder(maxLineBytes))
                        .addLast(new StringDecoder(), new StringEncoder())
                        .addLast(new LineHandler(context, session));
                  }
                });
    listener.serverChannel = context.loops().bind(bootstrap, address);
    return listener;
  }

  @Override
  public List<ListenAddress> addresses() {
    int port = ((InetSocketAddress) serverChannel.localAddress()).getPort();
    return List.of(address.boundTo(port));
  }

  @Override
  public int connections() {
    return connections.size();
  }

  @Override
  public long unsentBytes() {
    return 0;
  }

  @Override
  public long unfinishedBytes() {
    return 0;
  }

  @Override
  public CompletableFuture<Void> drain(Duration timeout) {
    CompletableFuture<Void> drained = new CompletableFuture<>();
    serverChannel.close().awaitUninterruptibly();
    for (Channel connection : connections) {
      connection.writeAndFlush("bye\n").addListener(ChannelFutureListener.CLOSE);
    }
    connections.newCloseFuture().addListener(done -> drained.complete(null));
    return drained.completeOnTimeout(null, timeout.toMillis(), MILLISECONDS);
  }

  @Override
  public void close() {
    serverChannel.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly();
  }
}
