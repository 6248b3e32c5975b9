package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RecordHeaderTest {

  @Test
  void takesANameUpToTheLimit() {
    assertThat(new RecordHeader("é".repeat(32_767) + "x", null).value()).isNull();
    assertThatThrownBy(() -> new RecordHeader("é".repeat(32_768), null))
        .hasMessage("a header name has 65536 bytes of UTF-8; limit 65535");
  }

  @Test
  void refusesANameThatCannotBeWritten() {
    assertThatThrownBy(() -> new RecordHeader("", null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RecordHeader("\uD83D", null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RecordHeader(null, null)).isInstanceOf(NullPointerException.class);
  }
}
