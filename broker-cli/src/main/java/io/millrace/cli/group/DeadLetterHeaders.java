package io.millrace.cli.group;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Header;
import java.util.List;
import java.util.Optional;

/**
 * What the headers of a dead letter say.
 *
 * @param topic the topic of the event that became the dead letter
 * @param partition the partition of the event
 * @param queue the queue that could not process the event
 * @param reason why
 */
record DeadLetterHeaders(String topic, int partition, String queue, String reason) {

  private static final String PREFIX = "dlq_";

  /** The place before the first death; a letter of a letter keeps it. */
  private static final String FIRST_PREFIX = "dlq_first_";

  /** The headers of an event; empty if it is no dead letter. */
  static Optional<DeadLetterHeaders> of(ConsumedEvent event) {
    String topic = value(event, "topic");
    String partition = value(event, "partition");
    String queue = value(event, "group");
    String reason = value(event, "reason");
    boolean isLetter =
        topic != null
            && queue != null
            && reason != null
            && partition != null
            && partition.matches("\\d{1,9}");
    return isLetter
        ? Optional.of(new DeadLetterHeaders(topic, Integer.parseInt(partition), queue, reason))
        : Optional.empty();
  }

  private static String value(ConsumedEvent event, String name) {
    for (Header header : event.headers()) {
      if (header.name().equals(PREFIX + name)) {
        return header.valueAsString();
      }
    }
    return null;
  }

  /** The headers that the event had before it became a dead letter. */
  static List<Header> ofEvent(ConsumedEvent letter) {
    return letter.headers().stream().filter(each -> !isOfLetter(each.name())).toList();
  }

  private static boolean isOfLetter(String name) {
    return name.startsWith(PREFIX) && !name.startsWith(FIRST_PREFIX);
  }
}
