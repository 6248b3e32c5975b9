package io.millrace.cli.bench;

import io.millrace.cli.command.OptionRange;
import io.millrace.cli.command.StopSignal;
import io.millrace.client.MillraceClient;
import io.millrace.client.TopicSpec;

/**
 * The topic of a benchmark: an existing topic, which is kept, or a new one. A new topic is deleted
 * by {@link #close}, and also when a signal stops the benchmark. Used by one thread.
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
   * Opens the topic that the options name, or creates one.
   *
   * @param client creates and deletes the topic; the caller closes the topic before the client
   */
  static BenchTopic open(MillraceClient client, BenchOptions options) {
    if (options.topic != null) {
      return new BenchTopic(client, options.topic, null);
    }
    OptionRange.check(
        options.commandSpec(), "--partitions", options.partitions, 0, Integer.MAX_VALUE);
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

  /** Whether the topic was created for this run. */
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
