package io.millrace.core;

import io.millrace.filter.FilterMatcher;

/**
 * What a filter has done. Each event counts at most once in each number of events.
 *
 * @param scanned events that were tested. Batches that are skipped by their header are not in it
 * @param matched events that match
 * @param typeMismatches events in which a test met a value of another type
 * @param notJson events whose value was read as JSON and is not
 * @param patternsSkipped events with a text that was too long for a regular expression
 * @param readBytes bytes of the log that were read for the filter
 * @param skippedBytes bytes of the log that it has passed over without reading them, because an
 *     index excludes a match. To within some 64 KiB for each search
 */
public record FilterCounts(
    long scanned,
    long matched,
    long typeMismatches,
    long notJson,
    long patternsSkipped,
    long readBytes,
    long skippedBytes) {

  /** All numbers are 0. */
  public static final FilterCounts NONE = new FilterCounts(0, 0, 0, 0, 0);

  /** Numbers of events only. */
  FilterCounts(
      long scanned, long matched, long typeMismatches, long notJson, long patternsSkipped) {
    this(scanned, matched, typeMismatches, notJson, patternsSkipped, 0, 0);
  }

  static FilterCounts of(long scanned, long matched, FilterMatcher tested) {
    return new FilterCounts(
        scanned, matched, tested.typeMismatches(), tested.notJson(), tested.patternsSkipped());
  }

  FilterCounts plus(FilterCounts more) {
    return new FilterCounts(
        scanned + more.scanned,
        matched + more.matched,
        typeMismatches + more.typeMismatches,
        notJson + more.notJson,
        patternsSkipped + more.patternsSkipped,
        readBytes + more.readBytes,
        skippedBytes + more.skippedBytes);
  }

  /** The same numbers of events, with these numbers of bytes. */
  FilterCounts withBytes(long read, long skipped) {
    return new FilterCounts(
        scanned, matched, typeMismatches, notJson, patternsSkipped, read, skipped);
  }
}
