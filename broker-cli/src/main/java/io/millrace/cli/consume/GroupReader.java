package io.millrace.cli.consume;

import io.millrace.cli.command.StopSignal;
import io.millrace.cli.format.EventWriter;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.GroupConsumer;
import io.millrace.client.Isolation;
import io.millrace.client.MillraceClient;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Prints the events of a topic as a member of a group, and commits what was printed. Used by one
 * thread.
 */
final class GroupReader {

  private static final Duration POLL = Duration.ofMillis(500);

  private final String group;
  private final TopicReader.Selection selection;
  private final EventWriter writer;

  /** The last event of each partition that the newest poll returned and that was printed. */
  private final Map<Integer, ConsumedEvent> last = new HashMap<>();

  GroupReader(String group, TopicReader.Selection selection, EventWriter writer) {
    this.group = group;
    this.selection = selection;
    this.writer = writer;
  }

  /**
   * Prints until a signal comes.
   *
   * @param max the largest number of events to print
   */
  void print(MillraceClient client, long max) throws IOException {
    try (GroupConsumer consumer = join(client);
        StopSignal stop = StopSignal.install(signal -> consumer.wakeup())) {
      long left = max;
      while (left > 0 && !stop.raised()) {
        left = print(consumer.poll(POLL), left);
      }
      for (ConsumedEvent event : last.values()) {
        consumer.commit(event);
      }
    }
  }

  private GroupConsumer join(MillraceClient client) {
    Isolation isolation = selection.isolation();
    return client
        .consumer(selection.topic())
        .isolation(isolation)
        .sources(selection.sources())
        .where(selection.where())
        .group(group)
        .build();
  }

  /** Prints events; the next poll commits them. */
  private long print(List<ConsumedEvent> events, long max) throws IOException {
    long left = max;
    last.clear();
    for (ConsumedEvent event : events) {
      if (left == 0) {
        break;
      }
      writer.write(event);
      left--;
      last.put(event.partition(), event);
    }
    writer.flush();
    return left;
  }
}
