package io.millrace.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.Event;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyedLineDecoderTest {

  @ParameterizedTest
  @CsvSource(value = {"k:v,k,v", "k:v:w,k,v:w", "k:,k,''", ":v,,v", "wägen:v,wägen,v"})
  void theFirstSeparatorEndsTheKey(String line, String key, String value) {
    Event event = decode(":", line);
    assertThat(text(event.key())).isEqualTo(key);
    assertThat(text(event.value())).isEqualTo(value);
  }

  @Test
  void theSeparatorCanHaveSeveralBytes() {
    Event event = decode("=>", "a=b=>c");
    assertThat(text(event.key())).isEqualTo("a=b");
    assertThat(text(event.value())).isEqualTo("c");
  }

  @Test
  void aLineWithoutTheSeparatorIsRefused() {
    assertThatThrownBy(() -> decode("\t", "no tab"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no key separator");
  }

  private static Event decode(String separator, String line) {
    return new KeyedLineDecoder(utf8(separator), new LineDecoder(null, null, null, null))
        .decode(utf8(line))
        .build();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }
}
