package io.millrace.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.protocol.ErrorCode;
import io.millrace.security.AccessState;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class AccessStateCodecTest {

  private static final int STATES = 300;
  private static final int HEADER_BYTES = 12;

  private final long seed = ThreadLocalRandom.current().nextLong();
  private final RandomAccess states = new RandomAccess(seed);

  @Test
  void stateComesBackAsItWasSaved() {
    for (int i = 0; i < STATES; i++) {
      AccessState state = states.next();

      AccessState loaded = AccessStateCodec.decode(AccessStateCodec.encode(state));

      assertThat(loaded.secret()).as("seed %d", seed).isEqualTo(state.secret());
      assertThat(loaded.users()).as("seed %d", seed).isEqualTo(state.users());
      assertThat(loaded.tokens()).as("seed %d", seed).isEqualTo(state.tokens());
      assertThat(loaded.rules()).as("seed %d", seed).isEqualTo(state.rules());
    }
  }

  @Test
  void emptyStateHasTheBytesOfThePage() {
    byte[] secret = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f".repeat(2));

    assertThat(HexFormat.of().formatHex(AccessStateCodec.encode(AccessState.empty(secret))))
        .isEqualTo(
            "4d524143"
                + "0100"
                + "0000"
                + "966122a3"
                + "000102030405060708090a0b0c0d0e0f".repeat(2)
                + "00000000".repeat(3));
  }

  /** The checksum is right, so that the fields themselves are read. */
  @Test
  void damagedFieldsEndInAStateOrInATypedRefusal() {
    Random random = new Random(seed);
    for (int i = 0; i < 20 * STATES; i++) {
      byte[] bytes = AccessStateCodec.encode(states.next());
      for (int damaged = random.nextInt(4); damaged >= 0; damaged--) {
        bytes[HEADER_BYTES + random.nextInt(bytes.length - HEADER_BYTES)] = (byte) random.nextInt();
      }
      byte[] read = sealed(Arrays.copyOf(bytes, bytes.length - random.nextInt(3)));

      assertThat(catchThrowable(() -> AccessStateCodec.decode(read)))
          .as("seed %d, state %d: %s", seed, i, HexFormat.of().formatHex(read))
          .satisfiesAnyOf(
              nothing -> assertThat(nothing).isNull(), AccessStateCodecTest::assertCorrupt);
    }
  }

  @Test
  void everyMissingByteIsMissed() {
    byte[] bytes = AccessStateCodec.encode(states.next());
    for (int length = HEADER_BYTES; length < bytes.length; length++) {
      byte[] shorter = sealed(Arrays.copyOf(bytes, length));

      assertThat(catchThrowable(() -> AccessStateCodec.decode(shorter)))
          .as("seed %d, %d bytes", seed, length)
          .satisfies(AccessStateCodecTest::assertCorrupt);
    }
  }

  @Test
  void newerVersionIsNotRead() {
    byte[] bytes = AccessStateCodec.encode(states.next());
    bytes[4] = 2;
    byte[] newer = sealed(bytes);

    assertThatThrownBy(() -> AccessStateCodec.decode(newer))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_TOO_NEW))
        .hasMessageContaining("has version 2; this build reads only version 1");
  }

  private static void assertCorrupt(Throwable refusal) {
    assertThat(refusal)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT_LOG));
  }

  /** The same bytes with the checksum that belongs to them. */
  private static byte[] sealed(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, 8);
    crc.update(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(8, (int) crc.getValue());
    return bytes;
  }
}
