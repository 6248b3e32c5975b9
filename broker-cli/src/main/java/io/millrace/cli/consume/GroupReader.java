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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Prints the events of a topic as a member of a group, and commits what was printed. Used by one
 * thread.
 */
final class GroupReader {

  private static final Duration POLL = Duration.ofMillis(500);

  /** How long a signal waits for the broker to answer the join. */
  private static final Duration JOIN_WAIT = Duration.ofSeconds(2);

  private final String group;
  private final TopicReader.Selection selection;
  private final EventWriter writer;

  /** The last event of each partition that the newest poll returned and that was printed. */
  private final Map<Integer, ConsumedEvent> last = new HashMap<>();

  private final CompletableFuture<GroupConsumer> joined = new CompletableFuture<>();

  GroupReader(String group, TopicReader.Selection selection, EventWriter writer) {
    this.group = group;
    this.selection = selection;
    this.writer = writer;
  }

  /**
   * Prints until a signal comes. Then it commits what was printed and leaves the group, and only
   * after that the process may end.
   *
   * @param max the largest number of events to print
   */
  void print(MillraceClient client, long max) throws IOException {
    try (StopSignal stop = StopSignal.install(this::wakeUp);
        GroupConsumer consumer = begin(client)) {
      long left = max;
      while (left > 0 && !stop.raised()) {
        left = print(consumer.poll(POLL), left, stop);
      }
      for (ConsumedEvent event : last.values()) {
        consumer.commit(event);
      }
    }
  }

  /** A signal has come. If the broker does not even answer the join, there is nothing to commit. */
  private void wakeUp(StopSignal stop) {
    try {
      joined.get(JOIN_WAIT.toMillis(), TimeUnit.MILLISECONDS).wakeup();
    } catch (TimeoutException e) {
      stop.close();
    } catch (ExecutionException e) {
      // The command fails with the reason.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private GroupConsumer begin(MillraceClient client) {
    try {
      joined.complete(join(client));
    } catch (RuntimeException | Error e) {
      joined.completeExceptionally(e);
      throw e;
    }
    return joined.join();
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
  private long print(List<ConsumedEvent> events, long max, StopSignal stop) throws IOException {
    long left = max;
    last.clear();
    for (ConsumedEvent event : events) {
      if (left == 0 || stop.raised()) {
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
