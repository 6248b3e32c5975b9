package io.millrace.benchmarks.load;

/**
 * The broker under load.
 *
 * @param connector of the system's client
 * @param server {@code host:port}
 * @param pid of the broker's process, for its processor time
 */
public record Target(LoadClient.Connector connector, String server, long pid) {

  LoadClient connect() {
    return connector.connect(server);
  }

  /** A meter that has started. */
  Meter meter() {
    return new Meter(pid);
  }

  /** A name that no other topic of this machine's lifetime has. */
  static String newTopic(String what) {
    return what + "-" + Long.toString(System.nanoTime(), Character.MAX_RADIX);
  }
}
