package io.millrace.benchmarks.load;

/**
 * The broker under load.
 *
 * @param connector connects the client of the system
 * @param server the address, {@code host:port}
 * @param pid the id of the broker's process, for its CPU time
 */
public record Target(LoadClient.Connector connector, String server, long pid) {

  LoadClient connect() {
    return connector.connect(server);
  }

  /** Starts a measurement. */
  Meter meter() {
    return new Meter(pid);
  }

  /** A name that no other topic has. */
  static String newTopic(String what) {
    return what + "-" + Long.toString(System.nanoTime(), Character.MAX_RADIX);
  }
}
