package io.millrace.core;

/** What the events of a source alone decide: not their append times. */
record CountedSource(String source, long count, long firstMicros, long lastMicros) {

  static CountedSource of(SourceSummary summary) {
    return new CountedSource(
        summary.source(), summary.count(), summary.firstSeenMicros(), summary.lastSeenMicros());
  }
}
