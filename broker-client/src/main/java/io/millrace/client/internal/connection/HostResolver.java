package io.millrace.client.internal.connection;

import io.millrace.protocol.TimeSpan;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Resolves the host name of the broker to all its addresses. The name service of the system blocks,
 * for half a minute if no name server answers. Therefore one lookup at a time runs on a thread of
 * its own. Calls during a lookup wait for its result, at most for the timeout. Event loop only.
 */
final class HostResolver {

  private final EventExecutor eventLoop;
  private final NameService names;
  private final Duration timeout;
  private final ThreadFactory threads;
  private final Set<Promise<List<InetAddress>>> waiting = new LinkedHashSet<>();
  private boolean running;

  HostResolver(EventExecutor eventLoop, NameService names, Duration timeout) {
    this(eventLoop, names, timeout, HostResolver::newThread);
  }

  HostResolver(
      EventExecutor eventLoop, NameService names, Duration timeout, ThreadFactory threads) {
    this.eventLoop = eventLoop;
    this.names = names;
    this.timeout = timeout;
    this.threads = threads;
  }

  private static Thread newThread(Runnable lookup) {
    Thread thread = new Thread(lookup, "millrace-client-lookup");
    thread.setDaemon(true);
    return thread;
  }

  /** Whether a host is an IP address, which needs no lookup. */
  static boolean isAddress(String host) {
    return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
  }

  /**
   * Looks up a host.
   *
   * @return at least one address, or an {@link UnknownHostException}; completes on the event loop
   */
  io.netty.util.concurrent.Future<List<InetAddress>> resolve(String host) {
    Promise<List<InetAddress>> found = eventLoop.newPromise();
    if (isAddress(host)) {
      parse(host, found);
      return found;
    }
    if (!running) {
      try {
        start(host);
      } catch (OutOfMemoryError e) {
        // No thread can be started. The next attempt to connect tries again.
        return found.setFailure(failed(host, e));
      }
    }
    Future<?> timer =
        eventLoop.schedule(
            () -> found.tryFailure(timedOut(host)), timeout.toMillis(), TimeUnit.MILLISECONDS);
    waiting.add(found);
    found.addListener(
        done -> {
          timer.cancel(false);
          waiting.remove(found);
        });
    return found;
  }

  private static void parse(String host, Promise<List<InetAddress>> found) {
    try {
      found.setSuccess(List.of(InetAddress.getByName(host))); // parses it, without a lookup
    } catch (UnknownHostException e) {
      found.setFailure(e);
    }
  }

  private void start(String host) {
    threads.newThread(() -> find(host)).start();
    running = true;
  }

  /** Runs on the lookup thread. */
  private void find(String host) {
    try {
      List<InetAddress> addresses = names.find(host);
      if (addresses.isEmpty()) {
        throw new UnknownHostException(host);
      }
      finish(found -> found.trySuccess(addresses));
    } catch (UnknownHostException e) {
      finish(found -> found.tryFailure(e));
    } catch (Throwable e) {
      // Without a result, all later lookups would wait for this one.
      finish(found -> found.tryFailure(failed(host, e)));
    }
  }

  private void finish(Consumer<Promise<List<InetAddress>>> answer) {
    try {
      eventLoop.execute(
          () -> {
            running = false;
            List.copyOf(waiting).forEach(answer);
          });
    } catch (RejectedExecutionException closed) {
      // The client is closed, so no call waits for the result.
    }
  }

  private static UnknownHostException failed(String host, Throwable cause) {
    UnknownHostException failure =
        new UnknownHostException("the lookup of the host " + host + " failed: " + cause);
    failure.initCause(cause);
    return failure;
  }

  private UnknownHostException timedOut(String host) {
    return new UnknownHostException(
        "the name service did not find " + host + " within " + TimeSpan.format(timeout));
  }
}
