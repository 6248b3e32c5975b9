package io.millrace.torture;

/**
 * The committed positions of a group at one time.
 *
 * @param askedNanos when the broker was asked
 * @param answeredNanos when it had answered
 * @param positions the position of each partition; 0: none is committed
 */
record PositionSample(long askedNanos, long answeredNanos, long[] positions) {}
