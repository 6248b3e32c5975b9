package io.millrace.client;

/**
 * The compression of a producer's batches. Consumers detect it and decompress without a setting.
 */
public enum Codec {
  /** No compression. The default. */
  NONE,
  /** LZ4: fast, about 3:1 on text. */
  LZ4,
  /** Zstandard: about 5:1 on text, at a third of the speed of LZ4. */
  ZSTD
}
