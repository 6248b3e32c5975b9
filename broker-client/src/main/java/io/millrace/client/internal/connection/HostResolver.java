package io.millrace.client.internal.connection;

import io.millrace.protocol.TimeSpan;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Resolves the host name of the broker. The name service of the system blocks, for half a minute if
 * no name server answers. Therefore one lookup at a time runs on a thread of its own. Calls during
 * a lookup wait for its result, at most for the connect timeout. Event loop only.
 */
final class HostResolver extends InetNameResolver {

  /** The name service of the system. */
  @FunctionalInterface
  interface NameService {
    /** Looks up the address of a host; blocks. */
    InetAddress find(String host) throws UnknownHostException;
  }

  private final NameService names;
  private final Duration timeout;
  private final Set<Promise<InetAddress>> waiting = new LinkedHashSet<>();
  private boolean running;

  HostResolver(EventExecutor eventLoop, NameService names, Duration timeout) {
    super(eventLoop);
    this.names = names;
    this.timeout = timeout;
  }

  /** The resolver in the form that Netty takes. */
  static AddressResolverGroup<InetSocketAddress> group(NameService names, Duration timeout) {
    return new AddressResolverGroup<>() {
      @Override
      protected AddressResolver<InetSocketAddress> newResolver(EventExecutor eventLoop) {
        return new HostResolver(eventLoop, names, timeout).asAddressResolver();
      }
    };
  }

  @Override
  protected void doResolve(String host, Promise<InetAddress> found) throws UnknownHostException {
    if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
      found.setSuccess(InetAddress.getByName(host)); // parses the address, without a lookup
      return;
    }
    if (!running) {
      start(host);
    }
    Future<?> timer =
        executor()
            .schedule(
                () -> found.tryFailure(timedOut(host)), timeout.toMillis(), TimeUnit.MILLISECONDS);
    waiting.add(found);
    found.addListener(
        done -> {
          timer.cancel(false);
          waiting.remove(found);
        });
  }

  @Override
  protected void doResolveAll(String host, Promise<List<InetAddress>> found) {
    resolve(host)
        .addListener(
            (io.netty.util.concurrent.Future<InetAddress> one) -> {
              if (one.isSuccess()) {
                found.setSuccess(List.of(one.getNow()));
              } else {
                found.setFailure(one.cause());
              }
            });
  }

  private void start(String host) {
    Thread thread = new Thread(() -> find(host), "millrace-client-lookup");
    thread.setDaemon(true);
    thread.start();
    running = true;
  }

  /** Runs on the lookup thread. */
  private void find(String host) {
    try {
      InetAddress address = names.find(host);
      finish(found -> found.trySuccess(address));
    } catch (UnknownHostException | RuntimeException e) {
      finish(found -> found.tryFailure(e));
    }
  }

  private void finish(Consumer<Promise<InetAddress>> answer) {
    try {
      executor()
          .execute(
              () -> {
                running = false;
                List.copyOf(waiting).forEach(answer);
              });
    } catch (RejectedExecutionException closed) {
      // The client is closed, so no call waits for the result.
    }
  }

  private UnknownHostException timedOut(String host) {
    return new UnknownHostException(
        "the name service did not find " + host + " within " + TimeSpan.format(timeout));
  }
}
