package io.millrace.group;

/**
 * The time of a decision on two clocks.
 *
 * @param monotonicMicros microseconds of a clock that never goes back; sessions use it. Its values
 *     mean nothing after a restart and are never in a record.
 * @param epochMicros microseconds since 1970-01-01; times of commits and retention use it
 */
public record Moment(long monotonicMicros, long epochMicros) {}
