package io.millrace.core;

import io.millrace.protocol.IsolationLevel;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The request of a subscriber.
 *
 * @param startAt the position to begin at
 * @param isolation the rule for the visible end
 * @param creditBytes bytes that may be delivered before more credit is added, at least 1; cut to 1
 *     GiB
 * @param sources only batches that may contain one of these sources are delivered; empty: all
 * @param filter only events that match are delivered; empty: all, with the batches as they are
 *     stored. {@link Broker#parseFilter} makes it
 */
public record SubscriptionSpec(
    SubscriptionStart startAt,
    IsolationLevel isolation,
    long creditBytes,
    List<String> sources,
    Optional<EventFilter> filter) {

  /** A request of batches as they are stored. */
  public SubscriptionSpec(
      SubscriptionStart startAt, IsolationLevel isolation, long creditBytes, List<String> sources) {
    this(startAt, isolation, creditBytes, sources, Optional.empty());
  }

  public SubscriptionSpec {
    Objects.requireNonNull(startAt, "startAt");
    Objects.requireNonNull(isolation, "isolation");
    Objects.requireNonNull(filter, "filter");
    sources = List.copyOf(sources);
    if (creditBytes < 1) {
      throw new IllegalArgumentException(
          "creditBytes is " + creditBytes + "; expected at least 1, such as 1048576");
    }
  }
}
