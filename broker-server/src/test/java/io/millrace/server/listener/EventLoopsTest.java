package io.millrace.server.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.PartitionOwner;
import io.millrace.storage.LogId;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLoopsTest {

  private final EventLoops loops = EventLoops.open("loops-test", 1);
  private final PartitionOwner owner = loops.ownerOf(new LogId(new UUID(1, 2), 0));

  @AfterEach
  void close() {
    loops.close();
  }

  /** Runs in pieces until the loop has read the byte that the first piece sent to it. */
  private final class LongWork implements Runnable {

    private final Socket socket;
    private final CompletableFuture<Integer> pieces = new CompletableFuture<>();
    private int done;
    private boolean heard;

    LongWork(Socket socket) {
      this.socket = socket;
    }

    @Override
    public void run() {
      if (heard) {
        pieces.complete(done);
        return;
      }
      if (done++ == 0) {
        try {
          socket.getOutputStream().write(1);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      owner.executeAfterOthers(this);
    }
  }

  @Test
  void whatComesOverTheNetworkHasItsTurnBetweenThePiecesOfLongWork() throws Exception {
    CountDownLatch accepted = new CountDownLatch(1);
    CompletableFuture<LongWork> reading = new CompletableFuture<>();
    Channel server =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.serverChannel())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Hears(reading));
                    accepted.countDown();
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    try (Socket socket =
        new Socket(
            InetAddress.getLoopbackAddress(),
            ((InetSocketAddress) server.localAddress()).getPort())) {
      assertThat(accepted.await(120, TimeUnit.SECONDS)).isTrue();
      LongWork work = new LongWork(socket);
      reading.complete(work);
      owner.execute(work);
      assertThat(work.pieces.get(120, TimeUnit.SECONDS)).isBetween(1, 10);
    }
  }

  private static final class Hears extends ChannelInboundHandlerAdapter {

    private final CompletableFuture<LongWork> work;

    Hears(CompletableFuture<LongWork> work) {
      this.work = work;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
      work.join().heard = true;
    }
  }
}
