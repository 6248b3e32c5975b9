package io.millrace.spring;

import io.millrace.client.Admin;
import io.millrace.client.Consumer;
import io.millrace.client.GroupConsumer;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.QueueConsumer;
import io.millrace.protocol.ErrorCode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * A client that can be there before its broker. It makes one attempt to connect when the
 * application starts. Without a broker, it tries again in the background, and with each use: then
 * the call fails with {@code SERVER_UNREACHABLE}. Uses at the same time share one attempt. The
 * connected client reconnects by itself. Thread-safe.
 */
final class ConnectingClient implements MillraceClient, SmartLifecycle {

  /** Before the web server and the listeners start. */
  static final int PHASE = 0;

  private static final Logger LOG = LoggerFactory.getLogger(ConnectingClient.class);

  private final Supplier<Builder> builders;
  private final MillraceProperties properties;
  private final ConnectionState state;
  private final Admin admin;

  private MillraceClient connected;
  private CompletableFuture<MillraceClient> attempt;
  private Thread connector;
  private boolean running;
  private boolean closed;

  /**
   * Creates a client without a connection.
   *
   * @param builders gives the settings of each attempt
   */
  ConnectingClient(
      Supplier<Builder> builders, MillraceProperties properties, ConnectionState state) {
    this.builders = builders;
    this.properties = properties;
    this.state = state;
    this.admin = connectingAdmin();
  }

  @Override
  public Admin admin() {
    return admin;
  }

  @Override
  public Producer.Builder producer(String topic) {
    return connected().producer(topic);
  }

  @Override
  public Consumer.Builder consumer(String topic) {
    return connected().consumer(topic);
  }

  @Override
  public GroupConsumer.Builder groupConsumer(String group) {
    return connected().groupConsumer(group);
  }

  @Override
  public QueueConsumer.Builder queueConsumer(String topic, String queue) {
    return connected().queueConsumer(topic, queue);
  }

  /**
   * Makes the first attempt. Blocks for at most the connect timeout.
   *
   * @throws MillraceException if the broker refuses the client for good, or if there is no
   *     connection and the properties require one
   */
  @Override
  public void start() {
    synchronized (this) {
      running = true;
    }
    try {
      connected();
    } catch (MillraceException e) {
      if (properties.requireBrokerAtStart() || !e.retriable()) {
        throw e;
      }
      LOG.warn(
          "event=spring_broker_unreachable server={} cause={}", properties.server(), e.toString());
      connectInBackground();
    }
  }

  /** Nothing: the client is closed with the application, after all that uses it. */
  @Override
  public synchronized void stop() {
    running = false;
  }

  @Override
  public synchronized boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  /** Whether a use now does not have to connect first. */
  synchronized boolean isBuilt() {
    return connected != null;
  }

  @Override
  public void close() {
    MillraceClient client;
    synchronized (this) {
      closed = true;
      client = connected;
      if (connector != null) {
        connector.interrupt();
      }
    }
    if (client != null) {
      client.close();
    }
  }

  private MillraceClient connected() {
    while (true) {
      CompletableFuture<MillraceClient> shared;
      boolean mine;
      synchronized (this) {
        if (connected != null) {
          return connected;
        }
        requireOpen();
        mine = attempt == null;
        if (mine) {
          attempt = new CompletableFuture<>();
        }
        shared = attempt;
      }
      if (mine) {
        connect(shared);
      }
      try {
        return shared.get();
      } catch (ExecutionException e) {
        throwUnlessForeign(e.getCause(), mine);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new MillraceException(
            ErrorCode.INTERRUPTED, "interrupted while waiting for a connection", e);
      }
    }
  }

  /** If the thread that made the attempt was interrupted, another one tries again. */
  private static void throwUnlessForeign(Throwable cause, boolean mine) {
    if (!(cause instanceof MillraceException failure)) {
      throw new IllegalStateException("the settings of the client are wrong: " + cause, cause);
    }
    if (mine) {
      throw failure;
    }
    if (failure.code() != ErrorCode.INTERRUPTED) {
      throw new MillraceException(failure.code(), failure.getMessage(), failure);
    }
  }

  private void connect(CompletableFuture<MillraceClient> result) {
    try {
      MillraceClient client = builders.get().build();
      state.connected();
      keep(client, result);
    } catch (MillraceException e) {
      state.failed(e);
      end(result).completeExceptionally(e);
    } catch (RuntimeException | Error e) {
      end(result).completeExceptionally(e);
    }
  }

  private void keep(MillraceClient client, CompletableFuture<MillraceClient> result) {
    boolean late;
    synchronized (this) {
      late = closed;
      connected = late ? null : client;
      attempt = null;
    }
    if (late) {
      client.close();
      result.completeExceptionally(closedFailure());
    } else {
      result.complete(client);
    }
  }

  private synchronized CompletableFuture<MillraceClient> end(
      CompletableFuture<MillraceClient> result) {
    attempt = null;
    return result;
  }

  private synchronized void connectInBackground() {
    if (connector == null && !closed) {
      connector = new Thread(this::keepConnecting, "millrace-spring-connect");
      connector.setDaemon(true);
      connector.start();
    }
  }

  private void keepConnecting() {
    BackOff pauses = new BackOff(properties.reconnectBackoff());
    try {
      while (!isBuilt()) {
        Thread.sleep(pauses.next().toMillis());
        tryToConnect();
      }
    } catch (InterruptedException e) {
      LOG.debug("event=spring_connect_ended server={}", properties.server());
    } finally {
      synchronized (this) {
        connector = null;
      }
    }
  }

  private void tryToConnect() throws InterruptedException {
    try {
      connected();
      LOG.info("event=spring_broker_connected server={}", properties.server());
    } catch (MillraceException e) {
      if (e.code() == ErrorCode.INTERRUPTED || e.code() == ErrorCode.CLOSED) {
        throw new InterruptedException(e.getMessage());
      }
      LOG.debug(
          "event=spring_connect_failed server={} cause={}", properties.server(), e.toString());
    }
  }

  private void requireOpen() {
    if (closed) {
      throw closedFailure();
    }
  }

  private static MillraceException closedFailure() {
    return new MillraceException(
        ErrorCode.CLOSED, "the client is closed: the application is stopping");
  }

  /** Each call goes to the administration of the connected client. */
  private Admin connectingAdmin() {
    return (Admin)
        Proxy.newProxyInstance(
            Admin.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            (proxy, method, arguments) -> {
              if (method.getDeclaringClass() == Object.class) {
                return ofObject(proxy, method.getName(), arguments);
              }
              try {
                return method.invoke(connected().admin(), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private Object ofObject(Object proxy, String method, Object[] arguments) {
    return switch (method) {
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "Admin of " + properties.server();
    };
  }
}
