package io.millrace.embedded;

import io.millrace.core.Broker;
import io.millrace.core.BrokerClock;
import io.millrace.server.MillraceServer;
import io.millrace.server.config.ConfigLoader;
import io.millrace.server.config.ServerConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The real broker behind an embedded one, from start to start. Guarded by the embedded broker,
 * except {@link #faults} and {@link #port}.
 */
final class BrokerRun {

  static final String LOOPBACK = "127.0.0.1";

  private final Map<String, String> settings;
  private final Medium medium;
  private final BrokerClock clock;
  private final ClientPort port = ClientPort.reserve();

  /** Those of the broker that is running, or of the next one. */
  private volatile Faults faults = new Faults();

  /** The HTTP port; 0 before the first start, -1 without one. */
  private int httpPort;

  /** Null while the broker is crashed or closed. */
  private MillraceServer server;

  BrokerRun(Map<String, String> settings, Medium medium, BrokerClock clock) {
    this.settings = Map.copyOf(settings);
    this.medium = medium;
    this.clock = clock;
  }

  /** The faults of the disk. Any thread. */
  Faults faults() {
    return faults;
  }

  /** Where clients connect. Any thread. */
  ClientPort port() {
    return port;
  }

  int httpPort() {
    return httpPort;
  }

  boolean isRunning() {
    return server != null;
  }

  /** The broker, while it is running. */
  Broker broker() {
    return server.broker();
  }

  /** Starts the broker, which is not running. */
  void launch() {
    Map<String, String> all = new HashMap<>(settings);
    all.put("listen.host", LOOPBACK);
    all.put("listen.port", "0");
    all.put("http.port", Integer.toString(Math.max(0, httpPort)));
    all.put("storage.engine", medium.engineName());
    all.put("dataDir", medium.directory().toString());
    ServerConfig config = ConfigLoader.load(Optional.empty(), Map.of(), all);
    server =
        MillraceServer.start(
            config.withEngine(medium.engine(config.storage().engine(), faults)), clock);
    httpPort = server.httpPort();
    port.serve(server.port());
  }

  /** Stops the broker in order, if it is running. */
  void stop() {
    port.stopServing();
    if (server != null) {
      server.close();
      server = null;
      medium.stopped();
    }
  }

  /**
   * Ends the broker, if it is running, without an orderly stop.
   *
   * @param losingUnsynced as a power failure
   */
  void crash(boolean losingUnsynced) {
    if (server == null) {
      return;
    }
    // First: a client must get no answer about what is lost.
    port.stopServing();
    port.dropConnections();
    medium.crash(losingUnsynced);
    Faults ended = faults;
    faults = ended.copy();
    ended.end();
    stop();
  }
}
