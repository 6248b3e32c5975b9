package io.millrace.server.http;

import io.millrace.server.config.ServerConfig;
import io.millrace.server.listener.EventLoops;
import io.millrace.server.status.StatusPage;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The listening socket of the HTTP port, on an event loop of its own. Any thread. */
public final class HttpListener implements AutoCloseable {

  private static final int MAX_CONNECTIONS = 100;

  /** Requests are short. What was read and not asked for yet waits, decoded, in memory. */
  private static final int READ_BYTES = 4 * 1024;

  private static final int IDLE_SECONDS = 60;

  private final Map<String, StatusPage.Source> pages;
  private final EventLoops loop;
  private final AtomicInteger connections = new AtomicInteger();
  private Channel serverChannel;

  private HttpListener(Map<String, StatusPage.Source> pages, EventLoops loop) {
    this.pages = new TreeMap<>(pages);
    this.loop = loop;
  }

  /**
   * Binds the listener and serves.
   *
   * @param pages by path
   * @throws IOException if the address cannot be bound
   */
  public static HttpListener open(ServerConfig.Http config, Map<String, StatusPage.Source> pages)
      throws IOException {
    HttpListener listener = new HttpListener(pages, EventLoops.open("millrace-http", 1));
    try {
      listener.bind(config);
    } catch (IOException | RuntimeException e) {
      listener.loop.close();
      throw e;
    }
    return listener;
  }

  /** The port that it is bound to. */
  public int port() {
    return ((InetSocketAddress) serverChannel.localAddress()).getPort();
  }

  /** Closes the socket and every connection. Blocks. */
  @Override
  public void close() {
    loop.close();
  }

  private void bind(ServerConfig.Http config) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop.group())
            .channel(loop.serverChannel())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel);
                  }
                })
            .bind(new InetSocketAddress(config.host(), config.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw bound.cause() instanceof IOException e ? e : new IOException(bound.cause());
    }
    serverChannel = bound.channel();
  }

  private void accept(Channel channel) {
    channel.closeFuture().addListener(closed -> connections.decrementAndGet());
    if (connections.incrementAndGet() > MAX_CONNECTIONS) {
      channel.close();
      return;
    }
    channel
        .pipeline()
        .addLast(new ReadTimeoutHandler(IDLE_SECONDS, TimeUnit.SECONDS))
        .addLast(handlers(pages));
  }

  /** From bytes to pages and back. */
  static ChannelHandler[] handlers(Map<String, StatusPage.Source> pages) {
    return new ChannelHandler[] {
      new HttpServerCodec(),
      new HttpServerKeepAliveHandler(),
      new FlowControlHandler(),
      new PageHandler(pages)
    };
  }
}
