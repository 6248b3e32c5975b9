package io.millrace.storage.mapped.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The test vectors that the authors of SipHash have published: the key 00 01 .. 0f, and the
 * messages 00 01 02 .. of each length. Here are those of two and more whole words.
 */
class SipHashTest {

  private static final long KEY_0 = 0x0706050403020100L;
  private static final long KEY_1 = 0x0f0e0d0c0b0a0908L;

  @ParameterizedTest
  @CsvSource({
    "16, 3f2acc7f57c29bdb",
    "24, b8ad50c6f649af94",
    "32, 7127512f72f27cce",
    "40, 0e3ea96b5304a7d0",
    "48, e612a3cb9ecba951",
    "56, b78dbfaf3a8d83bd",
  })
  void hashesAsPublished(int bytes, String hash) {
    ByteBuffer message = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < bytes; i++) {
      message.put(i, (byte) i);
    }
    int words = bytes / Long.BYTES - 2;
    assertThat(
            SipHash.hash(KEY_0, KEY_1, message.getLong(0), message.getLong(8), message, 16, words))
        .isEqualTo(Long.parseUnsignedLong(hash, 16));
  }
}
