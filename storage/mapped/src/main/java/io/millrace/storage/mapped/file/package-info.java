/**
 * The files of a data directory: their names, formats and checksums, and the calls that allocate,
 * write, map and fsync them. Formats are described in {@code docs/file-format.md}.
 *
 * <ul>
 *   <li>Disk: {@code Disk}, {@code LinuxDisk}, {@code ReservedDisk}, {@code DirectoryLock}.
 *   <li>Segments: {@code SegmentHeader}, {@code SegmentFile} with its {@code Mapping}, and for
 *       reads without a mapping {@code StoredSegment}, {@code SegmentChannel} and {@code
 *       BatchCursor}.
 *   <li>Indexes: {@code SparseIndex} in memory, {@code IndexFile} on disk.
 *   <li>Small files, each a {@code ChecksummedFile}: {@code Checkpoint}, {@code ClosedMark}, {@code
 *       DamagedRanges}, {@code EpochCounter}, {@code FileStates}.
 * </ul>
 */
package io.millrace.storage.mapped.file;
