package io.millrace.cli.bench;

import io.millrace.client.MillraceClient;
import io.millrace.client.TopicSpec;

/**
 * The topic of a run: the user's, which is left as it is, or one of its own, which is deleted.
 *
 * @param client not closed by this
 */
record BenchTopic(MillraceClient client, String name, boolean temporary) implements AutoCloseable {

  static BenchTopic open(MillraceClient client, BenchOptions options) {
    if (options.topic != null) {
      return new BenchTopic(client, options.topic, false);
    }
    String name = "bench-" + Long.toString(System.nanoTime(), Character.MAX_RADIX);
    client.admin().createTopic(name, TopicSpec.partitions(options.partitions));
    return new BenchTopic(client, name, true);
  }

  @Override
  public void close() {
    if (temporary) {
      client.admin().deleteTopic(name);
    }
  }
}
