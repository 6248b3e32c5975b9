/**
 * The record batch: one layout on the wire and on disk.
 *
 * <p>A producer builds a batch ({@link io.millrace.protocol.record.BatchBuilder}), the broker
 * checks it ({@link io.millrace.protocol.record.BatchCheck}), writes its own fields into the header
 * ({@link io.millrace.protocol.record.BatchHeader}) and stores it; a consumer reads the very same
 * bytes ({@link io.millrace.protocol.record.BatchReader}).
 *
 * <p>A record is written in one class and read in one: {@code BatchBuilder} and {@code
 * RecordCursor}, on which both the check and the reader stand, so that what the one accepts the
 * other can read. Only {@code Compression} knows the compression libraries.
 */
package io.millrace.protocol.record;
