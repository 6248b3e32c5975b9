package io.millrace.core;

import io.millrace.filter.FilterMatcher;

/**
 * What a filter has done. Each event counts at most once in each number.
 *
 * @param scanned events that were tested. Batches that are skipped by their header are not in it
 * @param matched events that match
 * @param typeMismatches events in which a test met a value of another type
 * @param notJson events whose value was read as JSON and is not
 * @param patternsSkipped events with a text that was too long for a regular expression
 */
public record FilterCounts(
    long scanned, long matched, long typeMismatches, long notJson, long patternsSkipped) {

  /** All numbers are 0. */
  public static final FilterCounts NONE = new FilterCounts(0, 0, 0, 0, 0);

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
        patternsSkipped + more.patternsSkipped);
  }
}
