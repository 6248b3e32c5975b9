package io.millrace.client;

import java.util.OptionalLong;

/**
 * The position of a group in a partition before and after a reset.
 *
 * @param partition the number of the partition, from 0
 * @param before the offset of the next event to process; empty: there was no position
 * @param after the same, after the reset
 */
public record PositionChange(int partition, OptionalLong before, long after) {}
