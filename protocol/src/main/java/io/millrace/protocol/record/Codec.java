package io.millrace.protocol.record;

/** How the records of a batch are compressed. */
public enum Codec {
  NONE(0),
  /** LZ4 block format. */
  LZ4(1),
  /** Zstandard, one frame. */
  ZSTD(2);

  private final int code;

  Codec(int code) {
    this.code = code;
  }

  /** The byte that stands for this codec in the batch header. */
  public int code() {
    return code;
  }

  /**
   * The codec of a header byte.
   *
   * @throws InvalidBatchException if no codec has this code
   */
  public static Codec ofCode(int code) {
    return switch (code) {
      case 0 -> NONE;
      case 1 -> LZ4;
      case 2 -> ZSTD;
      default ->
          throw InvalidBatchException.malformed(
              "codec " + code + " is unknown; expected 0 (none), 1 (lz4) or 2 (zstd)");
    };
  }
}
