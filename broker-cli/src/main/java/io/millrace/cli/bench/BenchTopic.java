package io.millrace.cli.bench;

import io.millrace.cli.command.StopSignal;
import io.millrace.client.MillraceClient;
import io.millrace.client.TopicSpec;

/**
 * The topic of a run: the user's, which is left as it is, or one of its own, which is deleted, also
 * when the run is stopped in the middle. One thread.
 */
final class BenchTopic implements AutoCloseable {

  private final MillraceClient client;
  private final String name;
  private final StopSignal stop;

  private BenchTopic(MillraceClient client, String name, StopSignal stop) {
    this.client = client;
    this.name = name;
    this.stop = stop;
  }

  /**
   * The topic that the options name, else a new one.
   *
   * @param client not closed by this
   */
  static BenchTopic open(MillraceClient client, BenchOptions options) {
    if (options.topic != null) {
      return new BenchTopic(client, options.topic, null);
    }
    String name = "bench-" + Long.toString(System.nanoTime(), Character.MAX_RADIX);
    client.admin().createTopic(name, TopicSpec.partitions(options.partitions));
    StopSignal stop =
        StopSignal.install(
            signal -> {
              client.admin().deleteTopic(name);
              signal.close();
            });
    return new BenchTopic(client, name, stop);
  }

  String name() {
    return name;
  }

  /** Whether it was made for the run. */
  boolean isTemporary() {
    return stop != null;
  }

  @Override
  public void close() {
    if (stop == null) {
      return;
    }
    stop.close();
    if (!stop.raised()) {
      client.admin().deleteTopic(name);
    }
  }
}
