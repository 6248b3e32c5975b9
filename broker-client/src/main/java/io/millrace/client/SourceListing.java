package io.millrace.client;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The sources of a topic.
 *
 * @param sources sorted by name
 * @param skipped the events that the list leaves out because they are damaged, by partition and
 *     offset; usually none
 * @param otherEvents the number of events of sources that the list does not name, because the
 *     broker's summary holds no more; 0 if the list is whole
 * @param asOf the time of the broker's clock to which the rates belong; empty if the broker is of a
 *     version that does not tell
 * @param positions for each partition, one past the last offset that the list takes into account;
 *     empty if the broker does not tell
 */
public record SourceListing(
    List<SourceDescription> sources,
    List<SkippedOffsets> skipped,
    long otherEvents,
    Optional<Instant> asOf,
    List<Long> positions) {

  public SourceListing {
    sources = List.copyOf(sources);
    skipped = List.copyOf(skipped);
    positions = List.copyOf(positions);
  }
}
