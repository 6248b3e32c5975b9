package io.millrace.client;

/** How a producer compresses its batches; consumers decompress by themselves. */
public enum Codec {
  /** Not at all. The default. */
  NONE,
  /** LZ4: fast, about 3:1 on text. */
  LZ4,
  /** Zstandard: about 5:1 on text, at a third of LZ4's speed. */
  ZSTD
}
