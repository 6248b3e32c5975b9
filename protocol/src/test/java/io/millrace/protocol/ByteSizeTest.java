package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

  @ParameterizedTest
  @CsvSource({
    "0B,0",
    "1000B,1000",
    "1KiB,1024",
    "64KiB,65536",
    "4MiB,4194304",
    "3TiB,3298534883328"
  })
  void textAndNumberStandForEachOther(String text, long bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(bytes);
    assertThat(ByteSize.format(bytes)).isEqualTo(text);
  }

  @Test
  void aNumberWithoutAUnitIsBytes() {
    assertThat(ByteSize.parse("1000")).isEqualTo(1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MiB", "-1", "1.5MiB", "4MB", "4mib", "9999999999TiB"})
  void anythingElseIsRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "' is not a size")
        .hasMessageContaining("such as 4MiB");
  }
}
