package io.millrace.torture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GrowableLongArrayTest {

  private final GrowableLongArray column = new GrowableLongArray(-7);

  @Test
  void holdsWhatWasSetAndElseTheUnsetValue() {
    column.set(100_000, 1);
    column.set(3, 2);
    assertThat(column.size()).isEqualTo(100_001);
    assertThat(column.get(100_000)).isEqualTo(1);
    assertThat(column.get(3)).isEqualTo(2);
    assertThat(column.get(4)).isEqualTo(-7);
    assertThat(column.get(99_999)).isEqualTo(-7);
    assertThat(column.get(1L << 40)).isEqualTo(-7);
  }
}
