package io.millrace.storage.mapped;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Numbers the openings of logs so that no two openings of a log have the same number, whatever
 * crashes in between. One counter for the whole directory, on disk before it is used: then opening
 * a log writes nothing. The body of its file is one i32. Any thread.
 */
final class EpochCounter {

  private final Path file;
  private final Disk disk;
  private final Set<Object> used = new HashSet<>();
  private int epoch;

  private EpochCounter(Path file, Disk disk) {
    this.file = file;
    this.disk = disk;
  }

  static EpochCounter open(Path file, Disk disk) {
    EpochCounter counter = new EpochCounter(file, disk);
    counter.epoch = WholeFile.read(file, FileKind.EPOCH).map(body -> body.getInt(0)).orElse(0);
    counter.advance();
    return counter;
  }

  /** A number greater than any that this log had before. */
  synchronized int next(Object log) {
    if (!used.add(log)) {
      advance();
      used.clear();
      used.add(log);
    }
    return epoch;
  }

  private void advance() {
    epoch++;
    ByteBuffer body = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, epoch);
    WholeFile.replace(file, FileKind.EPOCH, body, disk);
  }
}
