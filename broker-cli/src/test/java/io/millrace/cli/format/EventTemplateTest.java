package io.millrace.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Header;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTemplateTest {

  private static final ConsumedEvent EVENT =
      new ConsumedEvent(
          "rides",
          2,
          41,
          1_500_000,
          2_000_000,
          "vehicle-17",
          utf8("ride-4711"),
          utf8("accepted"),
          List.of(new Header("a", utf8("1")), new Header("b", null)));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "%t %p@%o|rides 2@41",
        "%T %A|1970-01-01T00:00:01.500000Z 1970-01-01T00:00:02.000000Z",
        "%s/%k/%v/%h|vehicle-17/ride-4711/accepted/a=1,b=",
        "100%% \\x41\\x42\\\\|100% AB\\",
        "no field|no field",
      })
  void aTemplatePrintsFieldsAndText(String template, String expected) throws IOException {
    assertThat(print(template)).isEqualTo(expected);
  }

  @Test
  void escapesArePrintedAsTheirBytes() throws IOException {
    assertThat(print("%o\\t%k\\n\\r\\0")).isEqualTo("41\tride-4711\n\r\0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%z", "%", "a%", "\\q", "\\", "\\x4", "\\xzz"})
  void anUnknownFieldOrEscapeIsRefused(String template) {
    assertThatThrownBy(() -> EventTemplate.parse(template))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + template + "'");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String print(String template) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EventWriter writer = EventTemplate.parse(template).writer(out);
    writer.write(EVENT);
    writer.flush();
    return out.toString(StandardCharsets.UTF_8);
  }
}
