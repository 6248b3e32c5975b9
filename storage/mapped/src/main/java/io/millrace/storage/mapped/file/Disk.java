package io.millrace.storage.mapped.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The calls by which space is taken, and bytes are made safe and read again. Any thread. */
public interface Disk extends PositionalRead {

  /**
   * Creates a file with all its bytes really allocated, zero.
   *
   * @throws io.millrace.storage.StorageException {@code DISK_FULL}, {@code STORAGE_FAILED}; the
   *     file is then gone
   */
  void allocate(Path file, int bytes);

  /**
   * Returns when the file's bytes, and what is needed to find them, are on disk.
   *
   * @param file the name under which the channel's file stands now
   * @throws IOException that names the file
   */
  void force(Path file, FileChannel channel) throws IOException;

  /** Returns when the directory's names are on disk. */
  void forceDirectory(Path directory) throws IOException;
}
