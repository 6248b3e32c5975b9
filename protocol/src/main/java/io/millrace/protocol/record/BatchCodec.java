package io.millrace.protocol.record;

/**
 * The compression of the records of a batch. The codes 3 (gzip), 4 (snappy) and 5 (LZ4 frame) are
 * reserved for batches of record format 1, which this build does not read.
 */
public enum BatchCodec {
  /** No compression. */
  NONE(0),
  /** LZ4 block format. */
  LZ4(1),
  /** Zstandard, one frame. */
  ZSTD(2);

  private final int code;

  BatchCodec(int code) {
    this.code = code;
  }

  /** The code of this codec in the batch header. */
  public int code() {
    return code;
  }

  /**
   * The codec with this code.
   *
   * @throws InvalidBatchException if no codec has this code
   */
  public static BatchCodec ofCode(int code) {
    return switch (code) {
      case 0 -> NONE;
      case 1 -> LZ4;
      case 2 -> ZSTD;
      case 3, 4, 5 ->
          throw InvalidBatchException.malformed(
              "codec "
                  + code
                  + " is reserved for record format 1; expected 0 (none), 1 (lz4) or 2 (zstd)");
      default ->
          throw InvalidBatchException.malformed(
              "codec " + code + " is unknown; expected 0 (none), 1 (lz4) or 2 (zstd)");
    };
  }
}
