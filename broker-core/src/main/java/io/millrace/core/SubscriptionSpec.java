package io.millrace.core;

import io.millrace.protocol.Isolation;
import java.util.List;
import java.util.Objects;

/**
 * What a subscriber asks for.
 *
 * @param startAt where to begin
 * @param isolation how far it may see
 * @param creditBytes how many bytes may be delivered before more credit comes, at least 1; more
 *     than 1 GiB is taken as 1 GiB
 * @param sources only batches that may contain one of these sources are delivered; empty: all
 */
public record SubscriptionSpec(
    StartAt startAt, Isolation isolation, long creditBytes, List<String> sources) {

  public SubscriptionSpec {
    Objects.requireNonNull(startAt, "startAt");
    Objects.requireNonNull(isolation, "isolation");
    sources = List.copyOf(sources);
    if (creditBytes < 1) {
      throw new IllegalArgumentException(
          "creditBytes is " + creditBytes + "; expected at least 1, such as 1048576");
    }
  }
}
