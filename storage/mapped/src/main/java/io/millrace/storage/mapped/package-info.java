/**
 * Logs in memory-mapped segment files. Two ways in: {@link
 * io.millrace.storage.mapped.MappedStorage} for a broker, {@code LogInspector} to look at files
 * offline.
 *
 * <p>The way of a batch: {@code MappedLog} (who does what, in which order) > {@code Segment}
 * (batches, index) > {@code SegmentFile} (bytes, force) > {@code Mapping} (chronicle-bytes). A new
 * file comes from {@code SegmentSupply}. The way back: {@code MappedReader} (cursor) > {@code
 * LogView} (offsets, what may be seen) > {@code Segment}. {@code Recovery} and {@code TailRecovery}
 * find out what a crash left. Formats: {@code docs/file-format.md}.
 */
package io.millrace.storage.mapped;
