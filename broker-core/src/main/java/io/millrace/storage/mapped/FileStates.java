package io.millrace.storage.mapped;

import io.millrace.storage.StateStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** States as files of one directory, each replaced whole. */
final class FileStates implements StateStore {

  private final Path directory;
  private final Disk disk;

  FileStates(Path directory, Disk disk) {
    this.directory = directory;
    this.disk = disk;
  }

  @Override
  public synchronized Optional<byte[]> load(String name) {
    return WholeFile.read(file(name), FileKind.STATE)
        .map(
            body -> {
              byte[] bytes = new byte[body.remaining()];
              body.get(bytes);
              return bytes;
            });
  }

  @Override
  public synchronized void save(String name, byte[] bytes) {
    WholeFile.replace(file(name), FileKind.STATE, ByteBuffer.wrap(bytes), disk);
  }

  private Path file(String name) {
    return directory.resolve(StateStore.requireName(name) + ".state");
  }
}
