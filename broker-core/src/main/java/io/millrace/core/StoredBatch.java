package io.millrace.core;

/**
 * Where a batch stands in the log, be it new or sent again.
 *
 * @param nextOffset one past its last record
 */
record StoredBatch(long baseOffset, long nextOffset, long appendTimeMicros) {}
