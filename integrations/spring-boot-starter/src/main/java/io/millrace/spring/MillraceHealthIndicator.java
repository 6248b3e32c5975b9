package io.millrace.spring;

import io.millrace.client.EventProcessingException;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * DOWN without a connection, and if a listener does not run although it should. It sends nothing to
 * the broker, unless the client is a bean of the application.
 */
final class MillraceHealthIndicator extends AbstractHealthIndicator {

  private final MillraceClient client;
  private final MillraceConnectionDetails details;
  private final ConnectionState state;
  private final MillraceListenerRegistry listeners;

  /**
   * Creates an indicator.
   *
   * @param state null if the client is a bean of the application
   */
  MillraceHealthIndicator(
      MillraceClient client,
      MillraceConnectionDetails details,
      ConnectionState state,
      MillraceListenerRegistry listeners) {
    super("the health of Millrace cannot be found");
    this.client = client;
    this.details = details;
    this.state = state;
    this.listeners = listeners;
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    health.up();
    if (state == null) {
      client.admin().describeBroker();
    } else {
      health.withDetail("server", details.server());
      describeConnection(health);
    }
    Map<String, String> states = new LinkedHashMap<>();
    for (RunningListener listener : listeners.listeners()) {
      states.put(listener.id(), describe(listener));
      if (!isWell(listener.state())) {
        health.down();
      }
    }
    if (!states.isEmpty()) {
      health.withDetail("listeners", states);
    }
  }

  private void describeConnection(Health.Builder health) {
    boolean connected = state.isConnected();
    health.withDetail("connected", connected);
    if (!connected) {
      health.down();
      MillraceException failure = state.failure();
      if (failure != null) {
        health.withDetail("reason", text(failure));
      }
    }
  }

  private static boolean isWell(ListenerState state) {
    return state == ListenerState.RUNNING || state == ListenerState.STOPPED;
  }

  private static String describe(RunningListener listener) {
    return listener.state() + listener.failure().map(cause -> ": " + text(cause)).orElse("");
  }

  private static String text(Throwable cause) {
    if (cause instanceof EventProcessingException failed && failed.event() != null) {
      return failed.code() + " at " + failed.event() + ": " + failed.getMessage();
    }
    if (cause instanceof MillraceException failed) {
      return failed.code() + ": " + failed.getMessage();
    }
    return cause.toString();
  }
}
