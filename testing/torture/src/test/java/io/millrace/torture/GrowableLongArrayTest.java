package io.millrace.torture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GrowableLongArrayTest {

  private final GrowableLongArray array = new GrowableLongArray(-7);

  @Test
  void holdsWhatWasSetAndElseTheUnsetValue() {
    array.set(100_000, 1);
    array.set(3, 2);
    assertThat(array.size()).isEqualTo(100_001);
    assertThat(array.get(100_000)).isEqualTo(1);
    assertThat(array.get(3)).isEqualTo(2);
    assertThat(array.get(4)).isEqualTo(-7);
    assertThat(array.get(99_999)).isEqualTo(-7);
    assertThat(array.get(1L << 40)).isEqualTo(-7);
  }
}
