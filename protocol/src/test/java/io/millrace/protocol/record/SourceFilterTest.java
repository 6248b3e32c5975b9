package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SourceFilterTest {

  /** Stored in every batch, so these bits are part of the format. */
  @Test
  void setsTwoBitsThatNeverChange() {
    assertThat(bits("123456789")).isEqualTo(1L << 3 | 1L << 10);
    assertThat(bits("vehicle-17") | bits("Gerät")).isEqualTo(1L | 1L << 37 | 1L << 45);
  }

  @Test
  void neverDeniesASourceThatIsInside() {
    long filter = 0;
    for (int i = 0; i < 30; i++) {
      filter |= bits("source-" + i);
    }
    for (int i = 0; i < 30; i++) {
      assertThat(SourceFilter.mayContain(filter, bits("source-" + i))).isTrue();
    }
  }

  @Test
  void letsFewStrangersPass() {
    long one = bits("source-0");
    long ten = 0;
    for (int i = 0; i < 10; i++) {
      ten |= bits("source-" + i);
    }
    int passOne = 0;
    int passTen = 0;
    for (int i = 0; i < 100_000; i++) {
      long stranger = bits("stranger-" + i);
      passOne += SourceFilter.mayContain(one, stranger) ? 1 : 0;
      passTen += SourceFilter.mayContain(ten, stranger) ? 1 : 0;
    }

    assertThat(passOne).isLessThan(200);
    assertThat(passTen).isBetween(3_000, 10_000);
  }

  private static long bits(String source) {
    return SourceFilter.bits(TestEvent.utf8(source));
  }
}
