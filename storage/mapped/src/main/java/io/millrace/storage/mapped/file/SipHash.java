package io.millrace.storage.mapped.file;

import java.nio.ByteBuffer;

/**
 * SipHash-2-4, a keyed hash of 64 bits (Aumasson and Bernstein, "SipHash: a fast short-input PRF",
 * 2012). Without the key, nobody can compute the hash of a message, or choose a message for a hash,
 * better than by guessing. Stateless; any thread.
 */
final class SipHash {

  private static final int COMPRESSION_ROUNDS = 2;
  private static final int FINALIZATION_ROUNDS = 4;

  private SipHash() {}

  /**
   * The hash of a message of whole words of 8 bytes: the words {@code first} and {@code second},
   * and then words of a buffer. It allocates nothing.
   *
   * @param key0 the key's first 8 bytes, read little-endian
   * @param key1 the key's last 8 bytes, read little-endian
   * @param buffer little-endian
   * @param at position of the first word in the buffer
   * @param words number of words in the buffer
   */
  static long hash(
      long key0, long key1, long first, long second, ByteBuffer buffer, int at, int words) {
    long v0 = key0 ^ 0x736f6d6570736575L;
    long v1 = key1 ^ 0x646f72616e646f6dL;
    long v2 = key0 ^ 0x6c7967656e657261L;
    long v3 = key1 ^ 0x7465646279746573L;
    int count = words + 2;
    // The block after the message has its length; the block after that is the finalization.
    for (int block = 0; block <= count + 1; block++) {
      boolean isMessage = block < count;
      boolean isFinalization = block > count;
      long message = 0;
      if (isMessage) {
        message =
            block == 0
                ? first
                : block == 1 ? second : buffer.getLong(at + (block - 2) * Long.BYTES);
      } else if (!isFinalization) {
        message = (long) count * Long.BYTES << 56;
      } else {
        v2 ^= 0xff;
      }
      v3 ^= message;
      int rounds = isFinalization ? FINALIZATION_ROUNDS : COMPRESSION_ROUNDS;
      for (int round = 0; round < rounds; round++) {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
      }
      v0 ^= message;
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }
}
