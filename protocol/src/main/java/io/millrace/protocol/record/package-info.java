/**
 * The record batch, which has the same layout on the wire and on disk.
 *
 * <p>A producer builds a batch ({@link io.millrace.protocol.record.BatchBuilder}). The broker
 * checks it ({@link io.millrace.protocol.record.BatchCheck}), writes its own fields into the header
 * ({@link io.millrace.protocol.record.BatchHeader}) and stores it. A consumer reads the stored
 * bytes ({@link io.millrace.protocol.record.BatchReader}).
 *
 * <p>{@code BatchBuilder} is the only class that writes a record, and {@code RecordCursor} the only
 * one that reads it. Both the check and the reader use {@code RecordCursor}, so the reader can read
 * every record that the check accepts. Only {@code Compression} uses the compression libraries.
 */
package io.millrace.protocol.record;
