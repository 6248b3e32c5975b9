package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BatchLimitsTest {

  private static final int GIB = 1 << 30;

  @Test
  void areBetweenTheLeastBatchAndOneGibibyte() {
    assertThat(new BatchLimits(1, 104, 1).maxBatchBytes()).isEqualTo(104);
    assertThat(new BatchLimits(GIB, GIB, GIB).maxEventBytes()).isEqualTo(GIB);
    assertThatThrownBy(() -> new BatchLimits(0, 104, 1))
        .hasMessage("maxEventBytes is 0; expected 1 to 1073741824");
    assertThatThrownBy(() -> new BatchLimits(1, 103, 1))
        .hasMessage("maxBatchBytes is 103; expected 104 to 1073741824");
    assertThatThrownBy(() -> new BatchLimits(1, 104, GIB + 1))
        .hasMessage("maxRecordsBytes is 1073741825; expected 1 to 1073741824");
  }
}
