package io.millrace.cli.topic;

import io.millrace.cli.command.ErrorPrinter;
import io.millrace.cli.format.EventTime;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.StartPosition;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The event at which a deletion by time stops: its time is the reason. */
final class FirstKeptEvent {

  private static final Duration LONGEST_READ = Duration.ofSeconds(30);
  private static final int CREDIT_BYTES = 64 * 1024;

  private FirstKeptEvent() {}

  /** Why the events from an offset on are kept. Reads this one event. */
  static String describe(MillraceClient client, String topic, int partition, long offset) {
    return "partition "
        + partition
        + " keeps offset "
        + offset
        + " ("
        + time(client, topic, partition, offset)
        + ") and all after it, also those with an earlier time";
  }

  private static String time(MillraceClient client, String topic, int partition, long offset) {
    try (Consumer consumer =
        client
            .consumer(topic)
            .from(Map.of(partition, StartPosition.offset(offset)))
            .creditBytes(CREDIT_BYTES)
            .maxPollEvents(1)
            .build()) {
      List<ConsumedEvent> events = consumer.poll(LONGEST_READ);
      return events.isEmpty()
          ? "the broker has not sent it within " + LONGEST_READ.toSeconds() + " s"
          : "event time " + EventTime.format(events.get(0).timestampMicros());
    } catch (MillraceException e) {
      return "its time cannot be read: " + ErrorPrinter.message(e);
    }
  }
}
