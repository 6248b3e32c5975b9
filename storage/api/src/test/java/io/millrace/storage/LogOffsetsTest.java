package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LogOffsetsTest {

  @Test
  void theOffsetsAscend() {
    assertThat(new LogOffsets(1, 1, 1, 1).end()).isEqualTo(1);
    long[][] outOfOrder = {{-1, 0, 0, 0}, {2, 1, 3, 4}, {0, 2, 1, 3}, {0, 1, 3, 2}};
    for (long[] offsets : outOfOrder) {
      assertThatThrownBy(() -> new LogOffsets(offsets[0], offsets[1], offsets[2], offsets[3]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("out of order");
    }
  }

  @Test
  void aLogThatStoresWithTheAppendHasStoredItsEnd() {
    assertThat(new LogOffsets(1, 2, 3)).isEqualTo(new LogOffsets(1, 2, 3, 3));
  }
}
