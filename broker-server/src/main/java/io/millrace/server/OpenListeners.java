package io.millrace.server;

import io.millrace.server.listener.ListenException;
import io.millrace.server.listener.Listener;
import io.millrace.server.listener.ListenerContext;
import io.millrace.server.listener.ListenerSettings;
import io.millrace.server.settings.ListenAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open listeners of a server, by name. Any thread. */
final class OpenListeners implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OpenListeners.class);

  private final Map<String, Listener> byName = new ConcurrentHashMap<>();
  private final Duration drainGrace;

  /**
   * Creates an empty list of listeners.
   *
   * @param drainGrace how much longer than its timeout a listener may take to drain
   */
  OpenListeners(Duration drainGrace) {
    this.drainGrace = drainGrace;
  }

  /**
   * Opens a listener.
   *
   * @throws StartException if an address cannot be bound
   */
  Listener open(String name, ListenerSettings settings, ListenerContext context) {
    try {
      Listener listener = settings.open(context);
      byName.put(name, listener);
      return listener;
    } catch (ListenException e) {
      throw StartException.listen(e);
    }
  }

  /** Empty if no listener of this name is open. */
  List<ListenAddress> addressesOf(String name) {
    Listener listener = byName.get(name);
    return listener == null ? List.of() : listener.addresses();
  }

  int connections() {
    return byName.values().stream().mapToInt(Listener::connections).sum();
  }

  /**
   * Drains all listeners at the same time. Blocks until they are drained, and at most until the
   * timeout and the grace have passed.
   */
  void drain(Duration timeout) {
    CompletableFuture.allOf(
            byName.entrySet().stream()
                .map(open -> drain(open.getKey(), open.getValue(), timeout))
                .toArray(CompletableFuture[]::new))
        .join();
  }

  private CompletableFuture<Void> drain(String name, Listener listener, Duration timeout) {
    return CompletableFuture.completedFuture(listener)
        .thenCompose(each -> each.drain(timeout))
        .orTimeout(timeout.plus(drainGrace).toNanos(), TimeUnit.NANOSECONDS)
        .exceptionally(
            failure -> {
              LOG.error("event=drain_failed listener={}", name, failure);
              return null;
            });
  }

  /** Closes every listener, even if an earlier one has failed to close. Blocks. */
  @Override
  public void close() {
    byName.forEach(
        (name, listener) -> {
          try {
            listener.close();
          } catch (RuntimeException e) {
            LOG.error("event=close_failed listener={}", name, e);
          }
        });
  }
}
