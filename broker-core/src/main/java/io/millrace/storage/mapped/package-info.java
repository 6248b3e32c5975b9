/**
 * Logs in memory-mapped segment files. Two ways in: {@link
 * io.millrace.storage.mapped.MappedStorage} for a broker, {@code LogInspector} to look at files
 * offline.
 *
 * <p>The way of a batch: {@code MappedLog} (offsets, failure, roles) > {@code Segment} (batches,
 * index) > {@code SegmentFile} (bytes, force) > {@code Mapping} (chronicle-bytes). A new file comes
 * from {@code SegmentSupply}; {@code Recovery} and {@code TailScan} find out what a crash left.
 * Formats: {@code docs/file-format.md}.
 */
package io.millrace.storage.mapped;
