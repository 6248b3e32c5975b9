package io.millrace.server.listener;

import io.millrace.core.PartitionOwner;
import io.millrace.core.PartitionOwners;
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
 * Event loops, each with one thread, which serve connections and own partitions. They use epoll if
 * its native library can be loaded, and NIO otherwise. Any thread.
 */
public final class EventLoops implements PartitionOwners, AutoCloseable {

  private static final long CLOSE_SECONDS = 10;

  private final EventLoopGroup group;
  private final List<PartitionOwner> owners = new ArrayList<>();

  private EventLoops(EventLoopGroup group) {
    this.group = group;
    for (EventExecutor loop : group) {
      owners.add(new LoopOwner(loop));
    }
  }

  /**
   * Creates event loops. A thread starts with its first task.
   *
   * @param name prefix of the names of the threads
   * @param count number of loops; 0: one for every two cores, at least one. The other cores are for
   *     fsyncs, for the network in the kernel, and for clients on the same machine. On two cores
   *     shared with one producer, one loop appended 12 to 30 % more events than two loops, because
   *     no batch moved from the cache of one core to the cache of another
   */
  public static EventLoops open(String name, int count) {
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new EventLoops(
        new MultiThreadIoEventLoopGroup(loops(count), new DefaultThreadFactory(name), io));
  }

  /**
   * The number of event loops on this machine.
   *
   * @param count as for {@link #open}
   */
  public static int loops(int count) {
    return count == 0 ? Math.max(1, Runtime.getRuntime().availableProcessors() / 2) : count;
  }

  /** Distributes the partitions of a topic evenly. */
  @Override
  public PartitionOwner ownerOf(LogId id) {
    return owners.get(Math.floorMod(id.topicId().hashCode() + id.partition(), owners.size()));
  }

  /**
   * Binds a listening socket, whose connections these loops serve. Blocks.
   *
   * @param bootstrap a bootstrap with everything but the group and the channel
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
    // After the acceptor, which Netty adds before it binds.
    bound.channel().pipeline().addLast(new AcceptFailureLog());
    return bound.channel();
  }

  /** The loops as a group of Netty, for a bootstrap. */
  public EventLoopGroup group() {
    return group;
  }

  /** The class of listening channels that these loops support. */
  public Class<? extends ServerChannel> serverChannel() {
    return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /** The kind of input and output, for the log. */
  public String transport() {
    return Epoll.isAvailable() ? "epoll" : "nio";
  }

  /** Runs the tasks that were submitted before, then ends the threads. Blocks for at most 10 s. */
  @Override
  public void close() {
    group
        .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  private record LoopOwner(EventExecutor loop) implements PartitionOwner {

    @Override
    public boolean isOwnerThread() {
      return loop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
      loop.execute(task);
    }

    /**
     * Runs the task after the event loop has polled the network once more. An event loop runs
     * submitted tasks for up to a second before it looks at the network; a task that is scheduled
     * meanwhile waits until then.
     */
    @Override
    public void executeAfterOthers(Runnable task) {
      // Netty logs the failure of a submitted task, but not that of a scheduled one.
      loop.schedule(() -> loop.execute(task), 0, TimeUnit.NANOSECONDS);
    }
  }
}
