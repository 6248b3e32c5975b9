package io.millrace.core;

import io.millrace.protocol.Isolation;
import java.util.List;

/**
 * What a subscriber asks for.
 *
 * @param startAt where to begin
 * @param isolation how far it may see
 * @param creditBytes how many bytes may be delivered before more credit comes, at least 1
 * @param sources only batches that may contain one of these sources are delivered; empty: all
 */
public record SubscriptionSpec(
    StartAt startAt, Isolation isolation, long creditBytes, List<String> sources) {

  public SubscriptionSpec {
    sources = List.copyOf(sources);
  }
}
