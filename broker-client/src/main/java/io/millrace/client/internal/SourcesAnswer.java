package io.millrace.client.internal;

import io.millrace.client.SkippedOffsets;
import io.millrace.client.SourceDescription;
import io.millrace.client.SourceDescription.Arrival;
import io.millrace.client.SourceDescription.Numbering;
import io.millrace.client.SourceListing;
import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.wire.ListSourcesResponse;
import io.millrace.protocol.wire.SkippedRange;
import io.millrace.protocol.wire.SourceInfo;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The list of sources in a response of any version. */
final class SourcesAnswer {

  private SourcesAnswer() {}

  static SourceListing of(ListSourcesResponse response) {
    boolean summary = response.asOfMicros() != 0; // 0 in a version without it
    return new SourceListing(
        response.sources().stream().map(source -> describe(source, summary)).toList(),
        response.skipped().stream().map(SourcesAnswer::describe).toList(),
        response.otherEvents(),
        summary ? Optional.of(EpochMicros.toInstant(response.asOfMicros())) : Optional.empty(),
        response.positions());
  }

  private static SkippedOffsets describe(SkippedRange range) {
    return new SkippedOffsets(range.partition(), range.firstOffset(), range.endOffset());
  }

  private static SourceDescription describe(SourceInfo source, boolean summary) {
    return new SourceDescription(
        source.source(),
        source.count(),
        EpochMicros.toInstant(source.firstSeenMicros()),
        EpochMicros.toInstant(source.lastSeenMicros()),
        summary ? Optional.of(arrival(source)) : Optional.empty(),
        source.lastSequence() < 0
            ? Optional.empty()
            : Optional.of(
                new Numbering(source.lastSequence(), source.missing(), source.repeated())));
  }

  private static Arrival arrival(SourceInfo source) {
    return new Arrival(
        EpochMicros.toInstant(source.lastAppendMicros()),
        source.milliEventsPerSecond() / 1000.0,
        Duration.of(source.meanSkewMicros(), ChronoUnit.MICROS),
        Duration.of(source.maxSkewMicros(), ChronoUnit.MICROS));
  }
}
