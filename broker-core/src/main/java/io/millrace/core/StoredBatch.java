package io.millrace.core;

/**
 * The position of a stored batch in the log.
 *
 * @param nextOffset one past its last record
 */
record StoredBatch(long baseOffset, long nextOffset, long appendTimeMicros) {}
