package io.millrace.e2e;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Damages a batch of a segment on the disk, while no broker uses it. */
final class DamagedBatch {

  private static final int SEGMENT_HEADER_BYTES = 64;
  private static final int BATCH_HEADER_BYTES = 104;

  private DamagedBatch() {}

  /** Changes a byte in the records of the second batch. */
  static void second(Path segmentFile) throws IOException {
    try (FileChannel segment =
        FileChannel.open(segmentFile, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      segment.read(length, SEGMENT_HEADER_BYTES);
      int inSecond = SEGMENT_HEADER_BYTES + length.getInt(0) + BATCH_HEADER_BYTES + 2;
      ByteBuffer one = ByteBuffer.allocate(1);
      segment.read(one, inSecond);
      one.put(0, (byte) ~one.get(0)).flip();
      segment.write(one, inSecond);
    }
  }
}
