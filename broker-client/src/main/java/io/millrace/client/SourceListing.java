package io.millrace.client;

import java.util.List;

/**
 * The sources of a topic.
 *
 * @param sources sorted by name
 * @param skipped the events that the list leaves out because they are damaged, by partition and
 *     offset; usually none
 */
public record SourceListing(List<SourceDescription> sources, List<SkippedOffsets> skipped) {

  public SourceListing {
    sources = List.copyOf(sources);
    skipped = List.copyOf(skipped);
  }
}
