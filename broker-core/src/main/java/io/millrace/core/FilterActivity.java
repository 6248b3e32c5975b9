package io.millrace.core;

/**
 * What the filters of a broker have done since it was opened.
 *
 * @param counts their sums
 * @param nanos the CPU time that they took on the reader threads
 */
public record FilterActivity(FilterCounts counts, long nanos) {}
