package io.millrace.server.listener;

import io.millrace.core.Owner;
import io.millrace.core.Owners;
import io.millrace.server.settings.ListenAddress;
import io.millrace.storage.LogId;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The threads that serve connections and own partitions: one event loop each. Epoll where the
 * native library is there, NIO elsewhere.
 */
public final class EventLoops implements Owners, AutoCloseable {

  private static final long CLOSE_SECONDS = 10;

  private final EventLoopGroup group;
  private final List<Owner> owners = new ArrayList<>();

  private EventLoops(EventLoopGroup group) {
    this.group = group;
    for (EventExecutor loop : group) {
      owners.add(new LoopOwner(loop));
    }
  }

  /**
   * Makes the loops; their threads start with their first task.
   *
   * @param name of the threads, before their number
   * @param count 0: one for every two cores, at least one. The other half is for forces, for the
   *     network in the kernel, and, on one machine, for the clients: on two cores shared with one
   *     producer, one loop took 12 to 30 % more than two, because no batch went from one core's
   *     cache to the other's
   */
  public static EventLoops open(String name, int count) {
    int cores = Runtime.getRuntime().availableProcessors();
    int loops = count == 0 ? Math.max(1, cores / 2) : count;
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new EventLoops(
        new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory(name), io));
  }

  /** Spreads the partitions of a topic evenly. */
  @Override
  public Owner ownerOf(LogId id) {
    return owners.get(Math.floorMod(id.topicId().hashCode() + id.partition(), owners.size()));
  }

  /**
   * Binds a listening socket, whose connections these loops serve. Blocks.
   *
   * @param bootstrap with everything but the group and the channel
   * @throws ListenException if the address cannot be bound
   */
  public Channel bind(ServerBootstrap bootstrap, ListenAddress address) throws ListenException {
    ChannelFuture bound =
        bootstrap
            .group(group)
            .channel(serverChannel())
            .option(ChannelOption.SO_REUSEADDR, true)
            .bind(new InetSocketAddress(address.host(), address.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new ListenException(address, bound.cause());
    }
    return bound.channel();
  }

  /** The loops as Netty wants them. */
  public EventLoopGroup group() {
    return group;
  }

  /** The listening channel that these loops can run. */
  public Class<? extends ServerChannel> serverChannel() {
    return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /** The kind of input and output, for logs. */
  public String transport() {
    return Epoll.isAvailable() ? "epoll" : "nio";
  }

  /** Runs what was handed over before, then ends the threads and waits for that. */
  @Override
  public void close() {
    group
        .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  private record LoopOwner(EventExecutor loop) implements Owner {

    @Override
    public boolean isOwnerThread() {
      return loop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
      loop.execute(task);
    }

    /**
     * The loop runs tasks until there is none, for up to a second, and looks at the network then;
     * but what was scheduled meanwhile waits until after that.
     */
    @Override
    public void executeAfterOthers(Runnable task) {
      // Executed, because nobody would hear of the failure of a scheduled task.
      loop.schedule(() -> loop.execute(task), 0, TimeUnit.NANOSECONDS);
    }
  }
}
