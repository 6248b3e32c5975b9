package io.millrace.e2e;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Damages a batch of a segment on the disk. */
final class DamagedBatch {

  private static final int SEGMENT_HEADER_BYTES = 64;
  private static final int BATCH_HEADER_BYTES = 104;

  private DamagedBatch() {}

  /** Changes a byte in the records of the second batch. */
  static void second(Path segmentFile) throws IOException {
    records(segmentFile, 1);
  }

  /**
   * Changes a byte in the records of a batch. The broker does not notice it when it reads headers.
   *
   * @param batch its number, from 0
   */
  static void records(Path segmentFile, int batch) throws IOException {
    invert(segmentFile, batch, BATCH_HEADER_BYTES + 2);
  }

  /** Changes the length in the header of a batch, which every reader needs. */
  static void header(Path segmentFile, int batch) throws IOException {
    invert(segmentFile, batch, Integer.BYTES - 1);
  }

  private static void invert(Path segmentFile, int batch, int byteInBatch) throws IOException {
    try (FileChannel segment =
        FileChannel.open(segmentFile, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long at = SEGMENT_HEADER_BYTES;
      for (int i = 0; i < batch; i++) {
        ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        segment.read(length, at);
        at += length.getInt(0);
      }
      ByteBuffer one = ByteBuffer.allocate(1);
      segment.read(one, at + byteInBatch);
      one.put(0, (byte) ~one.get(0)).flip();
      segment.write(one, at + byteInBatch);
    }
  }
}
