package io.millrace.protocol.record;

import java.util.zip.CRC32C;

/**
 * A Bloom filter of 64 bits over the sources of a batch. A reader that wants some sources only can
 * skip a whole batch without reading its records.
 *
 * <p>A source sets two bits: bit {@code h & 63} and bit {@code (h >>> 6) & 63}, where {@code h} is
 * the CRC-32C of its UTF-8 bytes. The rate of false positives is about 1 in 1,000 for a batch with
 * one source, and 1 in 14 for a batch with ten (Bloom, 1970: 64 bits, two bits for each key).
 */
public final class SourceFilter {

  /** Largest number of bytes of a source. */
  static final int MAX_SOURCE_BYTES = 255;

  private SourceFilter() {}

  /** The bits of one source. */
  public static long bits(byte[] source) {
    return bits(source, source.length);
  }

  /** The bits of the source at the start of an array. */
  static long bits(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    long h = crc.getValue();
    return 1L << (h & 63) | 1L << ((h >>> 6) & 63);
  }

  /** Whether a batch with this filter may contain a source with these bits. */
  public static boolean mayContain(long filter, long sourceBits) {
    return (filter & sourceBits) == sourceBits;
  }
}
