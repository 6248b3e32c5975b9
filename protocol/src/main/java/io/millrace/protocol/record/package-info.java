/**
 * The record batch: one layout on the wire and on disk.
 *
 * <p>A producer builds a batch ({@link io.millrace.protocol.record.BatchBuilder}), the broker
 * checks it ({@link io.millrace.protocol.record.BatchCheck}), writes its own fields into the header
 * ({@link io.millrace.protocol.record.BatchHeader}) and stores it; a consumer reads the very same
 * bytes ({@link io.millrace.protocol.record.BatchReader}).
 */
package io.millrace.protocol.record;
