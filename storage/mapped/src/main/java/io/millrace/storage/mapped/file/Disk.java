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
   * @throws io.millrace.storage.StorageException {@code DISK_FULL}, {@code STORAGE_FAILED}; the
   *     file does not exist then
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

  /** Writes the names in a directory to the disk. Blocks until they are on the disk. */
  void fsyncDirectory(Path directory) throws IOException;
}
