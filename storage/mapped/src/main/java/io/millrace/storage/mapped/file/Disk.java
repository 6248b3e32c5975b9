package io.millrace.storage.mapped.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The calls that allocate space on a disk, fsync files and read them without a mapping. Any thread.
 */
public interface Disk extends PositionalRead {

  /**
   * Creates a file of zeros and allocates all of its blocks: the file is never sparse.
   *
   * @throws io.millrace.storage.StorageException {@code DISK_FULL}, {@code RESOURCES_EXHAUSTED},
   *     {@code STORAGE_FAILED}; the file does not exist then
   */
  void allocate(Path file, int bytes);

  /**
   * Writes the bytes of a file, and the metadata needed to find them, to the disk. Blocks until
   * they are on the disk.
   *
   * @param file the present name of the channel's file
   * @throws IOException with the name of the file in its message
   */
  void fsync(Path file, FileChannel channel) throws IOException;

  /**
   * Writes the names in a directory to the disk. Blocks until they are on the disk.
   *
   * @throws IOException if the fsync has failed
   * @throws io.millrace.storage.StorageException {@code RESOURCES_EXHAUSTED} if the directory could
   *     not be opened: there was no fsync, and a later call may succeed
   */
  void fsyncDirectory(Path directory) throws IOException;

  /**
   * Maps a file from its first byte, read-only. The caller is the first holder.
   *
   * @param bytes size of the file
   * @throws io.millrace.storage.StorageException {@code RESOURCES_EXHAUSTED} or {@code
   *     STORAGE_FAILED}; nothing is mapped
   */
  Mapping map(Path file, int bytes);
}
