package io.millrace.core;

/**
 * Where a batch that came again was stored the first time.
 *
 * @param nextOffset one past its last record
 */
record KnownBatch(long baseOffset, long nextOffset, long appendTimeMicros) {}
