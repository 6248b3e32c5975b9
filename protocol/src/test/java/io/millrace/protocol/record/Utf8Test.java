package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK's strict decoder is the judge of what is well-formed. */
class Utf8Test {

  private static final int[] EDGES = {
    0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC,
    0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFE, 0xFF
  };

  private final CharsetDecoder judge = StandardCharsets.UTF_8.newDecoder();
  private final CharBuffer decoded = CharBuffer.allocate(8);

  @Test
  void agreesWithTheJdkOnEverySequenceOfTwoBytes() {
    for (int first = 0; first < 256; first++) {
      for (int second = 0; second < 256; second++) {
        assertAgrees(new byte[] {(byte) first, (byte) second});
      }
    }
  }

  @Test
  void agreesWithTheJdkOnLongerSequencesOfEdges() {
    for (int a : EDGES) {
      for (int b : EDGES) {
        for (int c : EDGES) {
          assertAgrees(new byte[] {(byte) a, (byte) b, (byte) c});
          for (int d : EDGES) {
            assertAgrees(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
          }
        }
      }
    }
  }

  @Test
  void looksOnlyAtTheBytesGiven() {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {(byte) 0xFF, 'a', (byte) 0xC3, (byte) 0xA4});

    assertThat(Utf8.isValid(bytes, 1, 1)).isTrue();
    assertThat(Utf8.isValid(bytes, 1, 2)).isFalse();
    assertThat(Utf8.isValid(bytes, 1, 3)).isTrue();
    assertThat(Utf8.isValid(bytes, 4, 0)).isTrue();
  }

  @Test
  void encodesLikeTheJdk() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    ByteBuffer buffer = ByteBuffer.allocate(1_000);
    for (int i = 0; i < 10_000; i++) {
      String text = text(random);
      byte[] expected = text.getBytes(StandardCharsets.UTF_8);

      assertThat(Utf8.length(text)).as("seed %d: %s", seed, text).isEqualTo(expected.length);
      assertThat(Utf8.put(buffer, 3, text)).isEqualTo(3 + expected.length);
      assertThat(buffer.slice(3, expected.length)).isEqualTo(ByteBuffer.wrap(expected));
      assertThat(Utf8.get(buffer, 3, expected.length)).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\uD83D", "\uDE97a", "\uD83D\uD83D", "\uDE97\uD83D"})
  void refusesHalfASurrogatePair(String text) {
    assertThatThrownBy(() -> Utf8.length(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("half a surrogate pair");
  }

  private void assertAgrees(byte[] bytes) {
    boolean expected = isValidForTheJdk(bytes);
    if (Utf8.isValid(ByteBuffer.wrap(bytes), 0, bytes.length) != expected) {
      fail("%s: expected valid = %s", HexFormat.of().formatHex(bytes), expected);
    }
  }

  private boolean isValidForTheJdk(byte[] bytes) {
    judge.reset();
    return !judge.decode(ByteBuffer.wrap(bytes), decoded.clear(), true).isError();
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      int point = random.nextInt(1 << (7 + random.nextInt(15)));
      boolean encodable = point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
      text.appendCodePoint(encodable ? point : 'x');
    }
    return text.toString();
  }
}
