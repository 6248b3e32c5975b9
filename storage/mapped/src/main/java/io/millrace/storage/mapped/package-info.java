/**
 * The memory-mapped storage engine. {@link io.millrace.storage.mapped.MappedStorage} opens it for a
 * broker; the offline tools are in package {@code tool}.
 *
 * <p>The packages, each of which uses only those before it:
 *
 * <ol>
 *   <li>{@code file}: the files of a data directory and their formats.
 *   <li>{@code recovery}: restores a log from the files that a crash has left.
 *   <li>this package: the open log.
 *   <li>{@code tool}: inspection, verification and repair of logs that no broker uses.
 * </ol>
 *
 * <p>A batch is written through {@code MappedLog} (append, fsync, retention, close), {@code
 * Segment} (batches and index) and {@code SegmentFile} (bytes and fsync) to the page cache. {@code
 * SegmentSupply} creates the next segment file. A batch is read through {@code MappedReader}
 * (cursor), {@code LogView} (offsets and what readers may see), {@code Segment} and {@code Mapping}
 * (chronicle-bytes). {@code LogOpener} recovers a log and builds it from the result. {@code
 * LogChecks} finds damage while a log is open.
 */
package io.millrace.storage.mapped;
